"""Proactive messages: what a widget says by itself on the company's website, and when. The text is the company's own;
it is shown as text, and where it belongs is told by patterns without regular expressions."""

from dataclasses import asdict, dataclass, replace
from unicodedata import category
from uuid import UUID

from django.db import transaction

from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode, new_id
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import WidgetKey

MAX_RULES = 10
MAX_TEXT = 240
MAX_URL = 200
MAX_STARS = 10
MAX_SECONDS = 3600
MAX_EVENT = 80
MAX_HOURS = 24 * 90
DEFAULT_HOURS = 24


@dataclass(frozen=True, slots=True)
class ProactiveRule:
    """All that is set has to be met: the page (a pattern with *, "" for every page), seconds on it, percent of it
    scrolled, and an event that the page told of by `Rapport('track', name)`. `id`: "" for a new one."""

    text: str
    url: str = ""
    seconds: int = 0
    scroll: int = 0
    event: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class ProactiveMessages:
    """The first rule that is met is shown. `hours`: at least so many between two messages to one visitor."""

    rules: tuple[ProactiveRule, ...] = ()
    hours: int = DEFAULT_HOURS


NOTHING = ProactiveMessages()


@transaction.atomic
def set_proactive_messages(*, tenant_id: UUID, key_id: UUID, wanted: ProactiveMessages, actor: Actor) -> None:
    """Replace a key's rules; one with an id that the key has stays the one that visitors may have seen. Raises
    InvalidRequest with the `param` "text-1" (and so on, from 1); WidgetKey.DoesNotExist for another tenant's key."""
    row = WidgetKey.objects.select_for_update().get(tenant_id=tenant_id, id=key_id)
    before, known = row.proactive, {each.id for each in read_proactive(row.proactive).rules}
    row.proactive = asdict(_checked(wanted, known))
    row.save(update_fields=["proactive"])
    with tenant_scope(tenant_id):
        record_audit(
            actor=actor,
            action="widget_key.proactive_changed",
            subject=encode(Prefix.WIDGET_KEY, row.id),
            before=_told(before),
            after=_told(row.proactive),
        )


def find_proactive_text(*, tenant_id: UUID, agent_id: UUID, rule_id: str) -> str:
    """What an agent's widgets say by this rule; "" when no rule has that id any more."""
    keys = WidgetKey.objects.filter(tenant_id=tenant_id, agent_id=agent_id, revoked_at=None)
    rules = (rule for stored in keys.values_list("proactive", flat=True) for rule in read_proactive(stored).rules)
    return next((rule.text for rule in rules if rule.id == rule_id), "")


def read_proactive(stored: dict[str, object]) -> ProactiveMessages:
    """As they stand in a key's row; {} is none."""
    rules = stored.get("rules", ())
    hours = stored.get("hours", DEFAULT_HOURS)
    assert isinstance(rules, list | tuple)
    assert isinstance(hours, int)
    return ProactiveMessages(tuple(ProactiveRule(**each) for each in rules), hours)


def _told(stored: dict[str, object]) -> dict[str, object]:
    found = read_proactive(stored)
    return {"hours": found.hours, "messages": [each.text for each in found.rules]}


def _checked(wanted: ProactiveMessages, known: set[str]) -> ProactiveMessages:
    if len(wanted.rules) > MAX_RULES:
        raise InvalidRequest(f"At most {MAX_RULES} messages are possible for one widget.", param="rules")
    if not 0 <= wanted.hours <= MAX_HOURS:
        raise InvalidRequest(f"Write a number of hours from 0 to {MAX_HOURS}.", param="hours")
    rules = tuple(_checked_rule(rule, at) for at, rule in enumerate(wanted.rules, start=1))
    ids = [each.id for each in rules if each.id in known]
    keeps = {each for each in ids if ids.count(each) == 1}
    return replace(wanted, rules=tuple(each if each.id in keeps else replace(each, id=new_id().hex) for each in rules))


def _checked_rule(rule: ProactiveRule, at: int) -> ProactiveRule:
    text, url, event = (part.strip() for part in (rule.text.replace("\r", ""), rule.url, rule.event))
    if not text or len(text) > MAX_TEXT or any(category(each) == "Cc" and each != "\n" for each in text):
        raise InvalidRequest(f"Write what is said, in 1 to {MAX_TEXT} characters of text.", param=f"text-{at}")
    _check_url(url, f"url-{at}")
    if not 0 <= rule.seconds <= MAX_SECONDS:
        raise InvalidRequest(f"Write a number of seconds from 0 to {MAX_SECONDS}.", param=f"seconds-{at}")
    if not 0 <= rule.scroll <= 100:
        raise InvalidRequest("Write a percentage from 0 to 100.", param=f"scroll-{at}")
    if len(event) > MAX_EVENT or not event.isprintable():
        raise InvalidRequest(f"An event's name has at most {MAX_EVENT} characters.", param=f"event-{at}")
    return replace(rule, text=text, url=url, event=event)


def _check_url(url: str, param: str) -> None:
    if not url:
        return
    if not url.startswith(("/", "*", "https://", "http://")) or " " in url or not url.isprintable():
        raise InvalidRequest(
            "Write a path such as /pricing or /shop/*, or a whole address such as https://shop.example/*.", param=param
        )
    if len(url) > MAX_URL or url.count("*") > MAX_STARS:
        raise InvalidRequest(
            f"A pattern has at most {MAX_URL} characters and {MAX_STARS} stars. Write a shorter one.", param=param
        )

"""Files that visitors of a widget may attach to what they write: off until the company says which kinds, how large and
how many. What a kind is, is told by a file's content: `agents.attachments.kinds`."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import WidgetKey

KINDS = ("png", "jpeg", "webp", "gif", "pdf", "text", "csv")
MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 10
MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class AttachmentRules:
    """`kinds`: none for off. `megabytes`: of one file; `most`: files with one message."""

    kinds: tuple[str, ...] = ()
    megabytes: int = 5
    most: int = 3

    @property
    def most_bytes(self) -> int:
        return self.megabytes * MEGABYTE


NO_FILES = AttachmentRules()
ALL_FILES = AttachmentRules(KINDS, MOST_MEGABYTES, MOST_FILES)  # of the company's own people and systems


@transaction.atomic
def set_attachment_rules(*, tenant_id: UUID, key_id: UUID, rules: AttachmentRules, actor: Actor) -> None:
    """Raises InvalidRequest with "kinds", "megabytes" or "most" as `param`; WidgetKey.DoesNotExist for another tenant's
    key."""
    rules = _checked(rules)
    row = WidgetKey.objects.select_for_update().get(tenant_id=tenant_id, id=key_id)
    before, after = row.attachments, _stored(rules)
    if before == after:
        return
    row.attachments = after
    row.save(update_fields=["attachments"])
    with tenant_scope(tenant_id):
        record_audit(
            actor=actor,
            action="widget_key.attachments_changed",
            subject=encode(Prefix.WIDGET_KEY, row.id),
            before=before,
            after=after,
        )


def read_attachment_rules(stored: dict[str, object]) -> AttachmentRules:
    """As they stand in a key's row; {} is none."""
    kinds, megabytes, most = (stored.get(name) for name in ("kinds", "megabytes", "most"))
    if not isinstance(kinds, list) or not isinstance(megabytes, int) or not isinstance(most, int):
        return NO_FILES
    return AttachmentRules(_in_order(kinds), megabytes, most)


def _stored(rules: AttachmentRules) -> dict[str, object]:
    return {"kinds": list(rules.kinds), "megabytes": rules.megabytes, "most": rules.most}


def _checked(rules: AttachmentRules) -> AttachmentRules:
    if set(rules.kinds) - set(KINDS):
        raise InvalidRequest(f"Choose among {', '.join(KINDS)}.", param="kinds")
    if not 1 <= rules.megabytes <= MOST_MEGABYTES:
        raise InvalidRequest(f"Write a number of megabytes from 1 to {MOST_MEGABYTES}.", param="megabytes")
    if not 1 <= rules.most <= MOST_FILES:
        raise InvalidRequest(f"Write a number of files from 1 to {MOST_FILES}.", param="most")
    return AttachmentRules(_in_order(rules.kinds), rules.megabytes, rules.most)


def _in_order(kinds: Iterable[object]) -> tuple[str, ...]:
    wanted = set(kinds)
    return tuple(each for each in KINDS if each in wanted)

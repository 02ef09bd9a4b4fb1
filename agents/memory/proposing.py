"""Facts that a language model finds where the rules found none: once for a conversation that was closed, and for each
thousand tokens of one that goes on.

The model proposes, code decides: a fact's kind is one of ours, its words stand literally in what the contact wrote, and
nothing of another kind is ended by it. Where the words around them doubt, suppose, deny or are about others, it stays a
proposal. Without a language model nothing happens. What no budget pays for now waits (`take_up_waiting`).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.utils import timezone

from agents.llm.beside import Beside
from agents.llm.gateway import Gateway
from agents.llm.sizes import estimate_tokens
from agents.llm.tasks import Limits, ask_task
from agents.masking.conversation import mask_of
from agents.memory.changed import tell_changed
from agents.memory.extraction import Extracted, doubts
from agents.memory.predicates import PREDICATES
from agents.memory.reconciling import Origin, learn
from agents.memory.values import normalise
from agents.models import Conversation, ConversationState, Episode, Extraction
from agents.selectors.agents import answering_agent
from agents.tracing.recorder import TraceRecorder
from billing.own_prices import company_prices
from ingestion.contacts.errors import ContactNotFound
from tenants.actors import agent_actor
from tenants.context import tenant_scope, tenant_transaction
from tenants.privacy.suppression import Standing, standing_of

EXTRACTOR, VERSION = "model", 1
WAITING = "model-waiting"  # marks an episode whose conversation is to be read when there is money for it
OUTCOME = "facts"  # of its trace
ENOUGH_TOKENS = 1024  # of what no model has read yet, before it is read
LIMITS = Limits(1024, 20.0)
MOST_CHARACTERS = 12_000
MOST_FACTS = 20  # of one reading
MOST_TAKEN_UP = 200  # conversations of a company in one go
SURE = 0.7  # how sure a fact of a model is at most
_KINDS = sorted(set(PREDICATES) - {"commitment", "birthday", "appointment", "budget", "paid", "language"})
RULES = f"""\
Below are numbered messages of a conversation between a customer and a company's assistant. Find lasting facts that \
the customer states about themselves. Kinds: {", ".join(_KINDS)}.
Reply with JSON alone, a list of objects: {{"message": its number, "kind": one of the kinds, "value": the fact as it \
is to be kept, "quote": the words of that message that say it, copied exactly}}.
Leave out what is asked, doubted, supposed, quoted, said of others, or said by the assistant. Reply with [] when \
there is nothing."""
_LIST = re.compile(r"\[.*\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Unread:
    """What is read in one scope, before a model is asked. `episodes` by the numbers that the model sees; `has_more`:
    they are not all that no model has read."""

    beside: Beside
    episodes: dict[int, Episode]
    standing: Standing  # before they were read
    has_more: bool = False

    @property
    def text(self) -> str:
        return "\n".join(_line(each) for each in self.episodes.values())[:MOST_CHARACTERS]


def _line(episode: Episode) -> str:
    return f"[{episode.sequence}] {_speaker(episode)}: {episode.text}"


def _speaker(episode: Episode) -> str:
    return "Customer" if episode.origin == "contact" else "Assistant"


def propose_facts(*, tenant_id: UUID, conversation_id: UUID, gateway: Gateway) -> int:
    """How many facts or proposals came of it; 0 also when it is not yet time, or nobody can do it. Called again it
    reads only what no model has read."""
    unread = _read(tenant_id, conversation_id)
    return (_ask(unread, conversation_id, gateway) or 0) if unread else 0


def take_up_waiting(*, tenant_id: UUID, gateway: Gateway) -> int:
    """Read what waits for money, the longest waiting first, as far as there is some. Returns how many conversations
    were read."""
    with tenant_scope(tenant_id):
        waiting = Extraction.objects.filter(extractor=WAITING).order_by("created_at")
        rows = waiting.values_list("episode__conversation_id", flat=True)[:MOST_TAKEN_UP]
        found = [each for each in dict.fromkeys(rows) if each is not None]
    for place, conversation_id in enumerate(found):
        unread = _read(tenant_id, conversation_id)
        is_read = unread is not None and _ask(unread, conversation_id, gateway) is not None
        if unread is not None and unread.beside.tab.is_refused:
            return place
        if not is_read:  # nobody can, or nothing came of it: as whenever a model fails at it
            with tenant_scope(tenant_id):
                _forget_waiting(conversation_id)
    return len(found)


def _ask(unread: _Unread, conversation_id: UUID, gateway: Gateway) -> int | None:
    """None when no model has read it."""
    tenant_id = unread.beside.tenant_id
    beside, started_at = unread.beside, timezone.now()
    config = beside.agent.config
    mask = mask_of(conversation_id=conversation_id, guardrails=config.guardrails, plain=config.prompt.instructions)
    text = mask.text(unread.text) if mask else unread.text
    reply = ask_task(beside.desk(gateway), "extract", rules=RULES, text=text, label="Facts", limits=LIMITS)
    reply = mask.restore(reply) if mask and reply else reply
    is_waiting = reply is None and beside.tab.is_refused
    if not beside.recorder.spans and not is_waiting:
        return None
    with tenant_transaction(tenant_id):
        row = Conversation.objects.select_for_update().filter(id=conversation_id).first()
        if beside.recorder.spans:
            beside.pay()
        if row is None or standing_of(row.contact_id) != unread.standing:  # some of what was read is erased
            return 0
        if beside.recorder.spans:
            beside.keep_trace(OUTCOME, started_at)
        if is_waiting:
            _let_wait(unread)
        return None if reply is None else _keep(row, unread, reply)


def _read(tenant_id: UUID, conversation_id: UUID) -> _Unread | None:
    with tenant_scope(tenant_id):
        row = Conversation.objects.filter(id=conversation_id, is_remembered=True).first()
        standing = standing_of(row.contact_id) if row else Standing(is_erased=True)
        if row is None or standing.is_erased:
            return None
        read = Extraction.objects.filter(extractor=EXTRACTOR, version=VERSION).values("episode_id")
        rows = Episode.objects.filter(conversation_id=conversation_id).exclude(id__in=read)
        episodes = list(rows.exclude(origin__in=("recalled", "event", "tool")).order_by("sequence"))
        is_over = row.state == ConversationState.CLOSED
        tokens = sum(estimate_tokens(each.text) for each in episodes)
        if not any(each.origin == "contact" for each in episodes) or (tokens < ENOUGH_TOKENS and not is_over):
            return None
        beside = Beside(row, answering_agent(row), TraceRecorder(tenant_id, prices=company_prices()))
        first = _fitting(episodes)
        return _Unread(beside, {each.sequence: each for each in first}, standing, len(first) < len(episodes))


def _fitting(episodes: Sequence[Episode]) -> Sequence[Episode]:
    """The oldest that fit into one reading, one at least."""
    sizes = accumulate(len(_line(each)) + 1 for each in episodes)
    return episodes[: max(1, sum(size <= MOST_CHARACTERS for size in sizes))]


def _let_wait(unread: _Unread) -> None:
    """Marked on what was said first: it goes with it when it is erased."""
    episode = next(iter(unread.episodes.values()))
    Extraction.objects.get_or_create(
        episode=episode, extractor=WAITING, version=VERSION, defaults={"contact_id": episode.contact_id}
    )


def _forget_waiting(conversation_id: UUID) -> None:
    Extraction.objects.filter(extractor=WAITING, episode__conversation_id=conversation_id).delete()


def _keep(row: Conversation, unread: _Unread, reply: str) -> int:
    """An episode that was read meanwhile is not read twice."""
    fresh = [each for each in unread.episodes.values() if _claim(each)]
    _forget_waiting(row.id)
    if unread.has_more and row.state == ConversationState.CLOSED:
        _let_wait(unread)  # nothing else would ask for it again
    found = 0
    for episode in fresh:
        if episode.origin != "contact":
            continue
        said = checked(reply, {episode.sequence: episode.text})
        origin = Origin.of(episode, EXTRACTOR, VERSION)
        try:
            learn(row.contact_id, origin, said, agent_actor(row.agent_id))
        except ContactNotFound:
            return found
        found += len(said)
    if found:
        tell_changed(row.contact_id)
    return found


def _claim(episode: Episode) -> bool:
    _, is_new = Extraction.objects.get_or_create(
        episode=episode, extractor=EXTRACTOR, version=VERSION, defaults={"contact_id": episode.contact_id}
    )
    return is_new


def checked(reply: str, texts: dict[int, str]) -> list[Extracted]:
    """What of a model's reply can be believed. Pure: `texts` are the contact's own messages by number."""
    return [fact for each in _objects(reply)[:MOST_FACTS] if (fact := _fact(each, texts)) is not None]


def _objects(reply: str) -> Sequence[dict[str, Any]]:
    match = _LIST.search(reply)
    try:
        found = json.loads(match.group()) if match else []
    except ValueError:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _fact(told: dict[str, Any], texts: dict[int, str]) -> Extracted | None:
    """The quote stands in the message, and the value in the quote."""
    number, kind = told.get("message"), told.get("kind")
    quote, value = told.get("quote"), told.get("value")
    if not (isinstance(number, int) and isinstance(quote, str) and isinstance(value, str) and kind in _KINDS):
        return None
    text = texts.get(number, "")
    begin = text.find(quote) if quote.strip() else -1
    inside = quote.casefold().find(value.strip().casefold()) if value.strip() else -1
    kept = normalise(str(kind), value)
    if begin < 0 or inside < 0 or not kept:
        return None
    start = begin + inside
    end = start + len(value.strip())
    return Extracted(str(kind), kept, start, end, SURE, is_proposal=doubts(text, start, end))

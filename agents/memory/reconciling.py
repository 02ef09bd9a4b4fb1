"""Writing what was said into the ledger, and bringing the facts to what their sources say. Code decides, by rules.

What is said is one more source; which facts follow is worked out from all sources of the predicate
(`agents.memory.chain`). Runs in the caller's scope and transaction; who writes holds the contact, one at a time.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from agents.memory.chain import key_of
from agents.memory.extraction import Extracted
from agents.memory.ledger import EVERYTHING, Before, rebuild, states_of
from agents.memory.predicates import is_single_valued
from agents.models import Episode, Fact, FactSource, FactStatus, Stance
from ingestion.contacts.holding import hold_contact
from rapport.ids import new_id
from tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class Origin:
    """What says a fact, and when: a message of a conversation, an event of the tenant's own systems, a call of a tool,
    or a person of the company (`told_by`, an actor's label)."""

    at: datetime
    extractor: str
    version: int = 1
    message_id: UUID | None = None
    conversation_id: UUID | None = None
    event_id: UUID | None = None
    run_id: UUID | None = None
    told_by: str = ""

    @classmethod
    def of(cls, episode: Episode, extractor: str, version: int) -> Self:
        """What was said in it, as an extractor reads it."""
        return cls(episode.said_at, extractor, version, episode.message_id, episode.conversation_id)


def reconcile(contact_id: UUID, origin: Origin, said: Extracted, actor: Actor) -> bool:
    """Write what follows from it. True when it is a fact that holds and did not before. Raises ContactNotFound."""
    return bool(learn(contact_id, origin, [said], actor))


def learn(contact_id: UUID, origin: Origin, said: Sequence[Extracted], actor: Actor) -> list[Extracted]:
    """The same for all that one message or event says. Returns what is news. Raises ContactNotFound."""
    if not said:
        return []
    hold_contact(contact_id)
    news: list[Extracted] = []
    for predicate in dict.fromkeys(each.predicate for each in said):
        of_it = [each for each in said if each.predicate == predicate]
        before = states_of(contact_id, predicate)
        added = [(each, source) for each in of_it if (source := _add(contact_id, origin, each, before)) is not None]
        if added:
            after = rebuild(contact_id, predicate, before, actor)
            news += [each for each, source in added if _is_news(source, before, after)]
    return news


def _is_news(source: FactSource, before: Before, after: Mapping[UUID, UUID]) -> bool:
    """`after`: of each source the fact that is active because of it."""
    fact_id = after.get(source.id)
    return fact_id is not None and source.stance == Stance.SUPPORTS and before.get(fact_id) != FactStatus.ACTIVE


def _add(contact_id: UUID, origin: Origin, said: Extracted, before: Before) -> FactSource | None:
    """None where it is known already, or takes back by the way what nobody knows."""
    known = Fact.objects.filter(contact_id=contact_id, predicate=said.predicate)
    source = source_of(origin, said)
    alike = _alike(known, source.value)
    if _is_known(known, origin, source) or (said.is_implied and not alike):
        return None
    source.fact = alike or _placeholder(contact_id, origin, said)
    source.save(force_insert=True)
    return source


def source_of(origin: Origin, said: Extracted) -> FactSource:
    """As it will be written, on no fact yet."""
    return FactSource(
        stance=Stance.RETRACTS if said.is_retracted else Stance.SUPPORTS,
        message_id=origin.message_id,
        conversation_id=origin.conversation_id,
        event_id=origin.event_id,
        run_id=origin.run_id,
        told_by=origin.told_by,
        char_start=said.start,
        char_end=said.end,
        said_at=origin.at,
        holds_from=said.holds_from,
        holds_to=said.holds_to,
        precision=said.precision,
        value=said.value or EVERYTHING,
        confidence=said.confidence,
        extractor=origin.extractor,
        extractor_version=origin.version,
        is_lasting=said.is_lasting,
        is_correction=said.is_correction,
        is_proposal=said.is_proposal,
    )


def _is_known(known: QuerySet[Fact], origin: Origin, source: FactSource) -> bool:
    """Said by these very words, or by this very event, before."""
    if origin.told_by:
        return False
    rows = FactSource.objects.filter(fact__in=known, stance=source.stance, message_id=origin.message_id)
    rows = rows.filter(event_id=origin.event_id, run_id=origin.run_id)
    rows = rows.filter(char_start=source.char_start) if origin.message_id else rows
    return any(key_of(each) == key_of(source.value) for each in rows.values_list("value", flat=True))


def _alike(known: Iterable[Fact], value: str) -> Fact | None:
    """The newest fact of this value, whatever became of it."""
    rows = [row for row in known if key_of(row.value) == key_of(value)]
    return max(rows, key=lambda row: row.id, default=None)


def fact_id_for(message_id: UUID, predicate: str, value: str, place: int) -> UUID:
    """The id of a fact that a message is the first to tell, known before the fact is written. A UUIDv7 by the message's
    time and the place in it, so that ids still sort by when a thing was said."""
    seed = hashlib.sha256(f"{message_id}\x1f{predicate}\x1f{key_of(value)}".encode()).digest()
    time, rest = int.from_bytes(message_id.bytes[:6]), int.from_bytes(seed[:8]) >> 2
    return UUID(int=time << 80 | 0x7 << 76 | min(place, 0xFFF) << 64 | 0x2 << 62 | rest)


def _free_id(origin: Origin, said: Extracted) -> UUID:
    """By its message, unless a fact has that id already: its first value may have become another's since."""
    if origin.message_id is None:
        return new_id()
    id_ = fact_id_for(origin.message_id, said.predicate, said.value, said.start)
    return new_id() if Fact.objects.filter(id=id_).exists() else id_


def _placeholder(contact_id: UUID, origin: Origin, said: Extracted) -> Fact:
    """A row for the source to hang on; what it says of time and status is worked out at once."""
    return Fact.objects.create(
        id=_free_id(origin, said),
        contact_id=contact_id,
        predicate=said.predicate,
        value="" if not said.value else said.value,
        is_single_valued=is_single_valued(said.predicate),
        confidence=said.confidence,
        extractor=origin.extractor,
        extractor_version=origin.version,
        status=FactStatus.RETRACTED,
        valid_from=origin.at,
        valid_to=origin.at,
        superseded_at=timezone.now(),
    )

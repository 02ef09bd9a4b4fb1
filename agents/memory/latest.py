"""What the last words of a conversation tell, laid over what is remembered: the facts that will follow, before any is
written. A turn only reads; the event behind it remembers.

The same rules read the words and the same chain decides (`agents.memory.chain`), so that nothing changes for the next
turn, when they are remembered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from agents.memory.chain import Interval, intervals_of, key_of
from agents.memory.extraction import EXTRACTOR, VERSION, Extracted, extract
from agents.memory.forgetting import Wish, taken_back_by, wish_to_forget
from agents.memory.ledger import assertion_of, best_source, value_of
from agents.memory.predicates import is_single_valued
from agents.memory.reading import LOOKED_BACK, own_words
from agents.memory.reconciling import Origin, fact_id_for, source_of
from agents.memory.remembered import RememberedFact
from agents.memory.tiers import standing_of
from agents.models import Episode, Fact, FactSource, Message, MessageRole, Stance
from rapport.ids import new_id

Kept = Mapping[str, "_Kept"]  # by predicate


@dataclass(frozen=True, slots=True)
class Words:
    """A message of the contact that is no episode yet: what it says, without what repeats the agent."""

    origin: Origin
    text: str
    said: tuple[Extracted, ...]
    wish: Wish | None


@dataclass(slots=True)
class _Kept:
    """What the ledger has of one predicate of a contact."""

    facts: dict[UUID, Fact]
    sources: list[FactSource]


def latest_words(conversation_id: UUID) -> list[Words]:
    """Those of its last messages that tell something, oldest first; in the caller's scope. One query when none does."""
    last = Episode.objects.filter(conversation_id=conversation_id).order_by("-sequence").values("sequence")[:1]
    news = Message.objects.filter(
        conversation_id=conversation_id, role=MessageRole.CONTACT, sequence__gt=Coalesce(Subquery(last), 0)
    )
    rows = list(news.order_by("sequence").values_list("id", "sequence", "text", "created_at"))
    wishes = {id_: wish_to_forget(text) for id_, _, text, _ in rows}
    told = [row for row in rows if wishes[row[0]] or extract(row[2], row[3])]
    if not told:
        return []
    others = Message.objects.filter(conversation_id=conversation_id, sequence__lt=told[-1][1])
    answers = others.exclude(role=MessageRole.CONTACT).order_by("-sequence").values_list("sequence", "text")
    before = list(answers[: LOOKED_BACK + len(rows)])
    return [
        Words(
            Origin(at, EXTRACTOR, VERSION, id_, conversation_id),
            text,
            tuple(extract(own_words(text, _earlier(before, sequence)), at)),
            wishes[id_],
        )
        for id_, sequence, text, at in told
    ]


def wants_all_forgotten(words: Iterable[Words]) -> bool:
    return any(each.wish is not None and each.wish.is_everything for each in words)


def _earlier(answers: Iterable[tuple[int, str]], sequence: int) -> list[str]:
    return [text for number, text in answers if number < sequence][:LOOKED_BACK]


def predicates_told(words: Sequence[Words], contact_id: UUID, *, is_own: bool) -> frozenset[str]:
    """Of which kinds there is news for the contact. `is_own`: it said it, and is not only read as one with who did."""
    told = {each.predicate for one in words for each in one.said} if is_own else set()
    if wants_all_forgotten(words):
        told |= set(Fact.objects.filter(contact_id=contact_id).values_list("predicate", flat=True).distinct())
    return frozenset(told.union(*(each.wish.predicates for each in words if each.wish)))


def facts_with(
    words: Sequence[Words], contact_id: UUID, predicates: frozenset[str], *, is_own: bool
) -> list[RememberedFact]:
    """The facts of these kinds that hold now. In the caller's scope; two queries."""
    kept = _kept(contact_id, predicates)
    now = timezone.now()
    return [fact for each in sorted(predicates) for fact in _facts(each, kept[each], words, now, is_own=is_own)]


def _kept(contact_id: UUID, predicates: frozenset[str]) -> Kept:
    kept = {each: _Kept({}, []) for each in predicates}
    for row in Fact.objects.filter(contact_id=contact_id, predicate__in=predicates):
        kept[row.predicate].facts[row.id] = row
    predicate_of = {id_: name for name, each in kept.items() for id_ in each.facts}
    for source in (
        FactSource.objects.filter(fact_id__in=predicate_of, withdrawn_at=None)
        .exclude(stance=Stance.CONTRADICTS)
        .order_by("id")
    ):
        kept[predicate_of[source.fact_id]].sources.append(source)
    return kept


def _facts(
    predicate: str, kept: _Kept, words: Sequence[Words], now: datetime, *, is_own: bool
) -> Iterator[RememberedFact]:
    sources = [*kept.sources, *_coming(predicate, kept, words, now, is_own=is_own)]
    values = {id_: row.value for id_, row in kept.facts.items()}
    intervals = intervals_of(
        (assertion_of(each, values.get(each.fact_id, "")) for each in sources),
        is_single_valued=is_single_valued(predicate),
        pinned={key_of(row.value) for row in kept.facts.values() if row.is_pinned},
    )
    said_in = {each.id: each.message_id for each in sources}
    hung_on = {each.id: each.fact_id for each in kept.sources}
    for interval in intervals:
        if interval.holds_at(now):
            yield _fact(predicate, interval, kept.facts, hung_on, said_in)


def _coming(
    predicate: str, kept: _Kept, words: Sequence[Words], now: datetime, *, is_own: bool
) -> Iterator[FactSource]:
    """The sources that will be written, on no fact yet."""
    values = {key_of(row.value) for row in kept.facts.values()}
    for origin, said in _said(predicate, words, is_own=is_own):
        source = source_of(origin, said)
        if said.is_implied and key_of(source.value) not in values:
            continue
        source.created_at = now
        values.add(key_of(said.value))
        yield source


def _said(predicate: str, words: Sequence[Words], *, is_own: bool) -> Iterator[tuple[Origin, Extracted]]:
    for each in words:
        own = each.said if is_own else ()
        forgotten = taken_back_by(each.wish, (predicate,)) if each.wish else ()
        seen: set[tuple[int, str, bool]] = set()
        for said in (*own, *forgotten):
            mark = (said.start, key_of(said.value), said.is_retracted)
            if said.predicate == predicate and mark not in seen:
                seen.add(mark)
                yield each.origin, said


def _fact(
    predicate: str,
    interval: Interval,
    facts: Mapping[UUID, Fact],
    hung_on: Mapping[UUID, UUID],
    said_in: Mapping[UUID, UUID | None],
) -> RememberedFact:
    rows = (hung_on[each.id] for each in (*interval.supports, *interval.sources) if each.id in hung_on)
    row = next((facts[each] for each in rows if key_of(facts[each].value) == interval.key), None)
    last = max(interval.supports, key=lambda each: each.id, default=None)
    message_id = said_in[last.id] if last else None
    id_ = row.id if row else _coming_id(predicate, interval, said_in)
    stands = standing_of(_Standing(predicate, interval, row), timezone.now())
    said = (message_id, interval.valid_from, row is not None and row.is_pinned)
    return RememberedFact(id_, predicate, value_of(interval), *said, stands.tier, stands.weight)


class _Standing:
    """By what a fact will stand when it is remembered."""

    def __init__(self, predicate: str, interval: Interval, row: Fact | None) -> None:
        self.predicate = predicate
        self.confidence = best_source(interval).confidence
        self.confirmed_at = max((each.said_at for each in interval.supports), default=None)
        self.confirmations = len(interval.supports)
        self.is_pinned = row is not None and row.is_pinned
        self.times_used = row.times_used if row else 0
        self.last_used_at = row.last_used_at if row else None


def _coming_id(predicate: str, interval: Interval, said_in: Mapping[UUID, UUID | None]) -> UUID:
    """That it will have, if it is told here for the first time."""
    for each in interval.sources:
        if message_id := said_in[each.id]:
            return fact_id_for(message_id, predicate, each.value, each.place)
    return new_id()

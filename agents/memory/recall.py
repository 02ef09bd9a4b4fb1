"""Recalling what is known of a contact, in time for the turn: some milliseconds, no model, no network.

It reads facts; nothing is ever extracted from what it gives.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Case, Count, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from agents.llm.port import AboutContact, Passage
from agents.memory import latest
from agents.memory.blocks import Known, blocks_of
from agents.memory.graph.deriving import Told, derive
from agents.memory.graph.saying import say_of_others
from agents.memory.language import language_of
from agents.memory.predicates import COMMITMENT, INSTRUCTION, PREDICATES, is_single_valued, label, said_back
from agents.memory.questions import AskedTrait, asked_predicates, asked_trait, asks_memory_only
from agents.memory.remembered import RememberedFact
from agents.memory.subjects import apart
from agents.memory.summaries.recalling import earlier_conversations
from agents.memory.tiers import standing_of
from agents.models import Fact, FactSource, Stance, holding
from ingestion.contacts.merging import family_of
from tenants.context import tenant_scope

TITLE = {"en": "What you told us", "de": "Was Sie uns gesagt haben"}
MOST_FACTS = 60  # those that stand highest; the others are read when a question asks for their kind
MOST_ASKED = 200  # of the kinds that are asked for
_CANDIDATES = 400  # that are put in order by their standing, the newest
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recalled:
    """The open facts of the contact, newest first, and which kinds the question asks for. `about`: what a model is told
    of the contact whatever the question is; `others`: what is known of those whom it spoke of, fact by fact."""

    facts: tuple[RememberedFact, ...] = ()
    others: tuple[tuple[UUID, str], ...] = ()
    about: tuple[AboutContact, ...] = ()
    asked: frozenset[str] = frozenset()
    is_memory_only: bool = False
    language: str = "en"

    @property
    def is_asked(self) -> bool:
        """The question is about what the contact said of itself."""
        return bool(self.asked)

    @property
    def is_answered(self) -> bool:
        """Memory holds what was asked for and nothing else was asked: documents have nothing to add."""
        is_known = any(fact.predicate in self.asked for fact in self.facts) or bool(self._of_others())
        return self.is_memory_only and is_known

    @property
    def title(self) -> str:
        """What a citation of memory is called."""
        return TITLE[self.language]

    def value_of(self, predicate: str) -> str:
        """The newest value, or ""."""
        return next((fact.value for fact in self.facts if fact.predicate == predicate), "")

    def said(self) -> Iterator[tuple[Passage, tuple[UUID, ...]]]:
        """What was asked for, one passage per kind of fact, as sentences that can be quoted; with the facts' ids."""
        wanted = sorted((fact for fact in self.facts if fact.predicate in self.asked), key=lambda fact: fact.predicate)
        for name, group in groupby(wanted, key=lambda fact: fact.predicate):
            facts = list(group)
            text = said_back(name, [fact.value for fact in facts], self.language)
            heading = (label(name),)
            passage = Passage(id=facts[0].id, title=self.title, heading_path=heading, text=text)
            yield passage, tuple(fact.id for fact in facts)
        if others := self._of_others():
            text = " ".join(sentence for _, sentence in others)
            passage = Passage(id=others[0][0], title=self.title, heading_path=("others",), text=text)
            yield passage, tuple(fact_id for fact_id, _ in others)

    def _of_others(self) -> tuple[tuple[UUID, str], ...]:
        """Asked for only with everything."""
        return self.others if self.asked >= PREDICATES.keys() else ()

    def passages(self) -> Iterator[Passage]:
        return (passage for passage, _ in self.said())


def recall(*, tenant_id: UUID, contact_id: UUID, conversation_id: UUID, question: str) -> Recalled:
    """What is known now, this conversation's last words included, though they may not be remembered yet. Writes
    nothing."""
    asked, trait = asked_predicates(question), asked_trait(question)
    with tenant_scope(tenant_id):
        words = latest.latest_words(conversation_id)
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        facts = _known_facts(family, _Asked(asked, trait), words, contact_id)
        is_forgotten = latest.wants_all_forgotten(words)
        before = () if is_forgotten else earlier_conversations(family[0], besides=conversation_id)
    traits = frozenset(each.predicate for each in facts if trait.names(each.predicate))
    language = language_of(question)
    return Recalled(
        facts=tuple(each for each in facts if each.predicate in PREDICATES or each.predicate in traits),
        others=tuple(_others(facts, contact_id, language)),
        about=(*_blocks(facts), *before),
        asked=asked | traits,
        is_memory_only=asks_memory_only(question, knows_trait=bool(traits)),
        language=language,
    )


def _others(facts: Sequence[RememberedFact], contact_id: UUID, language: str) -> list[tuple[UUID, str]]:
    if not any(apart(each.predicate)[1] for each in facts):
        return []
    told = [Told(each.id, contact_id, each.predicate, each.value, each.said_at, None) for each in facts]
    return say_of_others(derive(told), language)


def _blocks(facts: Iterable[RememberedFact]) -> tuple[AboutContact, ...]:
    by_weight = sorted(facts, key=lambda each: -each.weight)
    return blocks_of(Known(each.id, each.predicate, each.value, each.tier == "always") for each in by_weight)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which kinds a question asks for."""

    predicates: frozenset[str]
    trait: AskedTrait

    def __contains__(self, predicate: str) -> bool:
        return predicate in self.predicates or self.trait.names(predicate)


def _known_facts(
    family: Sequence[UUID], asked: _Asked, words: Sequence[latest.Words], contact_id: UUID
) -> list[RememberedFact]:
    """Those that stand highest, and all of the kinds that are asked for: what comes first, then the newest."""
    held = Fact.objects.filter(holding(timezone.now()), contact_id__in=family)
    first = Case(When(Q(is_pinned=True) | Q(predicate__in=(INSTRUCTION, COMMITMENT)), then=0), default=1)
    rows = _read(held.order_by(first, "-valid_from", "-id")[: _CANDIDATES + 1])
    if len(rows) > _CANDIDATES:
        known = {fact.id for _, fact in rows}
        rows += [each for each in _read(_of_kinds(held, asked)) if each[1].id not in known]
    found = _with(rows, words, contact_id, family) if words else [fact for _, fact in rows]
    found = found if len(family) == 1 else list(_newest(found))
    near = {each.id for each in sorted(found, key=_standing)[:MOST_FACTS]}
    return [each for each in found if each.id in near or each.predicate in asked]


def _standing(fact: RememberedFact) -> tuple[bool, float]:
    """The highest first."""
    return fact.tier != "always", -fact.weight


def _of_kinds(held: QuerySet[Fact], asked: _Asked) -> QuerySet[Fact]:
    kinds = held.order_by().values_list("predicate", flat=True).distinct()
    named = [each for each in kinds if each in asked]
    return held.filter(predicate__in=named).order_by("-valid_from", "-id")[:MOST_ASKED]


def _with(
    rows: Sequence[tuple[UUID, RememberedFact]], words: Sequence[latest.Words], contact_id: UUID, family: Sequence[UUID]
) -> list[RememberedFact]:
    """What is remembered, and over it what the last words change, in the same order."""
    told, news = set[tuple[UUID, str]](), list[RememberedFact]()
    for each in family:
        is_own = each == contact_id
        predicates = latest.predicates_told(words, each, is_own=is_own)
        told |= {(each, predicate) for predicate in predicates}
        if predicates:
            news += latest.facts_with(words, each, predicates, is_own=is_own)
    facts = [*news, *(fact for whose, fact in rows if (whose, fact.predicate) not in told)]
    facts.sort(key=lambda fact: fact.id, reverse=True)
    facts.sort(key=lambda fact: fact.said_at or _LONG_AGO, reverse=True)
    return sorted(facts, key=lambda fact: not _comes_first(fact))


def _comes_first(fact: RememberedFact) -> bool:
    return fact.is_pinned or fact.predicate in (INSTRUCTION, COMMITMENT)


@dataclass(frozen=True, slots=True)
class _Row:
    """Of a fact, what says how it stands and what is told of it."""

    id: UUID
    predicate: str
    value: str
    message_id: UUID | None
    valid_from: datetime | None
    is_pinned: bool
    confidence: float
    confirmed_at: datetime | None
    confirmations: int
    times_used: int
    last_used_at: datetime | None
    contact_id: UUID


def _read(rows: QuerySet[Fact]) -> list[tuple[UUID, RememberedFact]]:
    """Each with its contact's id."""
    says_it = FactSource.objects.filter(fact_id=OuterRef("id"), stance=Stance.SUPPORTS, withdrawn_at=None)
    each_one = says_it.order_by().values("fact_id")
    told = rows.annotate(
        said_in=Subquery(says_it.order_by("-id").values("message_id")[:1]),
        confirmed_at=Subquery(each_one.annotate(at=Max("said_at")).values("at")),
        confirmations=Coalesce(Subquery(each_one.annotate(times=Count("id")).values("times")), 0),
    )
    fields = ("id", "predicate", "value", "said_in", "valid_from", "is_pinned", "confidence")
    counted = ("confirmed_at", "confirmations", "times_used", "last_used_at", "contact_id")
    now = timezone.now()
    found = (_Row(*each) for each in told.values_list(*fields, *counted))
    return [(each.contact_id, _remembered(each, now)) for each in found]


def _remembered(row: _Row, now: datetime) -> RememberedFact:
    stands = standing_of(row, now)
    said = (row.message_id, row.valid_from, row.is_pinned)
    return RememberedFact(row.id, row.predicate, row.value, *said, stands.tier, stands.weight)


def _newest(facts: Iterable[RememberedFact]) -> Iterator[RememberedFact]:
    """Of what two contacts who are one were known by apart, the value that was said last; they come newest first."""
    seen: set[str] = set()
    for fact in facts:
        if fact.predicate not in seen or not is_single_valued(fact.predicate):
            yield fact
        seen.add(fact.predicate)

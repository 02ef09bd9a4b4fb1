"""Recalling what is known of a contact, in time for the turn: some milliseconds, no model, no network.

It reads facts; nothing is ever extracted from what it gives.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Case, OuterRef, Q, Subquery, When
from django.utils import timezone

from agents.llm.port import AboutContact, Passage
from agents.memory import latest
from agents.memory.blocks import COMMITMENT, INSTRUCTION, Known, blocks_of
from agents.memory.graph.deriving import Told, derive
from agents.memory.graph.saying import say_of_others
from agents.memory.predicates import PREDICATES, is_single_valued
from agents.memory.questions import asked_predicates, asks_memory_only
from agents.memory.remembered import RememberedFact
from agents.memory.subjects import apart
from agents.models import Fact, FactSource, Stance, holding
from ingestion.contacts.merging import family_of
from ingestion.parsing.language import detect_question_language
from tenants.context import tenant_scope

TITLE = {"en": "What you told us", "de": "Was Sie uns gesagt haben"}
MOST_FACTS = 60  # what is always told first, then the newest; who says more keeps it all, the turn reads no more
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_GERMAN = re.compile(
    r"\b(?:ich|mein\w*|mir|mich|wie|was|wer|wo|wei(?:ß|ss)t|sie|ist|du|bitte|noch|für|welche\w*|habe|sitzt|wohnt|firma)\b",
    re.IGNORECASE,
)


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
            text = _say(name, [fact.value for fact in facts], self.language)
            heading = (PREDICATES[name].label,)
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
    with tenant_scope(tenant_id):
        facts = _open_facts(tenant_id, contact_id, latest.latest_words(conversation_id))
    language = language_of(question)
    return Recalled(
        facts=tuple(each for each in facts if each.predicate in PREDICATES),
        others=tuple(_others(facts, contact_id, language)),
        about=blocks_of(Known(each.id, each.predicate, each.value) for each in facts),
        asked=asked_predicates(question),
        is_memory_only=asks_memory_only(question),
        language=language,
    )


def _others(facts: Sequence[RememberedFact], contact_id: UUID, language: str) -> list[tuple[UUID, str]]:
    if not any(apart(each.predicate)[1] for each in facts):
        return []
    told = [Told(each.id, contact_id, each.predicate, each.value, each.said_at, None) for each in facts]
    return say_of_others(derive(told), language)


def _open_facts(tenant_id: UUID, contact_id: UUID, words: Sequence[latest.Words]) -> tuple[RememberedFact, ...]:
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        held = Fact.objects.filter(holding(timezone.now()), contact_id__in=family)
        says_it = FactSource.objects.filter(fact_id=OuterRef("id"), stance=Stance.SUPPORTS, withdrawn_at=None)
        last = says_it.order_by("-id").values("message_id")[:1]
        weight = Case(When(Q(is_pinned=True) | Q(predicate__in=(INSTRUCTION, COMMITMENT)), then=0), default=1)
        newest = held.order_by(weight, "-valid_from", "-id")[:MOST_FACTS].annotate(said_in=Subquery(last))
        fields = newest.values_list("id", "predicate", "value", "said_in", "valid_from", "is_pinned", "contact_id")
        rows = [(each[-1], RememberedFact(*each[:-1])) for each in fields]
        facts = _with(rows, words, contact_id, family) if words else [fact for _, fact in rows]
    return tuple(facts) if len(family) == 1 else tuple(_newest(facts))


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
    return sorted(facts, key=lambda fact: not _comes_first(fact))[:MOST_FACTS]


def _comes_first(fact: RememberedFact) -> bool:
    return fact.is_pinned or fact.predicate in (INSTRUCTION, COMMITMENT)


def _newest(facts: Iterable[RememberedFact]) -> Iterator[RememberedFact]:
    """Of what two contacts who are one were known by apart, the value that was said last; they come newest first."""
    seen: set[str] = set()
    for fact in facts:
        if fact.predicate not in seen or not is_single_valued(fact.predicate):
            yield fact
        seen.add(fact.predicate)


def language_of(text: str, *, otherwise: str = "en") -> str:
    """ "de" or "en": in which of the two the product says its own sentences to whoever wrote this. `otherwise`: where
    nothing in it tells a language."""
    if len(_GERMAN.findall(text)) >= 2:
        return "de"
    return "en" if detect_question_language(text) else otherwise


def _say(predicate: str, values: list[str], language: str) -> str:
    known = PREDICATES[predicate]
    pattern = known.sentence if len(values) == 1 else known.sentences
    return pattern[language].format(_joined(values, "und" if language == "de" else "and"))


def _joined(values: list[str], word: str) -> str:
    return f"{', '.join(values[:-1])} {word} {values[-1]}" if len(values) > 1 else values[0]

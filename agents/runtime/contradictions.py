"""Two sources that say different things of the same: sentences alike in all but their numbers and dates.

The answer then shows both; which one is right is not for a model to guess. Deterministic, and careful: a price list
says many numbers in like words, so only sentences of different documents are compared, and only where one says as many
values as the other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from agents.llm.extractive.sentences import split_sentences
from agents.runtime.claims import claims_of
from ingestion.parsing.language import STOP_WORDS
from ingestion.vectors.words import analyse

ALIKE = 0.7  # share of the words, all but numbers, that two sentences about the same have in common
LEAST_WORDS = 3
LOOKED_AT = 6  # passages
_VALUES = ("number", "date")
_DIGIT = re.compile(r"\d")  # without one there is no value


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a passage; `passage` is its index, `start` and `end` characters of its text."""

    passage: int
    start: int
    end: int
    text: str
    words: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contradiction:
    said: Statement
    against: Statement


def find_contradictions(
    quotes: Sequence[tuple[int, str]], texts: Sequence[str], documents: Sequence[UUID | None]
) -> list[Contradiction]:
    """What other documents' passages say against the quotes, each (index of its passage, text); at most one of each
    document, in the passages' order. `texts` and `documents` belong to each other."""
    found: dict[UUID | None, Contradiction] = {}
    quoted = [each for index, quote in quotes for each in _statements(index, quote)]
    if not quoted:
        return []
    elsewhere = [each for index, text in enumerate(texts[:LOOKED_AT]) for each in _statements(index, text)]
    for said in quoted:
        for against in elsewhere:
            document = documents[against.passage]
            if document != documents[said.passage] and document not in found and _contradict(said, against):
                found[document] = Contradiction(said, against)
    return list(found.values())


def _contradict(one: Statement, other: Statement) -> bool:
    """As many values, of which some differ, in words that are alike."""
    if len(one.values) != len(other.values) or one.values == other.values:
        return False
    shared = len(one.words & other.words)
    return shared >= LEAST_WORDS and shared >= ALIKE * max(len(one.words), len(other.words))


def _statements(passage: int, text: str) -> Iterator[Statement]:
    """Sentences that give a value. Lines are apart: rows of a table are not one sentence."""
    offset = 0
    for line in text.split("\n"):
        for start, end in split_sentences(line) if _DIGIT.search(line) else ():
            sentence = line[start:end]
            if not _DIGIT.search(sentence):
                continue
            values = frozenset(
                f"{claim.kind} {claim.value}" for claim in claims_of(sentence, has_names=False) if claim.kind in _VALUES
            )
            if values:
                yield Statement(passage, offset + start, offset + end, sentence, _words(sentence), values)
        offset += len(line) + 1


def _words(sentence: str) -> frozenset[str]:
    stops = STOP_WORDS["en"] | STOP_WORDS["de"]
    kept = " ".join(word for word in sentence.split() if word.casefold().strip(".,;:!?()") not in stops)
    return frozenset(term for term in analyse(kept) if not any(character.isdigit() for character in term))

"""From what was said to a segment: its terms and its sentences, each of which is embedded by itself. Pure.

Who speaks is no part of what is embedded: it is known, and a name in front of every sentence makes all of them alike.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from agents.memory.episodes.segments import (
    AGENT,
    ASKS,
    CONTACT,
    HAS_QUESTION,
    ID_BYTES,
    OTHER,
    TELLS_TIME,
    Quantised,
    Segment,
)
from agents.memory.episodes.terms import count_words, terms_of
from agents.memory.episodes.times import tells_time
from ingestion.embedding.port import Vectors

MOST_CHARACTERS = 1200  # of a sentence that is embedded: what is beyond is found by its words
MOST_PARTS = 12  # sentences of a turn that are embedded
_SHORTEST = 3  # words that make a sentence of its own
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")
_SPEAKERS = {"contact": CONTACT, "agent": AGENT}


@dataclass(frozen=True, slots=True)
class Said:
    """One turn. `id`: its row's; `origin` as episodes have it."""

    id: UUID
    sequence: int
    origin: str
    text: str
    said_at: datetime


def texts_to_embed(said: Sequence[Said], *, after: int = 0) -> tuple[list[str], list[int]]:
    """The sentences of all turns but the first `after`, in order; and whose each is."""
    turns = enumerate(said[after:], start=after)
    parts = [(place, part[:MOST_CHARACTERS]) for place, each in turns for part in sentences_of(each.text)]
    return [part for _, part in parts], [place for place, _ in parts]


def sentences_of(text: str) -> list[str]:
    """Those that say something by themselves; the whole where none does."""
    found = [part for part in _ENDS.split(text) if len(part.split()) >= _SHORTEST]
    return found[:MOST_PARTS] or [text]


def segment_of(
    said: Sequence[Said], owners: Sequence[int], vectors: Vectors | None, known: Segment | None = None
) -> Segment:
    """`owners` and the rows of `vectors` as `texts_to_embed` ordered them; None: found by its words only. `known`: a
    segment of the first turns, whose vectors stay as they are."""
    counted = [Counter(terms_of(each.text)) for each in said]
    terms = [term for counts in counted for term in counts]
    counts = [min(255, count) for each in counted for count in each.values()]
    meanings = Quantised.of(np.empty((0, 0), np.float32) if vectors is None else vectors)
    turns = np.array(owners if len(meanings) else [], np.uint16)
    if known:
        meanings, turns = known.meanings.joined(meanings), np.concatenate([known.meaning_turns, turns])
    return Segment(
        ids=np.frombuffer(b"".join(each.id.bytes for each in said), np.uint8).reshape(len(said), ID_BYTES),
        sequences=np.array([each.sequence for each in said], np.uint32),
        speakers=np.array([_SPEAKERS.get(each.origin, OTHER) for each in said], np.uint8),
        flags=np.array([_flags(each.text) for each in said], np.uint8),
        words=np.array([min(65_535, count_words(each.text)) for each in said], np.uint16),
        said_at=np.array([int(each.said_at.timestamp()) for each in said], np.int64),
        term_ends=np.cumsum([len(each) for each in counted], dtype=np.uint32),
        terms=np.array(terms, np.uint32),
        counts=np.array(counts, np.uint8),
        meanings=meanings,
        meaning_turns=turns,
    )


def _flags(text: str) -> int:
    asks = ASKS if text.rstrip().endswith("?") else 0
    return asks | (HAS_QUESTION if "?" in text else 0) | (TELLS_TIME if tells_time(text) else 0)

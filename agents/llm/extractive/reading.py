"""A passage as the extractive model reads it: its quotable segments with their words. Kept, for passages come again."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agents.llm.extractive.segments import Segment, split_segments
from agents.llm.extractive.words import Word, read_words


@dataclass(frozen=True, slots=True)
class ReadSegment:
    """A segment with its words. `stems` counts content stems; `bigrams` are neighbouring pairs of them."""

    segment: Segment
    text: str
    words: tuple[Word, ...]
    stems: Counter[str]
    bigrams: frozenset[tuple[str, str]]
    length: int  # content words
    heading: frozenset[str]  # stems of the heading it stands under, within the passage or above it
    heading_span: tuple[int, int]  # that heading's characters in the passage; (0, 0) when it stands above it


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage's segments in order, and the stems of its title and headings, which every segment inherits."""

    segments: tuple[ReadSegment, ...]
    heading_stems: frozenset[str]
    stems: frozenset[str]


@lru_cache(maxsize=512)  # some 40 kB each
def read_passage(text: str, headings: tuple[str, ...], language: str) -> ReadPassage:
    """Read one passage. `headings`: its title and heading path. `language`: that of the question."""
    heading_stems = _stems(" ".join(headings), language)
    segments = tuple(_read_segments(text, _stems(headings[-1] if headings else "", language), language))
    stems = heading_stems.union(*(segment.stems for segment in segments))
    return ReadPassage(segments, heading_stems, stems)


def _read_segments(text: str, heading: frozenset[str], language: str) -> Iterator[ReadSegment]:
    span = (0, 0)
    for segment in split_segments(text):
        if segment.kind == "heading":
            span = (segment.start, segment.end)
            heading = _stems(text[segment.start : segment.end], language)
        yield _read_segment(text, segment, language, heading=heading, heading_span=span)


def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(word.stem for word in read_words(text, language=language) if not word.is_stop)


def _read_segment(
    text: str, segment: Segment, language: str, *, heading: frozenset[str], heading_span: tuple[int, int]
) -> ReadSegment:
    quoted = text[segment.start : segment.end]
    words = tuple(read_words(quoted, language=language))
    content = [word.stem for word in words if not word.is_stop]
    bigrams = frozenset(itertools.pairwise(content))
    return ReadSegment(segment, quoted, words, Counter(content), bigrams, len(content), heading, heading_span)

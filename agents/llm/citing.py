"""Finds citation markers in a stream of text, however the stream is cut, and what of the passage each one rests on."""

import math
import re
from collections.abc import Iterator, Sequence

from agents.llm.extractive.sentences import split_sentences
from agents.llm.port import Citation, Passage, TextDelta

_MARKER = re.compile(r"\[(\d{1,3})\]")
_MAYBE_MARKER = re.compile(r"\[\d{0,3}$")
_WORD = re.compile(r"\w+")
MOST_SMALL_TALK_WORDS = 30


class CitingText:
    """`add` yields the text as it comes, and a Citation when a marker is first complete.

    A marker that names no passage is taken out of the text: a reader could not follow it.
    """

    def __init__(self, passages: Sequence[Passage], *, said: str = "") -> None:
        """`said`: the text before, whose markers have been told."""
        self._passages = passages
        self._held = ""
        self._said = ""  # since the last marker: what the next marker vouches for
        self._cited: set[int] = set()
        self._words = 0
        self._has_figures = False
        if said:
            list(self._say(said))

    @property
    def has_citations(self) -> bool:
        return bool(self._cited)

    @property
    def makes_claims(self) -> bool:
        """True when the text is too long, or too exact, for a greeting or a word of thanks."""
        return self._has_figures or self._words > MOST_SMALL_TALK_WORDS

    def add(self, text: str) -> Iterator[TextDelta | Citation]:
        self._held += text
        cut = _MAYBE_MARKER.search(self._held)
        ready, self._held = (self._held[: cut.start()], self._held[cut.start() :]) if cut else (self._held, "")
        yield from self._say(ready)

    def end(self) -> Iterator[TextDelta | Citation]:
        ready, self._held = self._held, ""
        yield from self._say(ready)

    def _say(self, text: str) -> Iterator[TextDelta | Citation]:
        position = 0
        for marker in _MARKER.finditer(text):
            yield from self._plain(text[position : marker.start()])
            yield from self._cite(int(marker.group(1)))
            position = marker.end()
        yield from self._plain(text[position:])

    def _plain(self, text: str) -> Iterator[TextDelta]:
        if text:
            self._said += text
            self._words += len(text.split())
            self._has_figures |= any(character.isdigit() for character in text)
            yield TextDelta(text)

    def _cite(self, number: int) -> Iterator[TextDelta | Citation]:
        if not 1 <= number <= len(self._passages):
            return
        if number not in self._cited:
            self._cited.add(number)
            passage = self._passages[number - 1]
            start, end = closest_sentence(passage.text, self._said)
            yield Citation(number, passage.id, start, end)
        self._said = ""
        yield TextDelta(f"[{number}]")


def closest_sentence(text: str, statement: str) -> tuple[int, int]:
    """The span of the passage's sentence that shares most words with the statement; ties go to the first."""
    wanted = set(_WORD.findall(statement.lower()))
    spans = split_sentences(text) or [(0, len(text))]

    def shared(span: tuple[int, int]) -> float:
        words = set(_WORD.findall(text[span[0] : span[1]].lower()))
        return len(wanted & words) / math.sqrt(len(words) + 1)

    return max(spans, key=shared)

"""Segments joined so that they can be searched at once: an inverted list of terms, windows, vectors. Immutable.

Little here is asked of every turn that a contact ever said: lists of terms are as long as a term is common, and
vectors are first compared by the signs of their numbers, an eighth of their size (see `signs_near`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from agents.memory.episodes.segments import ID_BYTES, Quantised, Segment
from agents.memory.episodes.terms import Term

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Postings:
    """Of one term of a question: in which turns it is said, ascending, and how often."""

    turns: Places
    counts: Floats


@dataclass(frozen=True)
class Block:
    """Turns by their place, 0 to `size - 1`: those of a conversation stand together. The sentences of turn i are the
    rows `meaning_starts[i]` to `meaning_starts[i + 1]` of `meanings`; `signs` are those of their numbers."""

    conversations: tuple[UUID, ...]
    conversation_of: NDArray[np.int32]
    segment_starts: NDArray[np.int64]  # of each turn: where its segment begins
    segment_ends: NDArray[np.int64]
    ids: NDArray[np.uint8]
    sequences: NDArray[np.uint32]
    speakers: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    words: NDArray[np.int64]
    said_at: NDArray[np.int64]
    lengths: Floats  # terms of each turn
    term_list: NDArray[np.uint32]
    term_starts: NDArray[np.int64]
    term_turns: NDArray[np.int32]
    term_counts: NDArray[np.uint8]
    meanings: Quantised
    meaning_starts: NDArray[np.int64]
    signs: NDArray[np.uint64]

    @classmethod
    def of(cls, segments: Sequence[tuple[UUID, Segment]]) -> "Block":
        """Segments of one conversation come one after the other, in their order; no window reaches past one."""
        sizes = np.array([len(each) for _, each in segments], np.int64)
        ends = np.cumsum(sizes)
        starts = ends - sizes
        names = list(dict.fromkeys(conversation for conversation, _ in segments))
        numbers = {each: number for number, each in enumerate(names)}
        parts = [each for _, each in segments]
        lengths, terms = _lengths(parts), _inverted(parts)
        meanings = _joined([each.meanings for each in parts])
        return cls(
            conversations=tuple(names),
            conversation_of=np.repeat(np.array([numbers[each] for each, _ in segments], np.int32), sizes),
            segment_starts=np.repeat(starts, sizes),
            segment_ends=np.repeat(ends, sizes),
            ids=np.concatenate([np.empty((0, ID_BYTES), np.uint8), *(each.ids for each in parts)]),
            sequences=_concatenated([each.sequences for each in parts], np.uint32),
            speakers=_concatenated([each.speakers for each in parts], np.uint8),
            flags=_concatenated([each.flags for each in parts], np.uint8),
            words=_concatenated([each.words for each in parts], np.uint16).astype(np.int64),
            said_at=_concatenated([each.said_at for each in parts], np.int64),
            lengths=lengths,
            term_list=terms[0],
            term_starts=terms[1],
            term_turns=terms[2],
            term_counts=terms[3],
            meanings=meanings,
            meaning_starts=_meaning_starts(parts),
            signs=_signs(meanings.numbers),
        )

    @property
    def size(self) -> int:
        return len(self.sequences)

    def id_of(self, turn: int) -> UUID:
        return UUID(bytes=self.ids[turn].tobytes())

    @cached_property
    def word_ends(self) -> Places:
        """Words up to the end of each turn, after a 0."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.words)])

    @cached_property
    def length_ends(self) -> Floats:
        """Terms up to the end of each turn, after a 0."""
        return np.concatenate([np.zeros(1), np.cumsum(self.lengths, dtype=np.float64)])

    @cached_property
    def bytes(self) -> int:
        arrays = (getattr(self, name) for name in self.__dataclass_fields__)
        kept = (each.nbytes for each in arrays if isinstance(each, np.ndarray))
        return sum(kept) + self.meanings.numbers.nbytes + self.meanings.factors.nbytes

    def postings(self, term: Term) -> Postings:
        """Of a word, in whichever of its stems."""
        found = [self._postings_of(number) for number in term]
        found = [each for each in found if len(each.turns)]
        if len(found) < 2:
            return found[0] if found else Postings(np.empty(0, np.int64), np.empty(0, np.float32))
        turns = np.concatenate([each.turns for each in found])
        places, which = np.unique(turns, return_inverse=True)
        counts = np.bincount(which, weights=np.concatenate([each.counts for each in found]))
        return Postings(places, counts.astype(np.float32))

    def _postings_of(self, number: int) -> Postings:
        place = int(np.searchsorted(self.term_list, number))
        if place == len(self.term_list) or self.term_list[place] != number:
            return Postings(np.empty(0, np.int64), np.empty(0, np.float32))
        which = slice(self.term_starts[place], self.term_starts[place + 1])
        return Postings(self.term_turns[which].astype(np.int64), self.term_counts[which].astype(np.float32))

    def windows(self, places: Places, most_words: int) -> tuple[Places, Places]:
        """From and to which turn the window of each reaches: the turn, and as many neighbours on both sides as fit into
        `most_words`, one before and one after by turns. What lies past its segment's ends does not count."""
        if most_words not in self._windows:
            self._windows[most_words] = self._grown(most_words)
        first, last = self._windows[most_words]
        return first[places].astype(np.int64), last[places].astype(np.int64)

    @cached_property
    def _windows(self) -> dict[int, tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Of all turns, by how many words they may have: made when they are first asked for."""
        return {}

    def _grown(self, most_words: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        first = np.arange(self.size)
        last, starts, ends, sums = first + 1, self.segment_starts, self.segment_ends, self.word_ends
        is_growing = np.ones(self.size, bool)
        while is_growing.any():
            before = is_growing & (first > starts) & (sums[last] - sums[np.maximum(first - 1, 0)] <= most_words)
            first = first - before
            after = is_growing & (last < ends)
            after &= sums[np.minimum(last + 1, self.size)] - sums[first] <= most_words
            last = last + after
            is_growing = before | after
        return first.astype(np.int32), last.astype(np.int32)

    def signs_near(self, vector: Floats, most: int) -> Places:
        """The turns of the sentences whose vectors' signs are most like the vector's: a quick first look at all."""
        if not self.signs.size:
            return np.empty(0, np.int64)
        distances = np.bitwise_count(self.signs ^ _signs(vector[None, :])).sum(axis=0, dtype=np.uint16)
        count = min(most, len(distances))
        near = np.argpartition(distances, count - 1)[:count]
        return np.unique(np.searchsorted(self.meaning_starts, near, side="right") - 1)

    def cosines(self, turns: Places, vector: Floats) -> tuple[Floats, Floats]:
        """Of these turns' sentences with the unit vector: the nearest one's and the mean; -1 for a turn without any."""
        starts, counts = self.meaning_starts[turns], np.diff(self.meaning_starts)[turns]
        best = np.full(len(turns), -1.0, np.float32)
        mean = best.copy()
        some = counts > 0
        if some.any():
            ends = np.cumsum(counts)
            rows = np.arange(ends[-1]) + np.repeat(starts - (ends - counts), counts)
            found = (self.meanings.numbers[rows].astype(np.float32) @ vector) * self.meanings.factors[rows]
            firsts = (ends - counts)[some]
            best[some] = np.maximum.reduceat(found, firsts)
            mean[some] = np.add.reduceat(found, firsts) / counts[some]
        return best, mean


def _concatenated(arrays: Sequence[NDArray], kind: type) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate([np.empty(0, kind), *arrays])


def _joined(vectors: Sequence[Quantised]) -> Quantised:
    some = [each for each in vectors if len(each)]
    if not some:
        return Quantised(np.empty((0, 0), np.int8), np.empty(0, np.float32))
    return Quantised(np.concatenate([each.numbers for each in some]), np.concatenate([each.factors for each in some]))


def _signs(numbers: NDArray[np.int8] | Floats) -> NDArray[np.uint64]:
    """One bit for each number, in as many words of 64 as they fill: a row for each word, so that sums run along it."""
    if not len(numbers):
        return np.empty((0, 0), np.uint64)
    bits = np.packbits(numbers >= 0, axis=1)
    words = np.ascontiguousarray(np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))).view(np.uint64)
    return np.ascontiguousarray(words.T)


def _lengths(segments: Sequence[Segment]) -> Floats:
    sums = []
    for each in segments:
        ends = np.concatenate([[0], each.term_ends]).astype(np.int64)
        counted = np.concatenate([[0], np.cumsum(each.counts, dtype=np.int64)])
        sums.append(np.diff(counted[ends]).astype(np.float32))
    return _concatenated(sums, np.float32)


def _inverted(segments: Sequence[Segment]) -> tuple[NDArray[np.uint32], Places, NDArray[np.int32], NDArray[np.uint8]]:
    """All terms ascending, where the turns of each begin, the turns, and how often each is said there."""
    terms = _concatenated([each.terms for each in segments], np.uint32)
    counts = _concatenated([each.counts for each in segments], np.uint8)
    sizes = [np.diff(np.concatenate([[0], each.term_ends]).astype(np.int64)) for each in segments]
    turns = np.repeat(np.arange(sum(map(len, segments)), dtype=np.int32), _concatenated(sizes, np.int64).astype(int))
    order = np.argsort(terms, kind="stable")
    known, starts = np.unique(terms[order], return_index=True)
    return known, np.append(starts, len(terms)), turns[order], counts[order]


def _meaning_starts(segments: Sequence[Segment]) -> Places:
    """Where the sentences of each turn begin, and where the last one's end."""
    counts = [np.bincount(each.meaning_turns, minlength=len(each)) for each in segments]
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(_concatenated(counts, np.int64))])

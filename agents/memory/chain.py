"""Which values of one predicate of one contact hold, and from when to when: a pure function of what says so.

The order in which things came in changes nothing. A newer value ends the one before; one that is told late ends where
the next begins; without one of its sources everything is as if that had never been said.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

Status = Literal["proposed", "active", "superseded", "retracted"]
_NEVER = datetime.min.replace(tzinfo=UTC)
_SEPARATORS = " \t\n.,;:!?\"'’“”„"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One source, and what it says of the predicate's values; `value` "" with `is_retracted` takes back whatever holds.

    `is_void`: a person says that the value never held, as far as it was said until then; `is_staff`: a person said it.
    """

    id: UUID
    value: str
    said_at: datetime
    recorded_at: datetime
    holds_from: datetime | None = None
    holds_to: datetime | None = None
    precision: str = "moment"
    place: int = 0  # in its message
    extractor: str = ""
    version: int = 1
    confidence: float = 1.0
    conversation_id: UUID | None = None
    is_retracted: bool = False
    is_correction: bool = False
    is_proposal: bool = False
    is_staff: bool = False
    is_open_start: bool = False  # since when it holds is not known, only until when
    is_lasting: bool = False  # it began earlier and is so still: what was said otherwise in between was wrong

    @property
    def since(self) -> datetime | None:
        return None if self.is_open_start else self.holds_from or self.said_at

    @property
    def key(self) -> str:
        return key_of(self.value)


@dataclass(slots=True)
class Interval:
    """One value over one stretch of time. `ended_by`: the interval that took its place; `ended_at`: when we learned
    that it ended. `contradicted_by`: what says otherwise and has not taken its place."""

    value: str
    valid_from: datetime | None
    precision: str
    sources: list[Assertion] = field(default_factory=list)
    valid_to: datetime | None = None
    status: Status = "active"
    ended_by: "Interval | None" = None
    ended_at: datetime | None = None
    contradicted_by: list[Assertion] = field(default_factory=list)

    @property
    def key(self) -> str:
        return key_of(self.value)

    @property
    def supports(self) -> list[Assertion]:
        return [each for each in self.sources if not each.is_retracted]

    def holds_at(self, moment: datetime) -> bool:
        begun = self.valid_from is None or self.valid_from <= moment
        is_over = self.valid_to is not None and self.valid_to <= moment
        return begun and not is_over and self.status != "proposed"


def key_of(value: str) -> str:
    """By what two values are the same, however they are spelled."""
    return " ".join(value.casefold().split()).strip(_SEPARATORS)


def intervals_of(said: Iterable[Assertion], *, is_single_valued: bool, pinned: Collection[str] = ()) -> list[Interval]:
    """In the order in which they begin. `pinned`: values (`key_of`) that only a person of the company may end."""
    chain = _Chain(is_single_valued, frozenset(pinned))
    valid, void = _apart(sorted(said, key=lambda each: (each.said_at, each.place, str(each.id))))
    for moment, each, is_end in _points(valid):
        chain.take(moment, each, is_end=is_end)
    for each in valid:
        if each.is_proposal:
            chain.propose(each)
    chain.keep_void(void)
    return chain.intervals


def _apart(said: Sequence[Assertion]) -> tuple[list[Assertion], list[Assertion]]:
    """What counts, and what a person has called wrong together with the saying so."""
    verdicts = [each for each in said if each.is_staff and each.is_retracted]
    until = {each.key: each.said_at for each in sorted(verdicts, key=lambda each: each.said_at)}
    void = [each for each in said if not each.is_retracted and each.said_at <= until.get(each.key, _NEVER)]
    apart = {each.id for each in (*void, *verdicts)}
    return [each for each in said if each.id not in apart], [*void, *verdicts]


def _points(said: Iterable[Assertion]) -> Iterator[tuple[datetime | None, Assertion, bool]]:
    """When each begins to count, and where one says itself until when it held, its end; oldest first."""
    points: list[tuple[datetime | None, Assertion, bool]] = []
    for each in said:
        if each.is_proposal:
            continue
        points.append((each.since, each, False))
        if each.holds_to is not None:
            points.append((each.holds_to, each, True))
    yield from sorted(points, key=_order)


def _order(point: tuple[datetime | None, Assertion, bool]) -> tuple[object, ...]:
    """What was said later, or at one time by who knows better, comes last and so counts."""
    moment, each, is_end = point
    begun = moment.timestamp() if moment is not None else float("-inf")
    return (begun, is_end, each.said_at.timestamp(), each.place, each.confidence, str(each.id))


def _outlasts(held: Interval, said: Assertion) -> bool:
    """Somebody says later that it has been so all the time."""
    return any(each.is_lasting and each.said_at > said.said_at for each in held.supports)


def _contradict(held: Iterable[Interval], said: Assertion) -> None:
    for each in held:
        each.contradicted_by.append(said)


class _Chain:
    """The intervals so far, and which of them are open."""

    def __init__(self, is_single_valued: bool, pinned: frozenset[str]) -> None:
        self.intervals: list[Interval] = []
        self._open: dict[str, Interval] = {}
        self._is_single_valued, self._pinned = is_single_valued, pinned

    def take(self, moment: datetime | None, said: Assertion, *, is_end: bool) -> None:
        if is_end:
            self._end_told(moment, said)
        elif said.is_retracted:
            self._take_back(moment, said)
        elif (known := self._open.get(said.key)) is not None:
            known.sources.append(said)
        else:
            self._begin(moment, said)

    def _begin(self, moment: datetime | None, said: Assertion) -> None:
        rivals = self._rivals(said)
        if any(each.key in self._pinned for each in rivals) and not said.is_staff:
            _contradict(rivals, said)
            self._add(Interval(said.value, moment, said.precision, [said], status="proposed"))
            return
        interval = Interval(said.value, moment, said.precision, [said])
        if (outlasted_by := next((each for each in rivals if _outlasts(each, said)), None)) is not None:
            interval.valid_to, interval.status, interval.ended_by = moment, "superseded", outlasted_by
            interval.ended_at = max(each.recorded_at for each in (said, *outlasted_by.sources))
            _contradict([outlasted_by], said)
            self._add(interval)
            return
        for each in rivals:
            self._close(each, moment, "superseded", said.recorded_at)
            each.ended_by = interval
        self._add(interval)
        self._open[said.key] = interval

    def _rivals(self, said: Assertion) -> list[Interval]:
        """What cannot stand beside it. Of many values a correction replaces the last one of its conversation."""
        if self._is_single_valued:
            return list(self._open.values())
        if not said.is_correction or said.conversation_id is None:
            return []
        here = [
            each
            for each in self._open.values()
            if any(source.conversation_id == said.conversation_id for source in each.supports)
        ]
        return here[-1:]

    def _take_back(self, moment: datetime | None, said: Assertion) -> None:
        held = [each for each in self._open.values() if not said.value or each.key == said.key]
        for number, each in enumerate(held):
            if not number:
                each.sources.append(said)
            if each.key not in self._pinned and not _outlasts(each, said):
                self._close(each, moment, "retracted", said.recorded_at)
        if not held:
            self._deny(moment, said)

    def _deny(self, moment: datetime | None, said: Assertion) -> None:
        """Nothing of it was known, or it had ended: kept all the same, for what is told late."""
        for each in reversed(self.intervals):
            if each.key == said.key and each.status != "proposed":
                each.sources.append(said)
                return
        denied = Interval(said.value, moment, said.precision, [said], moment, "retracted", ended_at=said.recorded_at)
        self._add(denied)

    def _end_told(self, moment: datetime | None, said: Assertion) -> None:
        """It said itself until when: that is when it ends, if nothing has ended it before."""
        known = self._open.get(said.key)
        if known is not None and said in known.sources:
            later = [each for each in known.supports if each is not said and each.holds_to is None]
            if not later:
                self._close(known, moment, "superseded", said.recorded_at)

    def _close(self, interval: Interval, moment: datetime | None, status: Status, learned: datetime) -> None:
        interval.valid_to = moment
        interval.status, interval.ended_at = status, max(learned, interval.sources[0].recorded_at)
        self._open.pop(interval.key, None)

    def _add(self, interval: Interval) -> None:
        same = [each for each in self.intervals if each.status == interval.status == "proposed"]
        for each in same:
            if each.key == interval.key:
                each.sources += interval.sources
                return
        self.intervals.append(interval)

    def propose(self, said: Assertion) -> None:
        """It adds to what is known, changes nothing of it, and stands by itself where nothing is."""
        for each in reversed(self.intervals):
            if each.key == said.key and each.supports and each.status != "proposed":
                each.sources.append(said)
                return
        if not said.is_retracted:
            if self._is_single_valued:
                _contradict(self._open.values(), said)
            self._add(Interval(said.value, said.since, said.precision, [said], status="proposed"))

    def keep_void(self, void: Sequence[Assertion]) -> None:
        """What was called wrong is kept, with whoever said so, and holds at no time."""
        for key in dict.fromkeys(each.key for each in void):
            sources = [each for each in void if each.key == key]
            first = min((each.since for each in sources if each.since is not None), default=None)
            ended = max(each.recorded_at for each in sources)
            self.intervals.append(
                Interval(sources[0].value, first, "moment", sources, first, "retracted", ended_at=ended)
            )

"""Asking the arms at once, each in a thread, and none for longer than its deadline.

A late arm is left out and named; its thread ends by itself, and what it brings is not looked at.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from functools import lru_cache
from typing import NamedTuple, TypeVar

from agents.retrieval.fusion import ArmHit
from ingestion.vectors.port import Hit
from rapport.errors import Unavailable

T = TypeVar("T")

DEADLINE_PASSED = "deadline_passed"


class Answer(NamedTuple):
    """What an arm said, and after how long; `error`: why it could not be asked."""

    milliseconds: float
    hits: Sequence[Hit]
    error: str = ""


Waiting = Future[Answer]


def begin(name: str, search: Callable[[], Sequence[Hit]]) -> Waiting:
    """Ask an arm now and look later. Arms have threads of their own: a slow one keeps no other from being asked."""
    return _threads(os.getpid(), name).submit(ask, search)


def ask(search: Callable[[], Sequence[Hit]]) -> Answer:
    """Here and now. An outage is an answer; whatever else goes wrong is raised."""
    started = time.perf_counter()
    try:
        hits = search()
    except Unavailable as error:
        return Answer(milliseconds(started), (), error.code)
    return Answer(milliseconds(started), hits)


@lru_cache(maxsize=16)
def _threads(process: int, name: str) -> ThreadPoolExecutor:
    """Threads do not cross a fork. There are as many as questions at once, up to a bound that no process comes to."""
    return ThreadPoolExecutor(32, thread_name_prefix=f"search-{name}")


class Asking:
    """What the arms found, and which could not be asked. `deadline_seconds` counts from when this was made."""

    def __init__(self, deadline_seconds: float) -> None:
        self.clock = Clock()
        self.hits: dict[str, Sequence[Hit]] = {}
        self.failed: dict[str, str] = {}
        self._started = time.perf_counter()
        self._deadline = deadline_seconds

    def note(self, name: str, answer: Answer) -> None:
        self.clock.timings_ms[name] = answer.milliseconds
        if answer.error:
            self.failed[name] = answer.error
        else:
            self.hits[name] = answer.hits

    def wait(self, name: str, waiting: Waiting) -> None:
        """Note what it says before the deadline."""
        left = self._deadline - (time.perf_counter() - self._started)
        try:
            self.note(name, waiting.result(max(0.0, left)))
        except TooLate:
            waiting.cancel()
            self.note(name, Answer(milliseconds(self._started), (), DEADLINE_PASSED))

    def arm_hits(self) -> list[ArmHit]:
        return [
            ArmHit(arm, rank, hit.score, hit.chunk)
            for arm, found in self.hits.items()
            for rank, hit in enumerate(found, start=1)
        ]


class Clock:
    """Wall-clock milliseconds per step."""

    def __init__(self) -> None:
        self.timings_ms: dict[str, float] = {}

    def time(self, name: str, step: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return step()
        finally:
            self.timings_ms[name] = milliseconds(started)


def milliseconds(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 3)

"""Going through companies side by side: one whose turn takes long, or fails, holds up no other.

A few threads take one company after the other. Nothing is lost of those that are left when the time is over: the caller
names them in an order in which they come first next time. A turn has to end by itself; it is never held in a scope.
"""

import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import connections

from rapport import logs

log = logs.get_logger(__name__)

LANES = 4
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Round(Generic[Done]):
    done: list[Done]
    failed: int = 0
    left: int = 0  # there was no time for them


def go_round(
    name: str,
    turn: Callable[[UUID], Done],
    tenant_ids: Iterable[UUID],
    *,
    seconds: float = math.inf,
    lanes: int = LANES,
) -> Round[Done]:
    """In their order. A turn that raises is an error in the log, under `name`; none begins after so many seconds. One
    lane, for what waits for nobody outside, is the caller's own thread."""
    until = time.monotonic() + seconds

    def take(tenant_id: UUID) -> list[Done] | None:
        if time.monotonic() > until:
            return None
        try:
            return [turn(tenant_id)]
        except Exception as error:
            log.exception("round_failed", round=name, tenant_id=str(tenant_id), error=type(error).__name__)
            return []

    def take_aside(tenant_id: UUID) -> list[Done] | None:
        try:
            return take(tenant_id)
        finally:
            connections.close_all()  # this thread's own: nobody else would

    if lanes == 1:
        taken = [take(each) for each in tenant_ids]
    else:
        with ThreadPoolExecutor(lanes, thread_name_prefix=name) as threads:
            taken = list(threads.map(take_aside, tenant_ids))
    return Round(
        [each for turns in taken if turns for each in turns],
        failed=sum(turns == [] for turns in taken),
        left=sum(turns is None for turns in taken),
    )

"""One thread per process renews the leases of running handlers, and lets those lapse that outlive their deadline."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error, close_old_connections

from rapport import logs
from rapport.config import get_config
from rapport.events.lease import Lease, renew_leases
from rapport.events.topics import queue_of
from rapport.metrics.registry import TASK_SECONDS

EXIT_CODE = 70  # EX_SOFTWARE: the supervisor starts a new process

log = logs.get_logger(__name__)


@dataclass(slots=True)
class Held:
    """Something that runs. Without leases only its deadline is watched."""

    name: str
    leases: Sequence[Lease]
    deadline: float  # monotonic
    deadline_seconds: float


class Keeper:
    """Python cannot stop a thread: past twice its deadline a handler is beyond help, and the whole process ends."""

    def __init__(self) -> None:
        self._held: dict[int, Held] = {}
        self._lock = threading.Lock()
        self._has_work = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def hold(self, name: str, *leases: Lease, deadline_seconds: float) -> Iterator[None]:
        """Keep `leases` while the block runs, at most until the deadline; `name` is the
        subscription's or the task's, for the log and the figures."""
        held = Held(name, leases, time.monotonic() + deadline_seconds, deadline_seconds)
        with self._lock:
            self._held[id(held)] = held
            self._start()
        self._has_work.set()
        try:
            with TASK_SECONDS.labels(queue_of(name), name).time():
                yield
        finally:
            with self._lock:
                del self._held[id(held)]

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            self._has_work.wait()
            time.sleep(get_config().lease_seconds / 4)
            with self._lock:
                held = list(self._held.values())
                if not held:
                    self._has_work.clear()
            for each in held:
                self._keep(each, time.monotonic())
            if any(each.leases for each in held):
                close_old_connections()

    def _keep(self, held: Held, now: float) -> None:
        if now > held.deadline + held.deadline_seconds:
            log.critical("deadline_ignored", name=held.name)
            os._exit(EXIT_CODE)
        if now > held.deadline:
            log.error("past_deadline", name=held.name)
            for lease in held.leases:
                lease.lost.set()
        elif held.leases:
            self._renew(held.leases)

    def _renew(self, leases: Sequence[Lease]) -> None:
        try:
            renew_leases(leases)
        except Error as error:  # also InterfaceError, which is no DatabaseError: the thread must outlive it
            log.warning("lease_not_renewed", error=type(error).__name__)


keeper = Keeper()

"""The event machinery's jobs as threads of one process, each a loop that a bell wakes and a poll guarantees."""

import threading
import time
from typing import ClassVar

from django.db import close_old_connections, connections

from rapport import logs
from rapport.errors import RapportError
from rapport.events.consumer import InboxConsumer
from rapport.events.dispatch import dispatch_all, is_broker_in_worker
from rapport.events.doorbell import Bell, ring
from rapport.events.identity import process_name
from rapport.events.inbox import mend_keys
from rapport.events.lease import free_leases_of_the_dead
from rapport.events.registry import get_bus
from rapport.events.relay import Relay
from rapport.events.roles import RoleHolder, announce

PAUSE_AFTER_ERROR_SECONDS = 1.0
SWEEP_SECONDS = 2.0
MEND_SECONDS = 60.0
GRACE_SECONDS = 5.0

log = logs.get_logger(__name__)


class Loop:
    """Runs `step` again and again until it is stopped. An error is logged and the loop goes on after a pause."""

    name: ClassVar[str]
    bell_name: ClassVar[str] = ""  # what wakes the loop, if anything does
    longest_step_seconds: ClassVar[float] = 180.0

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.stepped_at = time.monotonic()
        self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.bell_name:
            ring(self.bell_name)

    def _run(self) -> None:
        try:
            self.open()
            while not self.stopping.is_set():
                self.stepped_at = time.monotonic()
                self._step_safely()
        except (Exception, SystemExit):  # a thread would end without a word
            log.exception("loop_ended", loop=self.name)
        finally:
            self._close_safely()
            connections.close_all()

    def _close_safely(self) -> None:
        try:
            self.close()
        except Exception as error:
            log.warning("loop_not_closed", loop=self.name, error=type(error).__name__)

    def is_alive(self) -> bool:
        """False when the thread has ended, and when it hangs in one step: no thread can be stopped from outside, so the
        process ends and is started again."""
        return self.thread.is_alive() and time.monotonic() - self.stepped_at < self.longest_step_seconds

    def _step_safely(self) -> None:
        try:
            self.step()
        except RapportError as error:
            log.warning("loop_waits", loop=self.name, code=error.code)
            self.stopping.wait(PAUSE_AFTER_ERROR_SECONDS)
        except Exception:
            log.exception("loop_failed", loop=self.name)
            self.stopping.wait(PAUSE_AFTER_ERROR_SECONDS)
        close_old_connections()

    def open(self) -> None:
        """Called in the loop's own thread before the first step."""

    def step(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Called in the loop's own thread after the last step."""


class RelayLoop(Loop):
    name = "relay"
    bell_name = "relay"

    def open(self) -> None:
        self.relay, self.bell = Relay(get_bus()), Bell(self.bell_name)

    def step(self) -> None:
        wait = self.relay.step()
        if wait:
            self.bell.wait(wait)

    def close(self) -> None:
        self.relay.role.give_up()
        self.bell.close()


class ConsumerLoop(Loop):
    name = "consumer"
    bell_name = "log"

    def open(self) -> None:
        self.consumer = InboxConsumer(get_bus(), member_id=process_name()[:80])

    def step(self) -> None:
        self.consumer.step(timeout_seconds=1.0)

    def close(self) -> None:
        self.consumer.close()


class SweeperLoop(Loop):
    """Rings for what is ready: when the consumer says so, and every two seconds for retries and lapsed leases."""

    name = "sweeper"
    bell_name = "dispatch"

    def open(self) -> None:
        self.bell = Bell(self.bell_name)
        self._swept_at = self._mended_at = -MEND_SECONDS

    def step(self) -> None:
        dispatch_all()
        if time.monotonic() - self._mended_at >= MEND_SECONDS:
            self._mended_at = time.monotonic()
            mend_keys()
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = time.monotonic()
            free_leases_of_the_dead()
            announce(self.name)
        self.bell.wait(SWEEP_SECONDS)

    def close(self) -> None:
        self.bell.close()


class SchedulerLoop(Loop):
    """Celery beat, in whichever process holds the role."""

    name = "scheduler"

    def open(self) -> None:
        from celery.beat import Service

        from rapport.celery import app
        from rapport.config import get_config

        app.loader.import_default_modules()
        self.role = RoleHolder("scheduler")
        folder = get_config().data_dir / "run"
        folder.mkdir(parents=True, exist_ok=True)
        self.scheduler = Service(app, schedule_filename=str(folder / "schedule")).get_scheduler()

    def step(self) -> None:
        seconds = self.scheduler.tick() if self.role.is_mine() else SWEEP_SECONDS
        self.stopping.wait(min(seconds, SWEEP_SECONDS * 2))

    def close(self) -> None:
        self.scheduler.close()
        self.role.give_up()


class BellsLoop(Loop):
    """Hears what other machines ring; only with a shared broker."""

    name = "bells"

    def open(self) -> None:
        from rapport.events.far_bells import Listener

        self.listener = Listener()

    def step(self) -> None:
        self.listener.hear()

    def close(self) -> None:
        self.listener.close()


LOOPS: dict[str, type[Loop]] = {
    each.name: each for each in (RelayLoop, ConsumerLoop, SweeperLoop, SchedulerLoop, BellsLoop)
}


def roles_of_worker() -> tuple[str, ...]:
    """Loops that send Celery tasks live where the broker is; an in-memory one is in the worker."""
    return ("sweeper", "scheduler") if is_broker_in_worker() else ()


def roles_of_events() -> tuple[str, ...]:
    elsewhere = (*roles_of_worker(), "bells") if is_broker_in_worker() else ()
    return tuple(name for name in LOOPS if name not in elsewhere)


class LoopGroup:
    """Several loops, started and stopped together. When one ends by itself the process should end too."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.loops = [LOOPS[name]() for name in names]

    def start(self) -> None:
        for loop in self.loops:
            loop.start()

    def all_alive(self) -> bool:
        return all(loop.is_alive() for loop in self.loops)

    def begin_stop(self) -> None:
        for loop in self.loops:
            loop.stop()

    def stop(self) -> None:
        self.begin_stop()
        for loop in self.loops:
            loop.thread.join(GRACE_SECONDS)

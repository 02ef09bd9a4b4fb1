"""The loop that starts processes, starts them again when they die, and ends them all. It knows no product."""

import fcntl
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from rapport.supervisor.children import Child, start
from rapport.supervisor.output import Printer
from rapport.supervisor.processes import Process

PAUSES_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0  # whoever lived so long starts again at once the next time
STOP_SECONDS = 10.0
TICK_SECONDS = 5.0


class AlreadyRunning(SystemExit):
    """Another supervisor works on the same data folder."""


class Supervisor:
    """Single-threaded: it forks. Signals wake its selector through a socket pair."""

    def __init__(self, processes: Mapping[str, Process], *, run_folder: Path, capture: bool) -> None:
        self.processes = processes
        self.run_folder = run_folder
        self.capture = capture
        self.printer = Printer()
        self._children: dict[int, Child] = {}
        self._failures: dict[str, int] = dict.fromkeys(processes, 0)
        self._due: dict[str, float] = {}
        self._is_stopping = False
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()
        self._lock: IO[str] | None = None

    def run(self, *, has_changed: Callable[[], bool] | None = None) -> bool:
        """Until SIGINT or SIGTERM (False), or until `has_changed` says that the code did (True)."""
        self._lock_folder()
        self._listen_to_signals()
        self._due = dict.fromkeys(self.processes, 0.0)
        changed = False
        while not self._is_stopping and not changed:
            self._start_due()
            self._wait(1.0 if has_changed else TICK_SECONDS)
            self._reap()
            changed = bool(has_changed and has_changed())
        self._stop_all()
        return changed

    def _lock_folder(self) -> None:
        self.run_folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.run_folder / "supervisor.pid").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Rapport already runs on {self.run_folder.parent}. Stop it first, or set DATA_DIR to another folder."
            ) from None
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()

    def _listen_to_signals(self) -> None:
        for each in (self._wake_in, self._wake_out):
            each.setblocking(False)
        signal.set_wakeup_fd(self._wake_out.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
            signal.signal(signal.SIGHUP, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._wake_in, selectors.EVENT_READ, None)

    def _on_stop(self, *_: object) -> None:
        self._is_stopping = True

    def _start_due(self) -> None:
        for name in [name for name, moment in self._due.items() if moment <= time.monotonic()]:
            del self._due[name]
            child = start(self.processes[name], run_folder=self.run_folder, capture=self.capture, in_child=self._forget)
            self._children[child.pid] = child
            if child.output is not None:
                os.set_blocking(child.output, False)
                self._selector.register(child.output, selectors.EVENT_READ, child)

    def _forget(self) -> None:
        """In a child: what belongs to the supervisor alone."""
        self._selector.close()
        for each in (self._wake_in, self._wake_out):
            each.close()
        if self._lock:
            os.close(self._lock.fileno())

    def _wait(self, seconds: float) -> None:
        if self._due:
            seconds = min(seconds, max(0.0, min(self._due.values()) - time.monotonic()))
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self._drain_wake_ups()
            else:
                self._pass_on(key.data)

    def _drain_wake_ups(self) -> None:
        try:
            while self._wake_in.recv(1024):
                continue
        except BlockingIOError:
            return

    def _pass_on(self, child: Child) -> None:
        """A child's output. At its end (a grandchild may hold it open longer) the pipe is closed."""
        assert child.output is not None
        try:
            data = os.read(child.output, 65536)
        except BlockingIOError:
            return
        if data:
            self.printer.feed(child.process.name, data)
        else:
            self._close_output(child)

    def _close_output(self, child: Child) -> None:
        if child.output is not None:
            self._selector.unregister(child.output)
            os.close(child.output)
            child.output = None

    def _reap(self) -> None:
        for pid, status in _ended(self._children):
            child = self._children.pop(pid)
            if child.output is not None:
                self._pass_on(child)
                self._close_output(child)
            child.bury()
            if not self._is_stopping:
                self._plan_restart(child, status)

    def _plan_restart(self, child: Child, status: int) -> None:
        name = child.process.name
        if time.monotonic() - child.started_at > STEADY_SECONDS:
            self._failures[name] = 0
        pause = PAUSES_SECONDS[min(self._failures[name], len(PAUSES_SECONDS) - 1)]
        self._failures[name] += 1
        self._due[name] = time.monotonic() + pause
        self.printer.line("rapport", f"{name} {_how(status)}; starting it again in {pause:g} s")

    def _stop_all(self) -> None:
        """SIGTERM, some seconds of patience, then SIGKILL. A second Ctrl-C ends the patience."""
        self._is_stopping = False
        for child in self._children.values():
            child.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while self._children and time.monotonic() < until and not self._is_stopping:
            self._wait(0.2)
            self._reap_while_stopping()
        for child in self._children.values():
            child.signal(signal.SIGKILL)
        while self._children:
            self._wait(0.2)
            self._reap_while_stopping()

    def _reap_while_stopping(self) -> None:
        second_signal = self._is_stopping
        self._is_stopping = True
        self._reap()
        self._is_stopping = second_signal


def _ended(pids: Iterable[int]) -> list[tuple[int, int]]:
    found = []
    for pid in list(pids):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            found.append((pid, status))
    return found


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def start_afresh() -> None:
    """Replace this process by a new one of the same command, so that changed code is read. Never returns."""
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606  the command that a person typed

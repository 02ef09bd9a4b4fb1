"""Starting and ending one child process, so that it never outlives the supervisor, however that ends."""

import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from rapport.garbage import leave_alone_what_lives
from rapport.supervisor.processes import Process

PR_SET_PDEATHSIG = 1


class Child:
    """A running process. `output` is the reading end of its stdout and stderr, None when it writes to ours."""

    def __init__(self, process: Process, pid: int, output: int | None, pid_file: Path) -> None:
        self.process = process
        self.pid = pid
        self.output = output
        self.started_at = time.monotonic()
        self._pid_file = pid_file
        pid_file.parent.mkdir(parents=True, exist_ok=True)
        pid_file.write_text(f"{pid}\n")

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def bury(self) -> None:
        """After its end: nothing that it started stays either."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._pid_file.unlink(missing_ok=True)


def start(process: Process, *, run_folder: Path, capture: bool, in_child: Callable[[], None]) -> Child:
    """Fork. `in_child` lets go of what only the supervisor needs; the supervisor must have no other thread."""
    reading, writing = os.pipe() if capture else (None, None)
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        in_child()
        _become(process, parent, writing)
    if writing is not None:
        os.close(writing)
    return Child(process, pid, reading, run_folder / f"{process.name}.pid")


def _become(process: Process, parent: int, writing: int | None) -> None:
    """In the child: never returns."""
    code = 1
    try:
        os.setsid()  # Ctrl-C goes to the supervisor alone, and the whole group can be ended together
        _die_with(parent)
        os.nice(process.niceness)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        if writing is not None:
            os.dup2(writing, 1)
            os.dup2(writing, 2)
        if process.command:
            os.execv(process.command[0], list(process.command))  # noqa: S606  fixed words, no shell wanted
        gc.enable()
        leave_alone_what_lives()
        if process.run:
            process.run()
        code = 0
    except SystemExit as error:
        if isinstance(error.code, str):  # what the interpreter itself would print
            sys.stderr.write(f"{error.code}\n")
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _die_with(parent: int) -> None:
    """End when the supervisor ends, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)

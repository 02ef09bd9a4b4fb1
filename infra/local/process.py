"""Processes that outlive the command that started them, remembered by pid and start time. Linux only (`/proc`).

It must not know what it runs. A pid alone proves nothing after a crash: the start time tells a server from a stranger
that got its number, so a stale pid file is never believed and nobody else's process is ever signalled.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOG_BYTES = 20 << 20  # a log that has grown past this is set aside once at the next start


@dataclass(frozen=True, slots=True)
class Command:
    argv: list[str]
    env: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None


def launch(command: Command, *, log: Path, pid_file: Path) -> subprocess.Popen[bytes]:
    """Start it in a session of its own, its output appended to `log`, and remember it in `pid_file`."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.rename(log.with_suffix(".log.old"))
    with log.open("ab") as output:
        process = subprocess.Popen(
            command.argv,
            env={**os.environ, **command.env},
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    pid_file.write_text(f"{process.pid} {_stat(process.pid)[1]}\n")
    return process


def find(pid_file: Path) -> int | None:
    """The pid of the process that `pid_file` remembers, if it still lives."""
    try:
        pid, started = pid_file.read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    state, since = _stat(int(pid))
    return int(pid) if since == started and state not in "ZX" else None


def stop(pid: int, *, polite: int, patience_seconds: float) -> bool:
    """Ask, wait, then insist. True when asking was enough. Returns when the process and its children are gone."""
    family = {member: _stat(member)[1] for member in [pid, *descendants(pid)]}

    def left() -> list[int]:
        return [member for member, started in family.items() if not is_gone(member) and _stat(member)[1] == started]

    send(pid, polite)
    obeyed = wait_until(lambda: pid not in left(), patience_seconds)
    for member in left():
        send(member, signal.SIGKILL)
    wait_until(lambda: not left(), 10)
    return obeyed


def send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_gone(pid: int) -> bool:
    return _stat(pid)[0] in "ZX"


def descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for other in _pids():
        with contextlib.suppress(OSError, IndexError):
            parent = int(_fields(other)[1])
            children.setdefault(parent, []).append(other)
    found = [*children.get(pid, [])]
    for child in found:
        found.extend(children.get(child, []))
    return found


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is `folder`: a dead server's children that have not noticed yet."""
    found = []
    for pid in _pids():
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/cwd").readlink() == folder and not is_gone(pid):
                found.append(pid)
    return found


def memory_bytes(pid: int) -> int:
    """What the process and its children take, shared pages counted once where the kernel tells."""
    return sum(map(_memory_of_one, [pid, *descendants(pid)]))


def _memory_of_one(pid: int) -> int:
    for file, name in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
                if line.startswith(name):
                    return int(line.split()[1]) << 10
    return 0


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())


def _stat(pid: int) -> tuple[str, str]:
    """State and start time; ("X", "") when there is no such process."""
    try:
        fields = _fields(pid)
    except (OSError, IndexError):
        return "X", ""
    return fields[0], fields[19]


def _fields(pid: int) -> list[str]:
    # The second field is the command's name in brackets, which may hold spaces and brackets itself.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()

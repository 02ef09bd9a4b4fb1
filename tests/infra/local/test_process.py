"""A pid is believed only with its start time; stopping leaves no child behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from infra.local import process
from infra.local.process import Command

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
    "print('ready', flush=True)\n"
    "time.sleep(60)",
]


def launch(tmp_path: Path, argv: list[str]) -> "subprocess.Popen[bytes]":
    return process.launch(Command(argv), log=tmp_path / "log", pid_file=tmp_path / "pid")


def test_a_process_is_found_until_it_ends(tmp_path: Path) -> None:
    started = launch(tmp_path, SLEEP)
    assert process.find(tmp_path / "pid") == started.pid
    os.kill(
        started.pid, signal.SIGKILL
    )  # nobody waits for it: it is a zombie now, as under a container's first process
    assert process.wait_until(lambda: process.find(tmp_path / "pid") is None, 5)
    started.wait()


def test_a_stranger_who_got_the_pid_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(f"{os.getpid()} 12345\n")
    assert process.find(tmp_path / "pid") is None


def test_a_damaged_pid_file_is_no_process(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text("")
    assert process.find(tmp_path / "pid") is None


def test_one_that_does_not_obey_is_killed_with_its_children(tmp_path: Path) -> None:
    started = launch(tmp_path, STUBBORN)
    process.wait_until(lambda: "ready" in (tmp_path / "log").read_text(), 20)
    (child,) = process.descendants(started.pid)
    assert process.memory_bytes(started.pid) > 1 << 20
    assert not process.stop(started.pid, polite=signal.SIGTERM, patience_seconds=0.3)
    assert process.is_gone(started.pid)
    assert process.is_gone(child)
    started.wait()

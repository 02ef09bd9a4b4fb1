"""People before imports, on one machine whose cores are all busy: whoever is waited for says so, and imports let it go
first.

A file's time is the sign, so that it costs nothing and reaches every process of the machine and no other. An import
waits for some moments before each of its steps and then goes on: it becomes slower, it never stands still.
"""

import os
import time
from pathlib import Path

from rapport.config import get_config

RECENT_SECONDS = 1.0  # an answer takes about a third of that; a model elsewhere is waited for without a core
MOST_SECONDS = 3.0  # before one step
FEW = 4  # someone may be waiting for so many documents; more are an import


def say_waiting() -> None:
    """Someone waits for an answer, or for a few documents, from this moment on."""
    path = _sign()
    try:
        os.utime(path)
    except FileNotFoundError:
        path.touch()


def give_way() -> bool:
    """Wait while someone waits and the cores are busy, MOST_SECONDS at most; returns whether it did."""
    started, has_waited = time.monotonic(), False
    while _is_anyone_waiting() and is_busy() and time.monotonic() - started < MOST_SECONDS:
        has_waited = True
        time.sleep(0.05)
    return has_waited


def is_busy() -> bool:
    """More wants to run than there are cores, on average of the last minute."""
    return os.getloadavg()[0] >= (os.cpu_count() or 1)


def _is_anyone_waiting() -> bool:
    try:
        return time.time() - _sign().stat().st_mtime < RECENT_SECONDS
    except FileNotFoundError:
        return False


def _sign() -> Path:
    return get_config().data_dir / "waiting"

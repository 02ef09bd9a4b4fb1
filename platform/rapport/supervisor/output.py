"""What people see on a terminal: each process's lines under its coloured name, JSON logs as readable text."""

import json
import sys
from typing import Any

COLOURS = {"web": 36, "events": 35, "worker": 32, "embedder": 34, "embedder-float32": 34, "rapport": 37}
LEVEL_COLOURS = {"warning": 33, "error": 31, "critical": 31}
HIDDEN = frozenset({"event", "level", "timestamp", "logger", "exception"})


def is_terminal() -> bool:
    return sys.stdout.isatty()


class Printer:
    """Collects bytes until a line is whole, and prints it with its process's name before it."""

    def __init__(self) -> None:
        self._rests: dict[str, bytes] = {}

    def feed(self, name: str, data: bytes) -> None:
        *lines, self._rests[name] = (self._rests.get(name, b"") + data).split(b"\n")
        for line in lines:
            self.line(name, readable(line.decode(errors="replace")))

    def line(self, name: str, text: str) -> None:
        """Colours only on a terminal: elsewhere another program reads along."""
        if is_terminal():
            name = f"\033[{COLOURS.get(name, 37)}m{name:>8}\033[0m"
        sys.stdout.write(f"{name} │ {text}\n")
        sys.stdout.flush()


def readable(line: str) -> str:
    """A JSON log line as `12:34:56 event key=value`; any other line as it is."""
    try:
        entry: Any = json.loads(line) if line.startswith("{") else None
    except ValueError:
        entry = None
    if not isinstance(entry, dict) or "event" not in entry:
        return line
    facts = " ".join(f"{key}={value}" for key, value in entry.items() if key not in HIDDEN)
    text = f"{str(entry.get('timestamp', ''))[11:19]} {entry['event']} {facts}".strip()
    colour = LEVEL_COLOURS.get(str(entry.get("level")))
    text = f"\033[{colour}m{text}\033[0m" if colour else text
    return f"{text}\n{entry['exception']}" if entry.get("exception") else text

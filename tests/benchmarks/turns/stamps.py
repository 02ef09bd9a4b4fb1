"""When a turn passed each hop, written down inside the product's processes by wrapping their functions.

`python -m tests.benchmarks.turns.stamps` is `manage.py run` with that. Each process appends to
DATA_DIR/stamps.<pid>.jsonl: [hop, conversation, seconds since 1970].
"""

import functools
import importlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

# hop, module, attribute, when ("before" or "after" the call), and the conversations that it is about
POINTS: tuple[tuple[str, str, str, str, Callable[..., Iterable[str]]], ...] = (
    ("relayed", "rapport.events.relay", "waiting_outbox", "result", lambda found: [each.key for each in found]),
    ("published", "rapport.events.kafka_bus", "KafkaBus.append", "after", lambda _, said: [each.key for each in said]),
    ("kept", "rapport.events.outbox", "mark_ready", "after", lambda keys: [each.key for each in keys]),
    (
        "rung",
        "rapport.events.dispatch",
        "_ring_for",
        "before",
        lambda _, seats: [each.key for seat in seats for each in seat],
    ),
    ("taken", "rapport.events.tasks", "drain_together", "before", lambda seat, **_: [key.key for key in seat]),
    ("held", "agents.runtime.turn", "begin_turn", "before", lambda **named: [f"turn:{named['turn_id']}"]),
    ("begun", "agents.runtime.turn", "begin_turn", "after", lambda **named: [f"turn:{named['turn_id']}"]),
)

_stamps: list[tuple[str, str, float]] = []


def instrument() -> None:
    """Wrap every point in this process and in those that are forked from it."""
    for hop, module, attribute, when, about in POINTS:
        owner: Any = importlib.import_module(module)
        *path, name = attribute.split(".")
        for each in path:
            owner = getattr(owner, each)
        setattr(owner, name, _stamped(hop, getattr(owner, name), when, about))
    os.register_at_fork(after_in_child=_start)


def _stamped(
    hop: str, function: Callable[..., Any], when: str, about: Callable[..., Iterable[str]]
) -> Callable[..., Any]:
    @functools.wraps(function)
    def stamp(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            _note(hop, about(*args, **kwargs))
        result = function(*args, **kwargs)
        if when == "after":
            _note(hop, about(*args, **kwargs))
        elif when == "result":
            _note(hop, about(result))
        return result

    return stamp


def _note(hop: str, keys: Iterable[str]) -> None:
    now = time.time()
    _stamps.extend((hop, key.rpartition(":")[2], now) for key in keys)


def _start() -> None:
    _stamps.clear()
    threading.Thread(target=_write, name="stamps", daemon=True).start()


def _write() -> None:
    path = Path(os.environ["DATA_DIR"]) / f"stamps.{os.getpid()}.jsonl"
    while True:
        time.sleep(0.5)
        count = len(_stamps)
        if count:
            with path.open("a") as lines:
                lines.writelines(f"{json.dumps(each)}\n" for each in _stamps[:count])
            del _stamps[:count]


def read_stamps(folder: Path) -> dict[tuple[str, str], list[float]]:
    """(hop, conversation or turn) → its moments, sorted."""
    found: dict[tuple[str, str], list[float]] = {}
    for path in folder.glob("stamps.*.jsonl"):
        for line in path.read_text().splitlines():
            hop, key, at = json.loads(line)
            found.setdefault((hop, key), []).append(at)
    return {key: sorted(moments) for key, moments in found.items()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from rapport.supervisor.processes import preload

    preload()
    instrument()
    call_command("run")


if __name__ == "__main__":
    main()

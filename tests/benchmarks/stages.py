"""Where the time goes: the steps of the event machinery, measured inside its processes by wrapping their functions.

`tests.running` calls `instrument()` before it forks when RAPPORT_MEASURE_STAGES is set; each process keeps sums and
writes them to DATA_DIR/stages.<pid>.json a few times a second. `read_stages(folder)` adds them up.
"""

import functools
import importlib
import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

# (stage, step, module, attribute): steps of one stage do not contain each other.
STEPS = (
    ("relay", "read the outbox", "rapport.events.relay", "waiting_outbox"),
    ("relay", "append, wait for the broker", "rapport.events.kafka_bus", "KafkaBus.append"),
    ("relay", "mark as published", "rapport.events.relay", "mark_published"),
    ("consumer", "poll (waits included)", "rapport.events.kafka_consumer", "KafkaMember.poll"),
    ("consumer", "parse, check", "rapport.events.consumer", "InboxConsumer._sort_out"),
    ("inbox insert", "rows", "rapport.events.inbox", "insert_inbox"),
    ("inbox insert", "keys", "rapport.events.inbox", "mark_ready"),
    ("consumer", "commit offsets", "rapport.events.kafka_consumer", "KafkaMember.commit"),
    ("dispatch", "after an insert", "rapport.events.consumer", "wake_dispatch"),
    ("dispatch", "after a drain", "rapport.events.tasks", "next_seat"),
    ("drain", "lock keys", "rapport.events.at_once", "_lock"),
    ("drain", "read rows", "rapport.events.at_once", "waiting_rows"),
    ("drain", "handle", "rapport.events.at_once", "_handle"),
    ("drain", "mark as done", "rapport.events.at_once", "mark_done"),
    ("drain", "release keys", "rapport.events.at_once", "_release"),
    ("drain", "all of it", "rapport.events.tasks", "drain_together"),
)

_sums: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])  # calls, seconds, processor seconds of the thread


def instrument() -> None:
    """Wrap every step of this process and of those forked from it."""
    for stage, step, module, attribute in STEPS:
        owner: Any = importlib.import_module(module)
        *path, name = attribute.split(".")
        for each in path:
            owner = getattr(owner, each)
        setattr(owner, name, _measured(f"{stage}: {step}", getattr(owner, name)))
    os.register_at_fork(after_in_child=_start)


def _measured(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def measure(*args: Any, **kwargs: Any) -> Any:
        began, cpu = time.perf_counter(), time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            sums = _sums[name]
            sums[0] += 1
            sums[1] += time.perf_counter() - began
            sums[2] += time.thread_time() - cpu

    return measure


def _start() -> None:
    _sums.clear()
    threading.Thread(target=_write, name="stages", daemon=True).start()


def _write() -> None:
    path = Path(os.environ["DATA_DIR"]) / f"stages.{os.getpid()}.json"
    while True:
        time.sleep(0.5)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(dict(_sums)))
        draft.rename(path)


def read_stages(folder: Path) -> dict[str, list[float]]:
    """For each step: calls, seconds, processor seconds, of all processes so far."""
    total: dict[str, list[float]] = {f"{stage}: {step}": [0, 0.0, 0.0] for stage, step, _, _ in STEPS}
    for path in folder.glob("stages.*.json"):
        for name, sums in json.loads(path.read_text()).items():
            total[name] = [before + more for before, more in zip(total[name], sums, strict=True)]
    return total

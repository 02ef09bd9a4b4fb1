"""Named steps at which a process kills itself with -9, when it is told to: for `tests.kill.erasure`.

`DATA_DIR/die.at` holds the step and how often it is passed before ("erase 3"). Whoever comes to it takes the file away
and dies there, before or after the step, in the middle of whatever else its threads do.
"""

import importlib
import os
import signal
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

FILE = "die.at"

# Step → module and function, as the module that calls it knows it.
STEPS = {
    "begin": ("tenants.privacy.erasure", "_begin"),
    "take out": ("tenants.privacy.erasure", "take_out"),
    "count": ("tenants.privacy.emptying", "count"),
    "erase": ("tenants.privacy.emptying", "erase"),
    "mend": ("tenants.privacy.erasure", "mend"),
    "ask again": ("tenants.privacy.erasure", "ask_again"),
    "finish": ("tenants.privacy.erasure", "_finish"),
    "turn begins": ("agents.runtime.turn", "begin_turn"),
    "turn recalls": ("agents.runtime.turn", "recall_contact"),
    "turn ends": ("agents.runtime.turn", "finish_turn"),
    "ending said": ("agents.runtime.turn", "say_ending"),
    "remember": ("agents.memory.remember", "_remember"),
    "learn": ("agents.memory.remember", "_learn"),
    "rebuild": ("agents.memory.reconciling", "rebuild"),
    "embed": ("agents.memory.episodes.indexing", "_embed"),
    "index": ("agents.memory.episodes.indexing", "_write"),
    "traits": ("agents.memory.happenings", "_remember"),
    "graph": ("ingestion.contacts.graph", "_erased"),
}
OF_EVENTS = {"traits", "graph"}
_lock = threading.Lock()
_passed: dict[str, int] = {}


def instrument() -> None:
    """Before the children are forked."""
    import django

    django.setup()
    for step, (module_name, function) in STEPS.items():
        module = importlib.import_module(module_name)
        setattr(module, function, _deadly(getattr(module, function), step))


def _deadly(act: Callable[..., Any], step: str) -> Callable[..., Any]:
    @wraps(act)
    def run(*args: Any, **named: Any) -> Any:
        _pass(step)
        outcome = act(*args, **named)
        _pass(step)
        return outcome

    return run


def _pass(step: str) -> None:
    path = _folder() / FILE
    try:
        wanted, _, times = path.read_text().rpartition(" ")
    except FileNotFoundError:
        _passed.clear()
        return
    if wanted != step:
        return
    with _lock:
        _passed[step] = _passed.get(step, 0) + 1
        if _passed[step] > int(times):
            path.unlink(missing_ok=True)
            os.kill(os.getpid(), signal.SIGKILL)


def _folder() -> Path:
    from rapport.config import get_config

    return get_config().data_dir


def tell(folder: Path, step: str, times: int) -> None:
    draft = folder / f"{FILE}.draft"
    draft.write_text(f"{step} {times}")
    draft.rename(folder / FILE)


def is_told(folder: Path) -> bool:
    """Nobody has come to it yet."""
    return (folder / FILE).exists()


def forget(folder: Path) -> None:
    (folder / FILE).unlink(missing_ok=True)

"""`python -m tests.benchmarks.relays.probed` is `manage.py run` with the stamps of `make bench-turn`; and the process
that has the calls writes down how many tasks its event loop has, four times a second, to DATA_DIR/tasks."""

import asyncio
import importlib
import os
import threading
import time
from pathlib import Path
from typing import Any

FILE, PAUSE_SECONDS = "tasks", 0.25


def instrument() -> None:
    socket: Any = importlib.import_module("agents.channels.phone.socket")
    opened = socket.open_socket
    watched: list[asyncio.AbstractEventLoop] = []

    async def open_watched(*args: Any, **named: Any) -> Any:
        if not watched:
            watched.append(asyncio.get_running_loop())
            threading.Thread(target=_watch, args=watched, name="tasks", daemon=True).start()
        return await opened(*args, **named)

    socket.open_socket = open_watched


def _watch(loop: asyncio.AbstractEventLoop) -> None:
    path = Path(os.environ["DATA_DIR"]) / FILE
    draft = path.with_suffix(".draft")
    while True:
        draft.write_text(str(len(asyncio.all_tasks(loop))))
        draft.rename(path)
        time.sleep(PAUSE_SECONDS)


def tasks_in(folder: Path) -> int:
    return int((folder / FILE).read_text())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from rapport.supervisor.processes import preload
    from tests.benchmarks.turns import stamps

    preload()
    stamps.instrument()
    instrument()
    call_command("run")


if __name__ == "__main__":
    main()

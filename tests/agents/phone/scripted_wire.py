"""A relay's line: what the caller says comes, and what is sent is kept."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agents.channels.phone.frames import Frame, Heard

_ONE = ThreadPoolExecutor(1)


class ScriptedWire:
    """It is closed when our side ends it."""

    def __init__(self, heard: Sequence[Heard] = ()) -> None:
        self._heard, self._over = list(heard), asyncio.Event()
        self.sent: list[Frame] = []
        self.is_busy = False

    async def receive(self) -> Heard | None:
        if self._heard:
            return self._heard.pop(0)
        await self._over.wait()
        return None

    async def send(self, frame: Frame) -> None:
        self.sent.append(frame)
        if frame["type"] == "end":
            self._over.set()

    @property
    def spoken(self) -> list[str]:
        return [str(each["token"]) for each in self.sent if each["type"] == "text" and each["token"]]


async def in_executor(function: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """One after the other: SQLite in memory has no patience with two at once."""
    return await asyncio.get_running_loop().run_in_executor(_ONE, lambda: function(*args, **named))

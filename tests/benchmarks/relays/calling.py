"""Callers of ConversationRelay: so many at a time, each at a caller's pace; and one after the other."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.agents.phone.many_calls import BROKEN, Heard, ManyCalls, new_call, new_number
from tests.benchmarks.turns.streams import ask_model

PAUSE_SECONDS = (10.0, 20.0)  # from an answer's last word to the caller's next one: it is played, and thought about
Sample = Callable[[int], None]


@dataclass
class Caller:
    """`call`: the carrier's name of it. `trouble`: why it did not go as it should; "" when it did."""

    call: str = field(default_factory=new_call)
    heard: list[Heard] = field(default_factory=list)
    trouble: str = ""


@dataclass
class Gathering:
    """All lines are open before anybody speaks, and stay open until all have spoken: `opened` and `spoken` are called
    then."""

    many: ManyCalls
    questions: Iterator[str]
    opened: Callable[[], Any]
    spoken: Callable[[], Any]

    async def meet(self, calls: int, *, turns: int) -> list[Caller]:
        callers = [Caller() for _ in range(calls)]
        opening, speaking = asyncio.Barrier(calls + 1), asyncio.Barrier(calls + 1)
        begun, done = asyncio.Event(), asyncio.Event()

        async def one(caller: Caller) -> None:
            await asyncio.sleep(random.uniform(0, 0.1 * calls))
            try:
                called = await self.many.call(caller.call, caller=new_number())
                async with self.many.line(caller.call, called) as line:
                    await opening.wait()
                    await begun.wait()
                    for _ in range(turns):
                        await asyncio.sleep(random.uniform(*PAUSE_SECONDS) if calls > 1 else 1.0)
                        caller.heard.append(await line.ask(next(self.questions)))
                    await speaking.wait()
                    await done.wait()
            except (*BROKEN, asyncio.BrokenBarrierError) as error:
                caller.trouble = f"{type(error).__name__} {error}"
                await opening.abort()
                await speaking.abort()
                return
            await self.many.tell(caller.call, "completed", 60)

        async def conduct() -> None:
            try:
                await opening.wait()
                self.opened()
                begun.set()
                await speaking.wait()
                self.spoken()
            except asyncio.BrokenBarrierError:
                begun.set()
            done.set()

        await asyncio.gather(conduct(), *(one(each) for each in callers))
        return callers


async def ask_at_pace(url: str, model: str, *, lanes: int, turns: int) -> list[float]:
    """Milliseconds to the model's first token where nothing is between it and who asks, at the callers' pace."""

    async def one() -> list[float]:
        found = []
        for _ in range(turns):
            await asyncio.sleep(random.uniform(*PAUSE_SECONDS) if lanes > 1 else 1.0)
            seen = await ask_model(url, model)
            found += [] if seen.trouble else [seen.first_ms]
        return found

    return [each for lane in await asyncio.gather(*(one() for _ in range(lanes))) for each in lane]


async def call_in_a_row(
    many: ManyCalls, questions: Iterator[str], sample: Sample, *, calls: int, lanes: int, every: int
) -> int:
    """Each call asks one thing and hangs up. `sample` gets the number of calls that are over, `every` so many. Returns
    how many were not answered."""
    begun, over, failed = 0, 0, 0

    async def walk() -> None:
        nonlocal begun, over, failed
        while begun < calls:
            begun += 1
            caller = new_call()
            started = time.time()
            try:
                called = await many.call(caller, caller=new_number())
                async with many.line(caller, called) as line:
                    heard = await line.ask(next(questions))
                    failed += not heard.first
            except BROKEN:
                failed += 1
            await many.tell(caller, "completed", round(time.time() - started) or 1)
            over += 1
            if over % every == 0:
                sample(over)

    await asyncio.gather(*(walk() for _ in range(lanes)))
    return failed

"""The carrier's side: callers and called people of every kind, and what is told of it late, doubled, in any order, or
never."""

import asyncio
import random
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

from tests.agents.phone.carrier import Called, read_called
from tests.agents.phone.many_calls import BROKEN, Line, ManyCalls, new_call, new_number
from tests.agents.phone.outgoing_carrier import OutgoingCarrier

INCOMING = {"talks": 5, "cuts in": 2, "hangs up early": 3, "says nothing": 1, "a person": 3, "nobody": 2, "vanishes": 1}
OUTGOING = {"talks": 4, "hangs up early": 2, "nobody": 2, "vanishes": 1}
NOBODY = ("busy", "no-answer", "failed", "canceled")
PERSON = "I would like to talk to a person."
QUESTIONS = ("How do I sign in?", "And by a passkey?", "Who may invite others?", "What is asked of members?")
TELLINGS, RETURNS, LINE_SECONDS = 4, 4, 240.0

T = TypeVar("T")


@dataclass
class Exchange:
    """`late_seconds`: how long after a call's end something may still be told of it. `told`: by the carrier's name of a
    call, the seconds that the product took note of; `hung`: callers whose line neither said nor ended anything."""

    many: ManyCalls
    outgoing: OutgoingCarrier
    late_seconds: float
    kinds: Counter[str] = field(default_factory=Counter)
    told: dict[str, set[int]] = field(default_factory=dict)
    hung: list[str] = field(default_factory=list)
    broken: int = 0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    _taken: int = 0

    async def call_in(self) -> None:
        kind, call = _draw(INCOMING), new_call()
        self.kinds[f"in: {kind}"] += 1
        called = await self._insist(lambda: self.many.call(call, caller=new_number()))
        await self._live(kind, call, called or Called(0), "status")

    def take_orders(self) -> None:
        """The calls that the product has placed since."""
        while self._taken < len(self.outgoing.placed):
            form, call = self.outgoing.placed[self._taken], self.outgoing.sids[self._taken]
            self._taken += 1
            kind = _draw(OUTGOING)
            self.kinds[f"out: {kind}"] += 1
            self._begin(self._call_out(kind, call, *(self._path(form[each]) for each in ("Url", "StatusCallback"))))

    async def rest(self) -> None:
        """Until everything is told."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _call_out(self, kind: str, call: str, voice: str, status: str) -> None:
        await asyncio.sleep(random.uniform(0, 1))
        called = Called(0)
        if kind not in ("nobody", "vanishes"):
            answer = await self._insist(lambda: self.many.post(voice, CallSid=call, CallStatus="in-progress"))
            called = read_called(answer) if answer else called
        await self._live(kind, call, called, status)

    async def _live(self, kind: str, call: str, called: Called, status: str) -> None:
        if kind == "vanishes":
            return
        if kind == "nobody":
            self._tell(call, status, random.choice(NOBODY), 0)
            return
        began = time.monotonic()
        if called.socket:
            await self._on_line(kind, call, called)
        seconds = round(time.monotonic() - began) or 1
        if kind == "a person" and called.socket:
            await self._put_through(call)
        if random.random() < 0.9 or kind == "a person":
            self._tell(call, status, "completed" if called.socket else "failed", seconds)

    async def _on_line(self, kind: str, call: str, called: Called) -> None:
        """One that breaks off is opened again, as the same session, unless the caller has hung up by then."""
        session = f"VX{uuid4().hex}"
        for _ in range(RETURNS):
            try:
                async with asyncio.timeout(LINE_SECONDS), self.many.line(call, called, sessionId=session) as line:
                    await self._talk(kind, line)
                    return
            except TimeoutError:
                self.hung.append(call)
                return
            except BROKEN:
                self.broken += 1
                if random.random() < 0.4:
                    return
                await asyncio.sleep(random.uniform(0.2, 1.5))

    async def _talk(self, kind: str, line: Line) -> None:
        await asyncio.sleep(random.uniform(0, 1))
        match kind:
            case "says nothing":
                await line.next_end(60)
            case "hangs up early":
                await line.send(type="prompt", voicePrompt=random.choice(QUESTIONS), lang="en-US", last=True)
                await asyncio.sleep(random.uniform(0, 0.8))
            case "cuts in":
                await line.send(type="prompt", voicePrompt=random.choice(QUESTIONS), lang="en-US", last=True)
                await asyncio.sleep(random.uniform(0.2, 1))
                await line.send(type="interrupt", utteranceUntilInterrupt="token", durationUntilInterruptMs="300")
                await line.ask(random.choice(QUESTIONS))
            case "a person":
                await line.ask(PERSON)
                await line.next_end(30)
            case _:
                for _ in range(random.randint(1, 3)):
                    if (await line.ask(random.choice(QUESTIONS))).end:
                        return
                    await asyncio.sleep(random.uniform(0.2, 1.5))

    async def _put_through(self, call: str) -> None:
        """What follows when the line is over: the person answers, or does not, or the caller hangs up before."""
        if random.random() < 0.2:
            return
        ended = await self._insist(lambda: self.many.post("ended", CallSid=call, CallStatus="in-progress"))
        number = ElementTree.fromstring(ended.text).find(".//Number") if ended and ended.text else None
        if number is None:
            return
        leg, seconds = new_call(), random.randint(1, 90)
        base = self._path(number.attrib["statusCallback"]).rpartition("/")[0]
        is_joined = random.random() < 0.6
        if is_joined:
            await self._insist(lambda: self.many.post(f"{base}/taken", CallSid=leg))
        status = "completed" if is_joined else random.choice(("busy", "no-answer"))
        of_leg = {"CallSid": leg, "CallStatus": status, "CallDuration": str(seconds)}
        of_dial = {"CallSid": call, "DialCallSid": leg, "DialCallStatus": status, "DialCallDuration": str(seconds)}
        for what, fields in random.sample([(f"{base}/leg", of_leg), (f"{base}/transferred", of_dial)], 2):
            self._begin(self._tell_once(what, fields))

    def _tell(self, call: str, what: str, ending: str, seconds: int) -> None:
        """How it stands, in any order, some of it twice."""
        of_it = {"CallSid": call}
        stages = [{**of_it, "CallStatus": each} for each in ("initiated", "ringing", "in-progress")]
        last = {**of_it, "CallStatus": ending, "CallDuration": str(seconds)}
        told = [*random.sample(stages, 2), last, *([last] if random.random() < 0.3 else [])]
        for fields in random.sample(told, len(told)):
            self._begin(self._tell_once(what, fields))

    async def _tell_once(self, what: str, fields: dict[str, str]) -> None:
        await asyncio.sleep(random.choice((0, random.uniform(0, self.late_seconds))))
        answer = await self._insist(lambda: self.many.post(what, **fields))
        if answer is not None and fields.get("CallStatus") == "completed" and what.endswith("status"):
            self.told.setdefault(fields["CallSid"], set()).add(int(fields["CallDuration"]))

    async def _insist(self, say: Callable[[], Awaitable[T]]) -> T | None:
        """As often as a carrier does; None when nobody listened."""
        for _ in range(TELLINGS):
            try:
                return await say()
            except BROKEN:
                self.broken += 1
                await asyncio.sleep(0.5)
        return None

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _path(self, url: str) -> str:
        return url.removeprefix(f"{self.many.carrier.base}/")


def _draw(kinds: dict[str, int]) -> str:
    return random.choices(list(kinds), list(kinds.values()))[0]

"""Which of the guesses at what a caller is about to say goes with the question."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

from agents.channels.phone.calls import Session
from agents.channels.phone.foresight import AT_ONCE, GREETING, Foresight
from agents.errors import ConversationNotFound
from agents.runtime.foreseeing import read_ahead
from rapport.ids import new_id

SESSION = cast(Session, SimpleNamespace(tenant_id=new_id(), conversation_id=new_id()))


class Looked:
    """In the place of a thread that searches: what was looked for, and it is found when it may be."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.read: list[str] = []
        self.may_find = asyncio.Event()
        self.may_find.set()

    async def __call__(self, function: Any, *, question: str, **where: Any) -> dict[str, Any]:
        if function is read_ahead:
            self.read.append(question)
            return {}
        self.questions.append(question)
        await self.may_find.wait()
        if question == "broken":
            raise ConversationNotFound("There is no such conversation.")
        return {"found": question}


def foreseeing(work: Callable[[Foresight, Looked], Awaitable[None]]) -> None:
    async def whole() -> None:
        looked = Looked()
        await work(Foresight(SESSION, looked), looked)

    asyncio.run(asyncio.wait_for(whole(), 10))


def test_the_last_guess_goes_with_the_question_that_is_just_that() -> None:
    @foreseeing
    async def _(foresight: Foresight, looked: Looked) -> None:
        for guess in ("how long", "how long", "how long does it take"):
            foresight.guess(guess)
        assert await foresight.of("How long does it take?") == {"found": "how long does it take"}
        assert looked.questions == ["how long", "how long does it take"]
        assert await foresight.of("How long does it take?") is None, "it was for that question"
        await foresight.close()
        assert looked.read == [], "the question came first"


def test_another_question_gets_nothing_of_it() -> None:
    @foreseeing
    async def _(foresight: Foresight, looked: Looked) -> None:
        foresight.guess("how long")
        assert await foresight.of("how long does it take") is None
        assert await foresight.of("how long") is None


def test_what_is_not_found_in_time_is_not_waited_for() -> None:
    @foreseeing
    async def _(foresight: Foresight, looked: Looked) -> None:
        looked.may_find.clear()
        foresight.guess("how long")
        assert await foresight.of("how long") is None


def test_no_more_than_some_are_looked_for_at_once() -> None:
    @foreseeing
    async def _(foresight: Foresight, looked: Looked) -> None:
        looked.may_find.clear()
        for number in range(5):
            foresight.guess(f"guess {number}")
            await asyncio.sleep(0)
        assert len(looked.questions) == AT_ONCE
        looked.may_find.set()
        await asyncio.sleep(0.05)
        assert looked.questions == ["guess 0", "guess 1", "guess 4"], "the last one waited"
        assert await foresight.of("guess 4") == {"found": "guess 4"}


def test_a_guess_that_fails_hurts_nobody() -> None:
    @foreseeing
    async def _(foresight: Foresight, looked: Looked) -> None:
        foresight.guess("broken")
        assert await foresight.of("broken") is None


def test_stores_are_opened_while_the_caller_is_greeted() -> None:
    @foreseeing
    async def _(foresight: Foresight, looked: Looked) -> None:
        foresight.get_ready()
        await asyncio.sleep(0)
        assert looked.questions == [GREETING]


def test_what_is_still_the_guess_is_read_ahead() -> None:
    @foreseeing
    async def _(foresight: Foresight, looked: Looked) -> None:
        foresight.guess("how long")
        foresight.guess("how long does it take")
        await asyncio.sleep(0.05)
        assert looked.read == ["how long does it take"]

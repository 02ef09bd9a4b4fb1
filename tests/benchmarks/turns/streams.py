"""Answers as a client sees them, many at once: of the product by its widget's routes, and of a model's server directly.

Times are seconds since 1970, so that they can be set beside what the product's processes write down.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.benchmarks.turns.wire import Line, parsed

MOST_SECONDS = 120.0


@dataclass
class Seen:
    """One answer. `trouble`: why it is none; "" when it is whole. `tokens` are pieces as they came."""

    asked: float
    accepted: float = 0.0
    first: float = 0.0
    last: float = 0.0
    ended: float = 0.0
    tokens: int = 0
    turn: str = ""
    trouble: str = ""

    @property
    def first_ms(self) -> float:
        return (self.first - self.asked) * 1000

    @property
    def last_ms(self) -> float:
        return (self.last - self.asked) * 1000


@dataclass(frozen=True)
class Chat:
    """A visitor's conversation, made beforehand."""

    conversation: str
    token: str
    questions: tuple[str, ...]


Ask = Callable[[int], Awaitable[Sequence[Seen]]]


async def ask_product(url: str, chat: Chat) -> list[Seen]:
    """Each question in turn, as the widget does it: the message, then the stream of its answer."""
    sending, hearing = Line(url), Line(url)
    try:
        return [await _ask_one(sending, hearing, chat, question) for question in chat.questions]
    finally:
        sending.close()
        hearing.close()


async def _ask_one(sending: Line, hearing: Line, chat: Chat, question: str) -> Seen:
    signed = {"Authorization": f"Bearer {chat.token}"}
    seen = Seen(time.time())
    try:
        async with asyncio.timeout(MOST_SECONDS):
            path = f"/v1/conversations/{chat.conversation}/messages"
            reply = await sending.post(path, {"text": question}, {**signed, "Idempotency-Key": uuid4().hex})
            seen.accepted = time.time()
            if reply.status != 202:
                seen.trouble = f"status {reply.status}"
                return seen
            accepted = parsed(reply.body)
            seen.turn = accepted["turn_id"]
            async for event, data in hearing.events(accepted["stream_url"], signed):
                _note(seen, event, data)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        seen.trouble = f"{type(error).__name__} {error}"
    seen.trouble = seen.trouble or ("" if seen.ended else "no ending")
    return seen


def _note(seen: Seen, event: str, data: bytes) -> None:
    now = time.time()
    if event == "token":
        seen.first, seen.last = seen.first or now, now
        seen.tokens += 1
    elif event == "done":
        seen.ended = now
    elif event == "error":
        seen.trouble = data.decode()[:200]
        seen.ended = now


async def cancel_at_first_token(url: str, chat: Chat) -> float:
    """Milliseconds from the visitor's word to the end of the stream, which comes when the model has been left."""
    sending, hearing = Line(url), Line(url)
    signed = {"Authorization": f"Bearer {chat.token}"}
    asked, ended = 0.0, 0.0
    try:
        async with asyncio.timeout(MOST_SECONDS):
            path = f"/v1/conversations/{chat.conversation}/messages"
            turn = parsed((await sending.post(path, {"text": chat.questions[0]}, signed)).body)
            async for event, _ in hearing.events(turn["stream_url"], signed):
                if event == "token" and not asked:
                    asked = time.time()
                    await sending.post(f"/v1/turns/{turn['turn_id']}/cancel", {}, signed)
                ended = time.time()
    finally:
        sending.close()
        hearing.close()
    return (ended - asked) * 1000


async def ask_model(url: str, model: str, *, key: str = "sk-none") -> Seen:
    """The same answer without the product: OpenAI's chat completions, streamed."""
    line = Line(url)
    body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "How long does delivery take?"}]}
    seen = Seen(time.time())
    try:
        async with asyncio.timeout(MOST_SECONDS):
            async for _, data in line.events("/v1/chat/completions", {"Authorization": f"Bearer {key}"}, post=body):
                if data == b"[DONE]":
                    seen.ended = time.time()
                elif _text(parsed(data)):
                    _note(seen, "token", data)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        seen.trouble = f"{type(error).__name__} {error}"
    finally:
        line.close()
    return seen


def _text(chunk: Any) -> str:
    choices = chunk.get("choices") or [{}]
    return str((choices[0].get("delta") or {}).get("content") or "")


async def at_once(asks: Sequence[Callable[[], Awaitable[Sequence[Seen]]]], *, lanes: int, spread: float) -> list[Seen]:
    """All of them, `lanes` at a time; lanes begin within `spread` seconds, so that they do not walk in step."""
    waiting, found = list(reversed(asks)), list[Seen]()

    async def walk() -> None:
        await asyncio.sleep(random.uniform(0, spread))
        while waiting:
            found.extend(await waiting.pop()())

    await asyncio.gather(*(walk() for _ in range(lanes)))
    return found

"""Answers in OpenAI's form, whole or as a stream of chunks. What OpenAI has no place for stands under `rapport`."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async

from agents.channels.openai.asking import AskedTurn
from agents.channels.openai.spoken import Spoken
from agents.errors import TurnFailed
from agents.presenting import citation_json
from agents.runtime.awaiting import frames_of, wait_for_answer
from agents.selectors.completions import Completion, TokensUsed, get_completion
from rapport.edge import error_body
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from rapport.streams.port import StreamStore
from rapport.streams.sse import HEARTBEAT

Json = dict[str, Any]
_FINISH = {"length": "length", "refused": "content_filter", "tool_calls": "tool_calls"}
CONVERSATION_HEADER = "X-Rapport-Conversation"
DO_NOT_RETRY = {"x-should-retry": "false"}  # OpenAI's clients obey it: the turn has tried again already


@dataclass(frozen=True, slots=True)
class Writing:
    """One answer on its way out. `created`: seconds since 1970."""

    asked: AskedTurn
    streams: StreamStore
    created: int
    wants_usage: bool
    request_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {CONVERSATION_HEADER: encode(Prefix.CONVERSATION, self.asked.conversation_id)}

    @property
    def _head(self) -> Json:
        return {
            "id": encode(Prefix.TURN, self.asked.turn_id),
            "created": self.created,
            "model": encode(Prefix.AGENT, self.asked.agent.id),
        }

    async def whole(self) -> Json:
        """The chat.completion. Raises TurnFailed, TurnTimedOut."""
        await wait_for_answer(self.streams, tenant_id=self.asked.tenant_id, turn_id=self.asked.turn_id)
        done = await self._completion()
        message: Json = {"role": "assistant", "content": done.text or None, "refusal": None}
        if done.tool_calls:
            message["tool_calls"] = list(done.tool_calls)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(done)}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": usage_json(done.tokens),
            "rapport": extension(done),
        }

    async def chunks(self) -> AsyncIterator[bytes]:
        """Server-sent events, the last of them `[DONE]`; a failure is an event as well, which clients raise."""
        try:
            async for part in self._chunks():
                yield part
        except RapportError as error:
            yield _event(error_body(error, self.request_id))

    async def _chunks(self) -> AsyncIterator[bytes]:
        spoken = Spoken()
        yield self._chunk({"role": "assistant", "content": ""})
        async for frame in frames_of(self.streams, tenant_id=self.asked.tenant_id, turn_id=self.asked.turn_id):
            if frame is None:
                yield HEARTBEAT
            elif frame.event == "restart":
                spoken.restart()
            elif frame.event == "token" and (news := spoken.add(str(frame.data["text"]))):
                yield self._chunk({"content": news})
        done = await self._completion()
        if news := spoken.end(done.text):
            yield self._chunk({"content": news})
        for part in self._ending(done, spoken):
            yield part

    def _ending(self, done: Completion, spoken: Spoken) -> Iterator[bytes]:
        if done.tool_calls:
            calls = [{"index": index, **each} for index, each in enumerate(done.tool_calls)]
            yield self._chunk({"tool_calls": calls})
        more = extension(done) | ({"is_replaced": True} if spoken.is_replaced else {})
        yield self._chunk({}, finish=_finish(done), rapport=more)
        if self.wants_usage:
            yield _event({**self._head, **_CHUNK, "choices": [], "usage": usage_json(done.tokens)})
        yield b"data: [DONE]\n\n"

    def _chunk(self, delta: Json, *, finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self.wants_usage else {}
        return _event({**self._head, **_CHUNK, "choices": [choice], **usage, **more})

    async def _completion(self) -> Completion:
        return await sync_to_async(get_completion)(tenant_id=self.asked.tenant_id, turn_id=self.asked.turn_id)


_CHUNK = {"object": "chat.completion.chunk"}


def is_final(error: RapportError) -> bool:
    """Sent again, the same call would only fail again, or be paid again."""
    return isinstance(error, TurnFailed)


def extension(done: Completion) -> Json:
    """What a client of OpenAI's does not look for."""
    return {
        "conversation_id": encode(Prefix.CONVERSATION, done.conversation_id),
        "turn_id": encode(Prefix.TURN, done.turn_id),
        "trace_id": encode(Prefix.TRACE, done.trace_id) if done.trace_id else None,
        "outcome": done.outcome,
        "citations": [citation_json(each) for each in done.citations],
    }


def usage_json(tokens: TokensUsed) -> Json:
    return {
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens_details": {"cached_tokens": tokens.cached},
        "completion_tokens_details": {"reasoning_tokens": tokens.reasoning},
    }


def _finish(done: Completion) -> str:
    return _FINISH.get(done.outcome, "stop")


def _event(value: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()

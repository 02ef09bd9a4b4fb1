"""A model that calls what a script says and then answers, and an agent that may use tools."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agents.llm.port import ChatEvent, ChatRequest, Finished, TextDelta, ToolCall, Usage
from agents.services import AgentChanges, update_agent
from tenants.actors import user_actor
from tests.agents.scripted import Script
from tests.cast import Cast

Call = tuple[str, Mapping[str, Any] | str]
ANSWER = "Here you are."


def calls(*rounds: Sequence[Call], said: str = "", answer: str = ANSWER) -> Script:
    """Round by round what is called; a round counts what came back since the question."""

    def script(request: ChatRequest) -> Iterator[ChatEvent]:
        number = sum(1 for each in request.exchange if each.get("tool_calls"))
        if number < len(rounds) and request.tool_choice != "none":
            if said:
                yield TextDelta(said)
            for place, (name, arguments) in enumerate(rounds[number]):
                text = arguments if isinstance(arguments, str) else json.dumps(arguments)
                yield ToolCall(f"call_{number}_{place}", name, text)
            yield Usage(input=10, output=5)
            yield Finished("tool_calls")
            return
        yield TextDelta(answer)
        yield Usage(input=10, output=5)
        yield Finished("small_talk")

    return script


def tell_back(*rounds: Sequence[Call]) -> Callable[[ChatRequest], Iterator[ChatEvent]]:
    """The same, and answers with what the last tool gave back."""

    def script(request: ChatRequest) -> Iterator[ChatEvent]:
        told = [str(each["content"]) for each in request.exchange if each.get("role") == "tool"]
        yield from calls(*rounds, answer=told[-1] if told else ANSWER)(request)

    return script


def allow_tools(cast: Cast, *tools: str, **settings: Any) -> None:
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(config={"tools": {"use": [{"tool": name} for name in tools], **settings}}),
        actor=user_actor(cast.alice.id),
    )

"""What a call of the API gives besides the question: an earlier conversation that it keeps itself, tools, instructions.

It is written on the turn, so that a worker, and its second attempt, answers what was asked. Text in it is the caller's:
it is bounded at the door (`agents.api`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from agents.llm.port import ChatMessage, Json


@dataclass(frozen=True, slots=True)
class Asked:
    """`history` None: the conversation's own. `exchange`: tools called and what came back, since the question.
    `resumes`: the approval after which a turn goes on, see `agents.tools.approvals`. `page`: what the page around the
    widget says of what its visitor does there, see `agents.runtime.page_context`. `foreseen`: what was found before the
    question was whole, which changes nothing of the answer, see `agents.runtime.foreseen`."""

    history: tuple[ChatMessage, ...] | None = None
    instructions: str = ""
    tools: tuple[Json, ...] = ()
    tool_choice: Json | str | None = None
    exchange: tuple[Json, ...] = ()
    max_output_tokens: int | None = None
    resumes: str = ""
    page: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()  # ids of those that came with the question: `agents.runtime.attached`
    foreseen: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_plain(self) -> bool:
        """The answer follows from the question and the conversation alone."""
        return self == Asked()

    @property
    def told(self) -> str:
        """What tools gave back: it may be said without a citation."""
        return " ".join(str(each.get("content") or "") for each in self.exchange if each.get("role") == "tool")

    def with_own_history(self) -> "Asked":
        """The same in a conversation that remembers what was said before."""
        return replace(self, history=None)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self:
        if not stored:
            return cls()
        history = stored.get("history")
        return cls(
            history=None if history is None else tuple(ChatMessage(each["role"], each["text"]) for each in history),
            instructions=stored.get("instructions", ""),
            tools=tuple(stored.get("tools", ())),
            tool_choice=stored.get("tool_choice"),
            exchange=tuple(stored.get("exchange", ())),
            max_output_tokens=stored.get("max_output_tokens"),
            resumes=stored.get("resumes", ""),
            page=stored.get("page", {}),
            files=tuple(stored.get("files", ())),
            foreseen=stored.get("foreseen", {}),
        )

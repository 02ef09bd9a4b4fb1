"""What a tool is: a name, what it is for, what it takes, under which conditions it is used, and its work.

A tool that fails says so as data: the model is told, and the turn goes on. It raises nothing that it can foresee.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

Json = Mapping[str, Any]
Kind = Literal["builtin", "http", "mcp"]
Effect = Literal["read", "write"]
Consent = Literal["none", "asked", "confirm", "person"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Under which conditions a tool is used; `agents.tools.policy` decides by it.

    `effect`: whether it changes anything anywhere. `consent`: "none" (reading), "asked": the contact's own words ask
    for it and every argument stands in them, "confirm": the contact agrees to this very call, "person": someone of the
    company does. `asks_for`: words by which a contact asks for it. `destinations`: hosts and mail domains that
    arguments may name. `takes_found`: its arguments may come from what other tools and documents said. `is_idempotent`:
    calling it twice with one key is calling it once.
    """

    effect: Effect = "read"
    consent: Consent = "none"
    asks_for: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    takes_found: bool = False
    is_idempotent: bool = False
    timeout_seconds: float = 10.0
    per_minute: int = 60
    max_characters: int = 6000


@dataclass(frozen=True, slots=True)
class Done:
    """`value` is JSON. `hand_off`: why a person takes over now; the turn ends with it."""

    value: Any
    hand_off: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """`message` is a sentence for the model, without secrets. `is_unknown`: it may have been done all the same."""

    code: str
    message: str
    is_retryable: bool = False
    is_unknown: bool = False


Outcome = Done | Failed


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What a tool may know of the turn. `settings` are the agent's for this tool; `search` looks into the knowledge and
    says what it found; `words` are what the contact wrote, newest first."""

    tenant_id: UUID
    agent_id: UUID
    conversation_id: UUID
    contact_id: UUID
    question_id: UUID
    asked_at: datetime
    words: tuple[str, ...]
    run_id: UUID
    idempotency_key: str
    search: Callable[[str], str]
    settings: Json = field(default_factory=dict)
    language: str = "en"
    is_remembered: bool = True


class Tool(Protocol):
    """Safe to use from several threads."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def description(self) -> str: ...
    @property
    def parameters(self) -> Json:
        """JSON Schema of the arguments, an object's."""
        ...

    @property
    def result_schema(self) -> Json | None: ...
    @property
    def policy(self) -> Policy: ...

    def run(self, context: ToolContext, arguments: Json) -> Outcome: ...


def declaration(tool: Tool) -> dict[str, Any]:
    """As a model is offered it, in OpenAI's form."""
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
    }

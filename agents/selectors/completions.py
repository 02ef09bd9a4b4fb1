"""Reads of one complete answer: what was said, on what it rests, and what it used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agents.errors import TurnNotFound
from agents.models import Span, Turn
from agents.selectors.conversations import CitationView
from agents.tracing import names
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class TokensUsed:
    """Of the models that wrote: the same numbers that the ledger is told. `cached` and `reasoning` are parts."""

    input: int = 0
    output: int = 0
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """`tool_calls` in OpenAI's form; `outcome` as the turn's."""

    turn_id: UUID
    conversation_id: UUID
    trace_id: UUID | None
    text: str
    outcome: str
    citations: tuple[CitationView, ...]
    tool_calls: tuple[Mapping[str, Any], ...]
    tokens: TokensUsed


def get_completion(*, tenant_id: UUID, turn_id: UUID) -> Completion:
    """Raises TurnNotFound, also for a turn that has no answer."""
    with tenant_scope(tenant_id):
        turn = Turn.objects.select_related("answer").filter(id=turn_id, answer__isnull=False).first()
        if turn is None or turn.answer is None:
            raise TurnNotFound("There is no such answer.")
        spans = Span.objects.filter(trace__turn_id=turn.id, name=names.CHAT)
        return Completion(
            turn_id=turn.id,
            conversation_id=turn.conversation_id,
            trace_id=turn.trace_id,
            text=turn.answer.text,
            outcome=turn.outcome,
            citations=tuple(CitationView.from_stored(each) for each in turn.answer.citations),
            tool_calls=tuple(turn.tool_calls),
            tokens=_tokens(list(spans)),
        )


def _tokens(spans: list[Span]) -> TokensUsed:
    return TokensUsed(
        input=sum(span.input_tokens for span in spans),
        output=sum(span.output_tokens for span in spans),
        cached=sum(int(span.attributes.get(names.CACHE_READ_TOKENS, 0)) for span in spans),
        reasoning=sum(int(span.attributes.get(names.REASONING_TOKENS, 0)) for span in spans),
    )

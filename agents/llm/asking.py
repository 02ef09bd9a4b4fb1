"""Asking a model aside from an answer: each attempt in a span of its own, what it used noted for billing.

For side tasks and for trying a model out; answers go through `agents.runtime.steps`. It writes nothing: whoever asks
keeps the recorder's spans and tells billing its facts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.llm.gateway import Attempt, Choice, Gateway
from agents.llm.noting import describe_attempt, note_failure, note_usage
from agents.llm.port import ChatRequest, Finished, TextDelta
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said. `first_us` to its first word; `micros` of all attempts."""

    text: str
    reason: str
    model: str
    provider: str
    first_us: int | None
    duration_us: int
    micros: int


@dataclass(frozen=True, slots=True)
class Aside:
    """Where a call's spans go, and with them whose it is; and what for ("classify", …), which billing is told. `check`
    is asked before each attempt and raises when it must not be paid for. `label` is what its spans are called."""

    recorder: TraceRecorder
    gateway: Gateway
    step: str
    check: Callable[[Attempt], None]
    label: str = ""


def ask_aside(aside: Aside, request: ChatRequest, choices: Sequence[Choice]) -> Reply:
    """Raises what the last model raised, NoModelAvailable when none may be asked, and what `check` raises."""
    recorder, text, micros = aside.recorder, list[str](), 0
    begun, first, reason = recorder.elapsed_us(), None, ""
    for attempt in aside.gateway.attempts(request, choices):
        aside.check(attempt)
        with recorder.span(names.CHAT, label=aside.label or aside.step.capitalize()) as span:
            describe_attempt(span, attempt)
            try:
                for event in attempt.events():
                    if isinstance(event, TextDelta):
                        first = recorder.elapsed_us() if first is None else first
                        text.append(event.text)
                    elif isinstance(event, Finished):
                        reason = event.reason
            finally:
                note_usage(recorder, span, attempt, step=aside.step)
            note_failure(span, attempt)
        micros += span.cost_micros
    return Reply(
        "".join(text),
        reason,
        attempt.choice.name,
        attempt.choice.provider,
        None if first is None else first - begun,
        recorder.elapsed_us() - begun,
        micros,
    )

"""Whether the turn may ask a model once more: what this very call could cost at worst still fits its agent's limit for
one answer, and is kept aside in every budget that bears it. Asked before the call, so that no limit is overshot.
"""

from collections.abc import Sequence

from agents.errors import TurnTooDear
from agents.llm.gateway import Attempt, Choice
from agents.llm.port import ChatRequest
from agents.llm.reckoning import worst_micros
from agents.runtime.context import TurnContext
from agents.tracing.recorder import TraceRecorder
from billing.budgets import raise_hold


def affordable(
    choices: Sequence[Choice], request: ChatRequest, recorder: TraceRecorder, most: int | None
) -> Sequence[Choice]:
    """Those that fit: a cheaper one takes over where the first is too dear. Raises TurnTooDear when none is left."""
    if most is None or not choices:
        return choices
    spent = spent_by(recorder)
    found = [choice for choice in choices if spent + worst_micros(choice, request, recorder.prices) <= most]
    if not found:
        raise _too_dear()
    return found


def check_attempt(attempt: Attempt, context: TurnContext, recorder: TraceRecorder) -> None:
    """Earlier attempts have cost something, too. Raises TurnTooDear."""
    most, held = context.agent.config.budget.turn_micros, context.held_micros
    if most is None and held is None:
        return
    needed = spent_by(recorder) + worst_micros(attempt.choice, attempt.packed.request, recorder.prices)
    if most is not None and needed > most:
        raise _too_dear()
    if held is None or needed <= held:
        return
    if not raise_hold(tenant_id=context.tenant_id, turn_id=context.turn_id, micros=needed):
        raise _nothing_left()


def check_aside(attempt: Attempt, context: TurnContext, recorder: TraceRecorder) -> None:
    """An aside is paid beside the answer: what that could cost at worst is left for it. Raises TurnTooDear."""
    most, held = context.agent.config.budget.turn_micros, context.held_micros
    if most is None and held is None:
        return
    needed = (held or 0) + spent_by(recorder) + worst_micros(attempt.choice, attempt.packed.request, recorder.prices)
    if most is not None and needed > most:
        raise _too_dear()
    if held is not None and not raise_hold(tenant_id=context.tenant_id, turn_id=context.turn_id, micros=needed):
        raise _nothing_left()


def spent_by(recorder: TraceRecorder) -> int:
    return sum(span.cost_micros for span in recorder.spans)


def _too_dear() -> TurnTooDear:
    return TurnTooDear(
        "This answer could cost more than its agent may spend on one. Its company can raise the limit, or name a "
        "cheaper model."
    )


def _nothing_left() -> TurnTooDear:
    return TurnTooDear("What is left of a budget does not pay for the rest of this answer. The company can raise it.")

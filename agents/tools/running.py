"""Making one call: limits, attempts, and what the model is told of it. That it may be made was decided before."""

import time
from dataclasses import dataclass, replace

from agents.models import ToolRunState
from agents.tools.port import Done, Failed, Json, Outcome, Tool, ToolContext
from agents.tools.results import Told, tell_failure, tell_result
from agents.tools.schemas import fault_of
from rapport import logs
from rapport.errors import RapportError, RateLimited
from rapport.events.errors import LeaseLost
from rapport.ids import Prefix, encode
from rapport.ratelimits.buckets import Limit, take

log = logs.get_logger(__name__)

ATTEMPTS = 3  # of a call that may be repeated
PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Ran:
    """`state`: of `agents.models.ToolRun`."""

    state: str
    told: Told
    code: str = ""
    hand_off: str = ""
    attempts: int = 1


def run_tool(tool: Tool, context: ToolContext, arguments: Json) -> Ran:
    """Raises LeaseLost and nothing else: what goes wrong is told to the model, and the turn goes on."""
    outcome, attempts = _attempt(tool, context, arguments)
    if isinstance(outcome, Done) and tool.result_schema is not None:
        fault = fault_of(tool.result_schema, outcome.value)
        if fault:
            outcome = Failed("result_invalid", f"It answered something else than it promises: {fault}")
    if isinstance(outcome, Failed):
        state = ToolRunState.UNKNOWN if outcome.is_unknown else ToolRunState.FAILED
        return Ran(state, Told(tell_failure(tool.name, outcome.code, outcome.message)), outcome.code, "", attempts)
    run_id = encode(Prefix.TOOL_RUN, context.run_id)
    told = tell_result(tool.name, outcome.value, most=tool.policy.max_characters, run_id=run_id)
    return Ran(ToolRunState.DONE, told, "", outcome.hand_off, attempts)


def _attempt(tool: Tool, context: ToolContext, arguments: Json) -> tuple[Outcome, int]:
    outcome: Outcome = Failed("not_called", "It was not called.")
    for number in range(1, (ATTEMPTS if tool.policy.is_idempotent else 1) + 1):
        outcome = _once(tool, context, arguments)
        if isinstance(outcome, Done) or not outcome.is_retryable:
            return outcome, number
        if number < ATTEMPTS and tool.policy.is_idempotent:
            time.sleep(PAUSE_SECONDS * 2 ** (number - 1))
    if isinstance(outcome, Failed) and outcome.is_unknown and tool.policy.is_idempotent:
        outcome = replace(outcome, is_unknown=False)
    return outcome, ATTEMPTS if tool.policy.is_idempotent else 1


def _once(tool: Tool, context: ToolContext, arguments: Json) -> Outcome:
    try:
        if tool.kind != "builtin":
            limit = Limit("tool", tool.policy.per_minute, max(1, tool.policy.per_minute // 4))
            take(limit, f"{context.tenant_id}:{tool.name}")
        return tool.run(context, arguments)
    except LeaseLost:
        raise
    except RateLimited as error:
        return Failed(error.code, f"It was called too often. It can be called again in {error.retry_after_seconds} s.")
    except RapportError as error:
        return Failed(error.code, error.message, is_retryable=error.is_retryable)
    except Exception as error:
        log.exception("tool_failed", tool=tool.name, kind=tool.kind)
        return Failed("tool_error", f"It failed ({type(error).__name__}).", is_unknown=tool.policy.effect == "write")


def lost_outcome(tool_name: str) -> str:
    """What the model is told of a call whose worker died while it was made, and that must not be made twice."""
    return tell_failure(
        tool_name,
        "unknown_outcome",
        "It was called, and it is not known whether it was done. It is not called again. Tell the customer so.",
    )

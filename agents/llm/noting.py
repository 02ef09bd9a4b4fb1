"""What is written of an attempt: on its span, and as the fact that billing will be told. The one place that turns a
provider's counts into ours.
"""

from agents.llm.gateway import Attempt
from agents.llm.port import Usage
from agents.tracing import names
from agents.tracing.recorder import OpenSpan, TraceRecorder
from billing.prices import TokenCounts


def note_usage(recorder: TraceRecorder, span: OpenSpan, attempt: Attempt, *, step: str, **counts: int) -> None:
    """Of an attempt that failed after it had begun, too: its provider charges for it."""
    usage = attempt.usage
    if usage is None:
        return
    name, provider = attempt.choice.name, attempt.choice.provider
    recorder.use(
        span, step=step, model=name, provider=provider, tokens=tokens_of(usage), is_own=attempt.choice.is_own, **counts
    )
    if usage.is_estimated:
        span.set(names.USAGE_ESTIMATED, True)


def describe_attempt(span: OpenSpan, attempt: Attempt) -> None:
    """Who is asked: as it goes over the wire, after packing."""
    span.set(names.PROVIDER, attempt.choice.provider)
    span.set(names.REQUEST_MODEL, attempt.choice.name)
    span.set(names.REQUEST_MAX_TOKENS, attempt.packed.request.max_output_tokens)
    span.set(names.ATTEMPT, attempt.number)


def note_failure(span: OpenSpan, attempt: Attempt) -> bool:
    """True when the attempt failed, which its span then says."""
    if attempt.error is None:
        return False
    span.status = "error"
    span.set(names.ERROR_TYPE, attempt.error.code)
    return True


def tokens_of(usage: Usage) -> TokenCounts:
    return TokenCounts(
        input=usage.input,
        cached_input=usage.cached_read,
        cache_write=usage.cache_write,
        output=usage.output,
        reasoning=usage.reasoning,
        cache_write_1h=usage.cache_write_1h,
        audio_input=usage.audio_input,
        audio_output=usage.audio_output,
    )

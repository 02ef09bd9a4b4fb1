"""What Langfuse makes of a span, and a trace of every kind of step in which much was cached.

Its rules (ObservationTypeMapper, OtelIngestionProcessor): the type by OpenInference's kind, else by the operation, else
a model makes it a generation; cached and written tokens are taken off the input, reasoning off the output; the cost is
`gen_ai.usage.cost`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan

from agents.models import Span, Turn
from agents.selectors import get_trace_of_turn
from agents.selectors.traces import TraceView
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder
from agents.tracing.writing import TraceSubject, write_trace
from billing.prices import TokenCounts
from tenants.context import tenant_scope
from tests.collector import attributes_of

_BY_KIND = {"RETRIEVER": "RETRIEVER", "GUARDRAIL": "GUARDRAIL", "EVALUATOR": "EVALUATOR", "CHAIN": "CHAIN"}
_BY_OPERATION = {"chat": "GENERATION", "embeddings": "EMBEDDING", "invoke_agent": "AGENT", "execute_tool": "TOOL"}
_PLAIN = (names.GUARD, names.CACHE, names.SEARCH_MEMORY, names.RETRIEVAL, names.GROUNDING)


@dataclass(frozen=True, slots=True)
class Observation:
    """`tokens` are disjoint classes."""

    kind: str
    tokens: dict[str, int]
    cost: float | None


def observe(span: OtlpSpan) -> Observation:
    told = attributes_of(span)
    kind = _BY_KIND.get(str(told.get("openinference.span.kind"))) or _BY_OPERATION.get(str(told[names.OPERATION]))
    kind = kind or ("GENERATION" if {names.REQUEST_MODEL, names.RESPONSE_MODEL} & set(told) else "SPAN")

    def count(name: str) -> int:
        return int(str(told.get(name, 0)))

    read, written = count(names.CACHE_READ_TOKENS), count(names.CACHE_CREATION_TOKENS)
    reasoning, cost = count(names.REASONING_TOKENS), told.get(names.USAGE_COST)
    tokens = {
        "input": count(names.INPUT_TOKENS) - read - written,
        "input_cached_tokens": read,
        "input_cache_creation": written,
        "output": count(names.OUTPUT_TOKENS) - reasoning,
        "output_reasoning_tokens": reasoning,
    }
    return Observation(kind, tokens, None if cost is None else float(str(cost)))


def write_much_cached(tenant_id: UUID, turn_id: UUID) -> None:
    """In the place of the turn's trace: 5 tokens read anew, 128,955 from a cache, 1,253 kept in it; 42 written."""
    recorder = TraceRecorder(tenant_id)
    tokens = TokenCounts(input=5, cached_input=128_955, cache_write=1_253, output=30, reasoning=12)
    with recorder.span(names.INVOKE_AGENT):
        for name in _PLAIN:
            with recorder.span(name):
                pass
        with recorder.span(names.EXECUTE_TOOL), recorder.span(names.CREATE_MEMORY):
            pass
        with recorder.span(names.EMBEDDINGS) as span:
            recorder.use(span, step="embed_query", model="minilm-x", tokens=TokenCounts(embedding=9))
        with recorder.span(names.CHAT) as span:
            span.set(names.REQUEST_MODEL, "claude-haiku-4-5")
            recorder.use(span, step="chat", model="claude-haiku-4-5", provider="anthropic", tokens=tokens)
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    with tenant_scope(tenant_id):
        turn = Turn.objects.select_related("conversation").get(id=turn_id)
        subject = TraceSubject(turn_id, turn.conversation_id, trace.agent_id, 1, trace.contact_id)
        Span.objects.all().delete()
        write_trace(recorder, subject, outcome="answered", started_at=trace.started_at)


def check_counted_once(spans: Iterable[OtlpSpan], trace: TraceView) -> None:
    """Of `write_much_cached`: each step is what it is, and all of them together are what the trace came to."""
    read = {str(attributes_of(each)[names.OPERATION]): observe(each) for each in spans}
    assert {name: each.kind for name, each in read.items()} == {
        names.INVOKE_AGENT: "AGENT",
        names.GUARD: "GUARDRAIL",
        names.CACHE: "CHAIN",
        names.SEARCH_MEMORY: "SPAN",
        names.RETRIEVAL: "RETRIEVER",
        names.GROUNDING: "EVALUATOR",
        names.EXECUTE_TOOL: "TOOL",
        names.CREATE_MEMORY: "SPAN",
        names.EMBEDDINGS: "EMBEDDING",
        names.CHAT: "GENERATION",
    }
    assert read[names.CHAT].tokens == {
        "input": 5,
        "input_cached_tokens": 128_955,
        "input_cache_creation": 1_253,
        "output": 30,
        "output_reasoning_tokens": 12,
    }
    assert sum(sum(each.tokens.values()) for each in read.values()) == 130_213 + 42 + 9
    assert trace.input_tokens + trace.output_tokens == 130_213 + 42 + 9
    costs = {name: each.cost for name, each in read.items() if each.cost is not None}
    assert set(costs) == {names.CHAT, names.EMBEDDINGS}
    assert round(sum(costs.values()) * 1_000_000) == trace.cost_micros > 0

"""A trace as OTLP has it: OpenTelemetry's own protobuf classes, filled from what is stored. Pure functions.

Sent again, it is the same trace: its id is the turn's, and each span's id is the end of ours, so a collector that was
told twice, or of an attempt that ended after all, has each span once. Usage and cost stand on the spans of the calls
they are of, and on no span above them: whoever adds up counts nothing twice. Totals include cached tokens, as the
convention has it; a reader takes the parts off.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING
from uuid import UUID

from agents.selectors.traces import SpanView, TraceView
from agents.tracing import names
from rapport.ids import Prefix, encode

if TYPE_CHECKING:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

LONGEST = 32_000  # characters of one attribute
SERVICE = "rapport"
# What the convention does not name has OpenInference's kind, which is widely read.
_KINDS = {names.RETRIEVAL: "RETRIEVER", names.GUARD: "GUARDRAIL", names.GROUNDING: "EVALUATOR", names.CACHE: "CHAIN"}
_CALLS = frozenset({names.CHAT, names.EMBEDDINGS, names.RETRIEVAL})
_NAMED_BY = {
    names.CHAT: names.REQUEST_MODEL,
    names.EMBEDDINGS: names.REQUEST_MODEL,
    names.INVOKE_AGENT: names.AGENT_NAME,
    names.EXECUTE_TOOL: names.TOOL_NAME,
}
_OURS_ONLY = frozenset({names.LABEL})


@dataclass(frozen=True, slots=True)
class Told:
    """A trace and, where a company asked for them, the words that it is about."""

    trace: TraceView
    question: str = ""
    answer: str = ""


def request_of(tenant_id: UUID, told: Iterable[Told], content: Collection[str]) -> "ExportTraceServiceRequest":
    """`content`: which kinds of `names.CONTENT` are sent as well."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
    from opentelemetry.proto.resource.v1.resource_pb2 import Resource
    from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans

    release = version("rapport")
    about = {"service.name": SERVICE, "service.version": release, "rapport.tenant.id": encode(Prefix.TENANT, tenant_id)}
    scope = InstrumentationScope(
        name="rapport.agents", version=release, attributes=_pairs({"rapport.schema.version": names.SCHEMA_VERSION})
    )
    spans = [span for each in told for span in _spans(each, content)]
    resource = Resource(attributes=_pairs(about))
    return ExportTraceServiceRequest(
        resource_spans=[ResourceSpans(resource=resource, scope_spans=[ScopeSpans(scope=scope, spans=spans)])]
    )


def span_id_of(span_id: UUID) -> bytes:
    """The random half of the id."""
    return span_id.bytes[8:]


def _spans(told: Told, content: Collection[str]) -> "Iterator[Span]":
    from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

    trace = told.trace
    begun = int(trace.started_at.timestamp() * 1_000_000)  # microseconds
    for span in trace.spans:
        failed = span.status != "ok"
        start = begun + span.start_us
        yield Span(
            trace_id=trace.turn_id.bytes,
            span_id=span_id_of(span.id),
            parent_span_id=span_id_of(span.parent_id) if span.parent_id else b"",
            name=_name(span),
            kind=Span.SPAN_KIND_CLIENT if span.name in _CALLS else Span.SPAN_KIND_INTERNAL,
            start_time_unix_nano=start * 1000,
            end_time_unix_nano=(start + span.duration_us) * 1000,
            attributes=_pairs(dict(_attributes(told, span, content))),
            status=Status(code=Status.STATUS_CODE_ERROR, message=str(span.attributes.get(names.ERROR_TYPE) or ""))
            if failed
            else Status(),
        )


def _name(span: SpanView) -> str:
    object_of = span.attributes.get(_NAMED_BY.get(span.name, ""))
    return f"{span.name} {object_of}" if object_of else span.name


def _attributes(told: Told, span: SpanView, content: Collection[str]) -> Iterator[tuple[str, object]]:
    for name, value in span.attributes.items():
        if name not in _OURS_ONLY and names.CONTENT.get(name, "") in ("", *content):
            yield name, value
    if told.trace.conversation_id:
        yield names.CONVERSATION_ID, encode(Prefix.CONVERSATION, told.trace.conversation_id)
    if span.name in _KINDS:
        yield "openinference.span.kind", _KINDS[span.name]
    if span.cost_micros or span.attributes.get(names.COST_MICROS) is not None:
        yield names.USAGE_COST, span.cost_micros / 1_000_000
        yield names.OPERATION_COST, span.cost_micros / 1_000_000
    if span.parent_id is None:
        yield from _of_the_turn(told, content)


def _of_the_turn(told: Told, content: Collection[str]) -> Iterator[tuple[str, object]]:
    trace = told.trace
    if trace.contact_id:
        yield "user.id", encode(Prefix.CONTACT, trace.contact_id)
    yield names.OUTCOME, trace.outcome
    yield "rapport.trace.id", encode(Prefix.TRACE, trace.id)
    if "messages" in content:
        yield names.INPUT_MESSAGES, [_message("user", told.question)]
        yield names.OUTPUT_MESSAGES, [_message("assistant", told.answer)]


def _message(role: str, text: str) -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def _pairs(attributes: Mapping[str, object]) -> "list[KeyValue]":
    from opentelemetry.proto.common.v1.common_pb2 import KeyValue

    return [KeyValue(key=name, value=_value(value)) for name, value in attributes.items() if value is not None]


def _value(value: object) -> "AnyValue":
    """Lists of texts stay lists; what has parts is JSON, as the convention lets those do that have no other way."""
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue

    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return AnyValue(array_value=ArrayValue(values=[AnyValue(string_value=each[:LONGEST]) for each in value]))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return AnyValue(string_value=text[:LONGEST])

"""A trace: one answer from inside, as a waterfall with its scores, tokens and costs."""

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.selectors import SpanView, TraceView, get_agent, get_trace, get_trace_of_turn, list_messages
from frontend.page import Visit, asked_id, page
from frontend.waterfall import ArmRow, Step
from rapport.errors import NotFound
from rapport.ids import Prefix, decode, encode
from tenants.permissions import Permission

_NARROWEST = 0.4  # percent: a bar that is too short to see is drawn this wide
_KINDS = (
    ("chat", "model"),
    ("retrieval", "retrieval"),
    ("embeddings", "retrieval"),
    ("recall", "memory"),
    ("memory", "memory"),
    ("grounding", "check"),
    ("guard", "check"),
)


@require_safe
@page(Permission.TRACES_READ)
def show_trace(visit: Visit, trace: str) -> HttpResponse:
    return _show(visit, get_trace(tenant_id=visit.tenant_id, trace_id=asked_id(Prefix.TRACE, trace)))


@require_safe
@page(Permission.TRACES_READ)
def show_trace_of_turn(visit: Visit, turn: str) -> HttpResponse:
    """The address that a chat knows before it knows the trace."""
    found = get_trace_of_turn(tenant_id=visit.tenant_id, turn_id=asked_id(Prefix.TURN, turn))
    return redirect("trace", encode(Prefix.TRACE, found.id))


def _show(visit: Visit, trace: TraceView) -> HttpResponse:
    messages = list_messages(tenant_id=visit.tenant_id, conversation_id=trace.conversation_id, limit=2000)
    said = [each for each in messages if each.turn_id == trace.turn_id]
    whole = max(trace.duration_us, 1)
    return visit.render(
        "pages/traces/one.html",
        {
            "section": "conversations",
            "trace": trace,
            "agent": get_agent(tenant_id=visit.tenant_id, agent_id=trace.agent_id),
            "question": next((each for each in said if each.role == "contact"), None),
            "answer": next((each for each in said if each.role == "agent"), None),
            "steps": [_step(span, whole) for span in trace.spans],
            "first_token": 100 * trace.first_token_us / whole if trace.first_token_us is not None else None,
            "conversation_href": reverse("conversation", args=[encode(Prefix.CONVERSATION, trace.conversation_id)]),
        },
    )


def _step(span: SpanView, whole_us: int) -> Step:
    left = min(100 * span.start_us / whole_us, 100 - _NARROWEST)
    width = min(max(100 * span.duration_us / whole_us, _NARROWEST), 100 - left)
    return Step(
        anchor=encode(Prefix.SPAN, span.id),
        label=span.label,
        kind="error" if span.status != "ok" else _kind(span),
        depth=span.depth,
        left=left,
        width=width,
        start_us=span.start_us,
        duration_us=span.duration_us,
        status=span.status,
        tokens=span.input_tokens + span.output_tokens,
        cost_micros=span.cost_micros,
        attributes=[(name, _shown(value)) for name, value in sorted(span.attributes.items()) if not _is_table(value)],
        arms=[row for value in span.attributes.values() if _is_table(value) for row in _arms(value)],
    )


def _kind(span: SpanView) -> str:
    return next((kind for word, kind in _KINDS if word in span.name), "other")


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _arms(value: object) -> list[ArmRow]:
    rows = value if isinstance(value, Sequence) else ()
    return [_arm(row) for row in rows if isinstance(row, Mapping)]


def _arm(row: Mapping[str, object]) -> ArmRow:
    """A candidate: its title and address, and whatever ranks and scores the arms gave it, in their order."""
    known = {"title", "document_id", "chunk_id", "id", "passage_id"}
    figures = {str(name): _shown(value) for name, value in row.items() if name not in known and value is not None}
    return ArmRow(str(row.get("title") or row.get("chunk_id") or row.get("id") or "–"), _passage_href(row), figures)


def _passage_href(row: Mapping[str, object]) -> str:
    document, chunk = str(row.get("document_id") or ""), str(row.get("chunk_id") or row.get("id") or "")
    try:
        decode(Prefix.DOCUMENT, document)
    except NotFound:
        return ""
    path = reverse("document", args=[document])
    return f"{path}?chunk={chunk}" if chunk.startswith("chk_") else path

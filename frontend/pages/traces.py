"""A trace: one answer from inside, as a waterfall with its scores, tokens and costs."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.runtime.manifest import read_manifest
from agents.selectors import (
    SpanView,
    TraceView,
    get_agent,
    get_trace,
    get_trace_of_turn,
    list_messages,
    without_content,
)
from agents.tracing import names
from frontend.manifest import ManifestPicture, picture_of
from frontend.page import Visit, asked_id, page
from frontend.pages.trace_list import OUTCOMES
from frontend.phrases import phrase
from frontend.waterfall import Step, StepTable, TableRow
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

_NARROWEST = 0.4  # percent: a bar that is too short to see is drawn this wide
_TABLES = {
    names.DOCUMENTS: phrase("Passage"),
    names.ARMS_MS: phrase("Arm"),
    names.FACTS: phrase("Fact"),
    names.SENTENCES: phrase("Sentence"),
    names.CONTRADICTED: phrase("Against"),
    names.DROPPED: phrase("Left out"),
    names.PROMPT_PARTS: phrase("Prompt"),
}
# The row above, or a picture, says these already.
_SHOWN_ALREADY = {names.LABEL, names.OPERATION, names.MANIFEST}
_TASKS = {  # by outcome
    "summary": phrase("How this summary was made"),
    "trial": phrase("How this model was tried"),
    "judgement": phrase("How this answer was judged"),
}
_TITLES = ("title", "arm", "predicate", "what", "prompt")
_NO_FIGURES = {*_TITLES, "id", "document_id", "heading"}
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
@page(Permission.TRACES_READ, in_one_scope=True)
def show_trace(visit: Visit, trace: str) -> HttpResponse:
    found = get_trace(tenant_id=visit.tenant_id, trace_id=asked_id(Prefix.TRACE, trace))
    return _show(visit, found if visit.may(Permission.CONVERSATIONS_READ) else without_content(found))


@require_safe
@page(Permission.TRACES_READ)
def show_trace_of_turn(visit: Visit, turn: str) -> HttpResponse:
    """The address that a chat knows before it knows the trace."""
    found = get_trace_of_turn(tenant_id=visit.tenant_id, turn_id=asked_id(Prefix.TURN, turn))
    return redirect("trace", encode(Prefix.TRACE, found.id))


def _show(visit: Visit, trace: TraceView) -> HttpResponse:
    """What was said is shown to those who may read conversations."""
    may_read = visit.may(Permission.CONVERSATIONS_READ)
    at = trace.conversation_id
    messages = list_messages(tenant_id=visit.tenant_id, conversation_id=at, limit=2000) if at and may_read else []
    said = [each for each in messages if each.turn_id == trace.turn_id]
    whole = max(trace.duration_us, 1)
    return visit.render(
        "pages/traces/one.html",
        {
            "section": "traces",
            "trace": trace,
            "agent": get_agent(tenant_id=visit.tenant_id, agent_id=trace.agent_id) if trace.agent_id else None,
            "title": _TASKS.get(trace.outcome, phrase("Why this answer")),
            "outcome": dict(OUTCOMES).get(trace.outcome, trace.outcome),
            "is_task": trace.outcome in _TASKS,
            "question": next((each for each in said if each.role == "contact"), None),
            "answer": next((each for each in said if each.role == "agent"), None),
            "steps": [_step(span, whole) for span in trace.spans],
            "first_token": 100 * trace.first_token_us / whole if trace.first_token_us is not None else None,
            "manifest": _manifest(trace),
            "conversation_href": reverse("conversation", args=[encode(Prefix.CONVERSATION, at)]) if at else "",
        },
    )


def _manifest(trace: TraceView) -> ManifestPicture | None:
    """Of the last model call that has one."""
    found = (read_manifest(span.attributes.get(names.MANIFEST)) for span in reversed(trace.spans))
    return next((picture_of(manifest) for manifest in found if manifest), None)


def _step(span: SpanView, whole_us: int) -> Step:
    left = min(100 * span.start_us / whole_us, 100 - _NARROWEST)
    width = min(max(100 * span.duration_us / whole_us, _NARROWEST), 100 - left)
    return Step(
        anchor=encode(Prefix.SPAN, span.id),
        label=span.label,
        name=span.name,
        kind="error" if span.status != "ok" else _kind(span),
        depth=span.depth,
        left=left,
        width=width,
        start_us=span.start_us,
        duration_us=span.duration_us,
        status=span.status,
        tokens=span.input_tokens + span.output_tokens,
        cost_micros=span.cost_micros,
        attributes=[
            (name, _shown(value))
            for name, value in sorted(span.attributes.items())
            if name not in _SHOWN_ALREADY and _is_plain(value)
        ],
        tables=[_table(name, span.attributes[name]) for name in _in_order(span) if _is_table(span.attributes[name])],
    )


def _kind(span: SpanView) -> str:
    return next((kind for word, kind in _KINDS if word in span.name), "other")


def _in_order(span: SpanView) -> list[str]:
    """Passages before everything else: they are what one looks for."""
    return sorted(span.attributes, key=lambda name: (name != names.DOCUMENTS, name))


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _is_plain(value: object) -> bool:
    return value is not None and value != [] and not _is_table(value)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _table(name: str, value: object) -> StepTable:
    rows = value if isinstance(value, list) else []
    return StepTable(_TABLES.get(name, name), [_row(row) for row in rows if isinstance(row, Mapping)])


def _row(row: Mapping[str, object]) -> TableRow:
    """Its name first; what only identifies it becomes the link; the rest are figures, as they were recorded."""
    title = str(next((row[key] for key in _TITLES if row.get(key)), "–"))
    heading = str(row.get("heading") or "")
    figures = {
        gettext(key.replace("_", " ")): _shown(value)
        for key, value in row.items()
        if key not in _NO_FIGURES and value is not None
    }
    return TableRow(f"{title} › {heading}" if heading and heading != title else title, _passage_href(row), figures)


def _passage_href(row: Mapping[str, object]) -> str:
    try:
        document, chunk = UUID(str(row.get("document_id"))), UUID(str(row.get("id")))
    except ValueError:
        return ""
    return f"{reverse('document', args=[encode(Prefix.DOCUMENT, document)])}?chunk={encode(Prefix.CHUNK, chunk)}"

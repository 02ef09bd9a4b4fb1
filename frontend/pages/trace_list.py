"""Traces, newest first: which answers were slow, dear, failed or unknown, each with its waterfall behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.selectors import TraceView, WhichTraces, find_traces, list_agents, questions_of
from frontend.page import Visit, asked_id, page
from frontend.phrases import phrase
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PAGE_SIZE = 40
OUTCOMES = (
    ("", phrase("Any outcome")),
    ("answered", phrase("Answered")),
    ("unknown", phrase("Not in the documents")),
    ("failed", phrase("Failed")),
    ("handed_off", phrase("Handed over")),
    ("small_talk", phrase("Small talk")),
    ("tool_calls", phrase("Tool calls")),
    ("facts", phrase("Reading for facts")),
    ("summary", phrase("Summing up")),
    ("judgement", phrase("Judging")),
    ("call_analysis", phrase("Reading a call")),
    ("trial", phrase("Trying a model")),
)
TONES = {"answered": "ok", "failed": "bad", "unknown": "warn", "handed_off": "info"}
PERIODS = (
    ("", phrase("Any time")),
    ("1", phrase("Last day")),
    ("7", phrase("Last 7 days")),
    ("30", phrase("Last 30 days")),
)
SLOW = (
    ("", phrase("However fast")),
    ("1000", phrase("1 s or more")),
    ("3000", phrase("3 s or more")),
    ("10000", phrase("10 s or more")),
)
DEAR = (
    ("", phrase("However dear")),
    ("1000", phrase("0.001 or more")),
    ("10000", phrase("0.01 or more")),
    ("100000", phrase("0.10 or more")),
)
FIELDS = ("outcome", "agent", "days", "slow", "dear")


@dataclass(frozen=True, slots=True)
class Line:
    """`share`: of the slowest on the page, in percent; `name` of its outcome."""

    trace: TraceView
    question: str
    agent: str
    name: str
    tone: str
    share: float


@require_safe
@page(Permission.TRACES_READ, in_one_scope=True)
def show_traces(visit: Visit) -> HttpResponse:
    query = visit.request.GET
    before = asked_id(Prefix.TRACE, query["before"]) if query.get("before") else None
    form = {name: query.get(name, "") for name in FIELDS}
    found = find_traces(tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=before, which=_which(form))
    shown = found.rows[:PAGE_SIZE]
    asked = {name: value for name, value in form.items() if value}
    last = shown[-1].id if len(found.rows) > PAGE_SIZE else found.further
    older = {**asked, "before": encode(Prefix.TRACE, last)} if last else {}
    agents = {each.id: each.name for each in list_agents(tenant_id=visit.tenant_id)}
    return visit.render(
        "pages/traces/index.html",
        {
            "section": "traces",
            "lines": _lines(visit, shown, agents),
            "form": form,
            "is_asked": bool(asked),
            "outcomes": OUTCOMES,
            "periods": PERIODS,
            "slow": SLOW,
            "dear": DEAR,
            "agents": [(encode(Prefix.AGENT, each), name) for each, name in agents.items()],
            "is_first": before is None,
            "newest": f"?{urlencode(asked)}",
            "older": f"?{urlencode(older)}" if older else "",
        },
    )


def _which(form: Mapping[str, str]) -> WhichTraces:
    """What is asked for in other words than the page's own is not asked for."""
    given = {name: form[name] if form[name] in dict(choices) else "" for name, choices in _CHOICES.items()}
    return WhichTraces(
        agent_id=asked_id(Prefix.AGENT, form["agent"]) if form["agent"] else None,
        outcome=given["outcome"],
        since=timezone.now() - timedelta(days=int(given["days"])) if given["days"] else None,
        min_duration_us=int(given["slow"] or 0) * 1000,
        min_cost_micros=int(given["dear"] or 0),
    )


_CHOICES = {"outcome": OUTCOMES, "days": PERIODS, "slow": SLOW, "dear": DEAR}


def _lines(visit: Visit, traces: Sequence[TraceView], agents: Mapping[UUID, str]) -> list[Line]:
    """What was asked is shown to those who may read conversations."""
    may_read = visit.may(Permission.CONVERSATIONS_READ)
    turns = [each.turn_id for each in traces]
    asked = questions_of(tenant_id=visit.tenant_id, turn_ids=turns) if may_read else {}
    slowest = max((each.duration_us for each in traces), default=0) or 1
    names = dict(OUTCOMES)
    return [
        Line(
            each,
            asked.get(each.turn_id, ""),
            agents.get(each.agent_id, "") if each.agent_id else "",
            names.get(each.outcome) or each.outcome.replace("_", " ") or gettext("under way"),
            TONES.get(each.outcome, ""),
            100 * each.duration_us / slowest,
        )
        for each in traces
    ]

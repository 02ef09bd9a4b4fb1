"""What people think of answers: the board, and one answer with what was said of it, a correction and its approval."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from agents.feedback.approving import approve_answer
from agents.feedback.rating import Judge, Opinion, rate_answer, withdraw_rating
from agents.feedback.selectors import (
    FeedbackView,
    RatedAnswer,
    Summary,
    Tally,
    get_rated_answer,
    list_feedback,
    summarize_feedback,
)
from agents.models import FeedbackReason
from agents.selectors import list_agents
from frontend.cost_charts import day_start
from frontend.formats import format_date
from frontend.page import Visit, asked_id, page, signed_in_id
from frontend.phrases import phrase
from frontend.sources import citation_href
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PAGE_SIZE = 30
PERIODS = (7, 30, 90)
SHOWN = (
    ("", phrase("All")),
    ("bad", phrase("Bad")),
    ("good", phrase("Good")),
    ("corrected", phrase("With a correction")),
)
REASONS = {value: phrase(str(label)) for value, label in FeedbackReason.choices}


@dataclass(frozen=True, slots=True)
class VersionLine:
    """How one version of an agent does; `share` in percent."""

    label: str
    tally: Tally
    share: float


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_feedback(visit: Visit) -> HttpResponse:
    query = visit.request.GET
    show = query.get("show", "") if query.get("show", "") in dict(SHOWN) else ""
    before = asked_id(Prefix.FEEDBACK, query["before"]) if query.get("before") else None
    days = int(query["days"]) if query.get("days", "") in {str(each) for each in PERIODS} else 30
    rows = list_feedback(
        tenant_id=visit.tenant_id,
        limit=PAGE_SIZE + 1,
        before=before,
        is_good={"good": True, "bad": False}.get(show),
        has_correction=show == "corrected",
    )
    summary = summarize_feedback(tenant_id=visit.tenant_id, days=days)
    context = {
        "section": "feedback",
        "rows": rows[:PAGE_SIZE],
        "has_more": len(rows) > PAGE_SIZE,
        "is_first": before is None,
        "show": show,
        "shown": SHOWN,
        "days": days,
        "periods": PERIODS,
        "summary": summary,
        "share": round(summary.total.share * 100),
        "chart": _chart(visit, summary),
        "table": [
            (format_date(day, "d M"), tally.good, tally.bad) for day, tally in reversed(summary.days) if _any(tally)
        ],
        "versions": _versions(visit, summary),
        "reasons": _reasons(summary),
        "names": REASONS,
    }
    return visit.render("pages/feedback/index.html", context)


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_rated_answer(visit: Visit, message: str) -> HttpResponse:
    return _render_answer(visit, asked_id(Prefix.MESSAGE, message))


@require_POST
@page(Permission.INBOX_WRITE)
def act_on_answer(visit: Visit, message: str, action: str) -> HttpResponse:
    """A word about the answer, or its approval; then back to where it was said."""
    message_id = asked_id(Prefix.MESSAGE, message)
    try:
        _ACTIONS[action](visit, message_id)
    except RapportError as error:
        return _render_answer(visit, message_id, error)
    back = visit.request.POST.get("back", "")
    if action == "approve" and visit.request.POST.get("next") == "questions":
        return redirect("questions")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("rated_answer", message)


def _rate(visit: Visit, message_id: UUID) -> None:
    form = visit.request.POST
    is_good = form.get("rating") == "good"
    opinion = Opinion(
        is_good, "" if is_good else form.get("reason", ""), form.get("comment", ""), form.get("correction", "")
    )
    rate_answer(tenant_id=visit.tenant_id, message_id=message_id, judge=_me(visit), opinion=opinion)


def _withdraw(visit: Visit, message_id: UUID) -> None:
    withdraw_rating(tenant_id=visit.tenant_id, message_id=message_id, judge=_me(visit))


def _approve(visit: Visit, message_id: UUID) -> None:
    visit.require(Permission.KNOWLEDGE_WRITE)
    form, found = visit.request.POST, get_rated_answer(tenant_id=visit.tenant_id, message_id=message_id)
    mine = found.of(signed_in_id(visit.request))
    approve_answer(
        tenant_id=visit.tenant_id,
        actor=visit.actor,
        question=form.get("question", ""),
        answer=form.get("answer", ""),
        feedback_id=mine.id if mine else next((each.id for each in found.feedback), None),
        message_id=message_id,
    )
    messages.success(visit.request, gettext("Approved. Agents find it as soon as it is read, in some seconds."))


_ACTIONS = {"rate": _rate, "withdraw": _withdraw, "approve": _approve}


def _me(visit: Visit) -> Judge:
    return Judge(visit.actor, staff_id=signed_in_id(visit.request))


def _render_answer(visit: Visit, message_id: UUID, error: RapportError | None = None) -> HttpResponse:
    found = get_rated_answer(tenant_id=visit.tenant_id, message_id=message_id)
    mine = found.of(signed_in_id(visit.request))
    context = {
        "section": "feedback",
        "found": found,
        "mine": mine,
        "reasons": FeedbackReason.choices,
        "names": REASONS,
        "sources": [(each, citation_href(each)) for each in found.citations],
        "approved": next((each.document_id for each in found.feedback if each.document_id), None),
        "suggested": _suggested(found, mine),
        "form": visit.request.POST if error else {},
        "error": error,
        "may_rate": visit.may(Permission.INBOX_WRITE),
        "next": "questions" if "questions" in (visit.request.GET.get("from"), visit.request.POST.get("next")) else "",
    }
    return visit.render("pages/feedback/one.html", context, status=error.status if error else 200)


def _suggested(found: RatedAnswer, mine: FeedbackView | None) -> str:
    """What would be approved: one's own correction, anybody's, or the answer as it was, without its marks."""
    corrections = [each.correction for each in (mine, *found.feedback) if each and each.correction]
    return corrections[0] if corrections else "" if found.is_unknown else found.plain_answer


def _chart(visit: Visit, summary: Summary) -> dict[str, object]:
    return {
        "times": [day_start(day, visit.tenant.time_zone) for day, _ in summary.days],
        "zone": visit.tenant.time_zone,
        "kind": "bars",
        "series": [
            {"label": gettext("Good"), "values": [tally.good for _, tally in summary.days]},
            {"label": gettext("Bad"), "values": [tally.bad for _, tally in summary.days]},
        ],
    }


def _versions(visit: Visit, summary: Summary) -> list[VersionLine]:
    names = {each.id: each.name for each in list_agents(tenant_id=visit.tenant_id)}
    return [
        VersionLine(_version(names.get(agent_id, encode(Prefix.AGENT, agent_id)), version), tally, tally.share * 100)
        for agent_id, version, tally in summary.versions
    ]


def _version(agent: str, version: int | None) -> str:
    if version is None:
        return agent
    return (
        gettext("%(agent)s, draft") % {"agent": agent}
        if version == 0
        else gettext("%(agent)s, version %(version)s") % {"agent": agent, "version": version}
    )


def _reasons(summary: Summary) -> list[tuple[str, int, float]]:
    most = max((count for _, count in summary.reasons), default=1)
    return [(REASONS.get(name, name), count, count / most * 100) for name, count in summary.reasons]


def _any(tally: Tally) -> bool:
    return bool(tally.good + tally.bad)

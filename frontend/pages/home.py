"""Home: what needs someone, what happened lately, what it cost, and how far the knowledge is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from agents.cache.savings import sum_savings
from agents.inbox.selectors import count_waiting
from agents.selectors import ActivityDay, activity_by_day, list_conversations
from agents.tools.approvals import list_approvals
from billing.company_budget import get_company_budget
from billing.selectors import UsageDay, usage_by_day
from frontend.page import Visit, page
from ingestion.selectors import KnowledgeCounts, count_knowledge
from rapport.events.selectors import count_inbox
from tenants.permissions import Permission
from tenants.selectors import list_widget_keys

DAYS = 30
_NEARLY = 0.8  # of a budget, from which it is told
_MOST_COUNTED = 50


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person, and where to do it."""

    icon: str
    tone: str
    title: str
    detail: str
    href: str


@require_safe
@page(Permission.USAGE_READ)
def show_home(visit: Visit) -> HttpResponse:
    counts = count_knowledge(tenant_id=visit.tenant_id)
    if not counts.documents and not counts.sources and visit.may(Permission.KNOWLEDGE_WRITE):
        return redirect("welcome")
    activity = activity_by_day(tenant_id=visit.tenant_id, days=DAYS)
    usage = usage_by_day(tenant_id=visit.tenant_id, days=DAYS)
    sees_people = visit.may(Permission.CONVERSATIONS_READ)
    return visit.render(
        "pages/home.html",
        {
            "savings": sum_savings(tenant_id=visit.tenant_id, days=DAYS),
            "section": "home",
            "counts": counts,
            "needs": _needs(visit, counts, activity),
            "conversations": list_conversations(tenant_id=visit.tenant_id, limit=6) if sees_people else [],
            **_figures(activity, usage),
            "activity_chart": _activity_chart(visit, activity),
            "activity_rows": [
                (f"{each.day:%d %b}", each.conversations, each.answered, each.unknown) for each in activity
            ],
            "cost_chart": cost_chart(visit, usage),
        },
    )


def _figures(activity: list[ActivityDay], usage: list[UsageDay]) -> dict[str, object]:
    answered, unknown = sum(each.answered for each in activity), sum(each.unknown for each in activity)
    said = answered + unknown
    return {
        "days": DAYS,
        "conversation_total": sum(each.conversations for each in activity),
        "conversation_spark": [each.conversations for each in activity],
        "answered_share": answered / said if said else None,
        "answer_total": said,
        "unknown_total": unknown,
        "cost_total": sum(each.usage.cost_micros for each in usage),
        "cost_spark": [each.usage.cost_micros for each in usage],
    }


def _needs(visit: Visit, counts: KnowledgeCounts, activity: list[ActivityDay]) -> list[Need]:
    needs = list(_waiting(visit))
    if counts.failed and visit.may(Permission.KNOWLEDGE_READ):
        title = f"{counts.failed} {'document' if counts.failed == 1 else 'documents'} could not be read"
        href = f"{reverse('knowledge')}?state=failed"
        needs.append(Need("alert", "bad", title, "Each one says why and what to do.", href))
    unknown = sum(each.unknown for each in activity[-7:])
    if unknown and visit.may(Permission.CONVERSATIONS_READ):
        title = f"{unknown} {'question' if unknown == 1 else 'questions'} of this week had no answer"
        needs.append(
            Need("question", "warn", title, "Your documents do not say. Add what is missing.", reverse("questions"))
        )
    failed = sum(each.failed for each in activity[-7:])
    if failed and visit.may(Permission.CONVERSATIONS_READ):
        title = f"{failed} {'answer' if failed == 1 else 'answers'} of this week failed"
        needs.append(Need("health", "bad", title, "Look at what is in trouble.", reverse("health")))
    dead = count_inbox(tenant_id=visit.tenant_id)["dead"] if visit.may(Permission.TRACES_READ) else 0
    if dead:
        title = f"{dead} {'piece' if dead == 1 else 'pieces'} of work failed for good"
        needs.append(Need("health", "bad", title, "Nothing is lost: look why, and try again.", reverse("health")))
    if visit.may(Permission.AGENTS_WRITE) and not _is_widget_placed(visit):
        needs.append(
            Need(
                "code",
                "info",
                "Your widget has no website yet",
                "Say where it may be shown, and copy one line of HTML.",
                reverse("widget"),
            )
        )
    return needs


def _waiting(visit: Visit) -> Iterator[Need]:
    """People first, then money."""
    if visit.may(Permission.CONVERSATIONS_READ):
        if waiting := count_waiting(tenant_id=visit.tenant_id):
            title = f"{waiting} {'customer waits' if waiting == 1 else 'customers wait'} for a person"
            yield Need("chat", "bad", title, "The agent has handed over.", reverse("inbox"))
        asked = len(list_approvals(tenant_id=visit.tenant_id, state="waiting", limit=_MOST_COUNTED))
        if asked:
            more = "or more " if asked == _MOST_COUNTED else ""
            title = f"{asked} {more}{'call of a tool waits' if asked == 1 else 'calls of tools wait'} for your word"
            yield Need("check", "warn", title, "Agree or refuse; the answer goes on after that.", reverse("approvals"))
    budget = get_company_budget(tenant_id=visit.tenant_id)
    if budget.limit and budget.spent >= _NEARLY * budget.limit:
        is_over = budget.spent >= budget.limit
        title = "This month's budget is spent" if is_over else "Most of this month's budget is spent"
        detail = "Agents answer again when it is raised." if is_over else "When it is spent, agents stop answering."
        yield Need("coin", "bad" if is_over else "warn", title, detail, reverse("prices"))


def _is_widget_placed(visit: Visit) -> bool:
    return any(key.allowed_origins for key in list_widget_keys(visit.tenant_id))


def _activity_chart(visit: Visit, activity: list[ActivityDay]) -> dict[str, object]:
    return {
        "times": [day_start(each.day, visit.tenant.time_zone) for each in activity],
        "kind": "bars",
        "zone": visit.tenant.time_zone,
        "series": [
            {"label": "Answered", "values": [each.answered for each in activity]},
            {"label": "Not in the documents", "values": [each.unknown for each in activity]},
        ],
    }


def cost_chart(visit: Visit, usage: list[UsageDay]) -> dict[str, object]:
    return {
        "times": [day_start(each.day, visit.tenant.time_zone) for each in usage],
        "zone": visit.tenant.time_zone,
        "scale": 1_000_000,
        "currency": visit.tenant.currency,
        "series": [{"label": "Cost", "values": [each.usage.cost_micros for each in usage]}],
    }


def day_start(day: date, zone: str) -> int:
    """Seconds since 1970 at which the day begins in the zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())

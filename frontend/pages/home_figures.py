"""Home's figures: how conversations ended, what they cost and what was saved, day by day. The page asks for them once
it is there: they are read from far more rows than what stands above them."""

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.cache.savings import sum_savings
from agents.selectors import ActivityDay, activity_by_day, list_agents
from billing.daily import daily_costs
from frontend.cost_charts import day_start, stacked_costs
from frontend.formats import format_date
from frontend.page import Visit, page
from ingestion.selectors import KnowledgeCounts, count_knowledge
from tenants.permissions import Permission

DAYS = 30


@require_safe
@page(Permission.USAGE_READ, in_one_scope=True)
def show_figures(visit: Visit) -> HttpResponse:
    """The figures alone."""
    counts = count_knowledge(tenant_id=visit.tenant_id)
    return visit.render("pages/home_figures.html", figures_of(visit, counts))


def figures_of(visit: Visit, counts: KnowledgeCounts) -> dict[str, object]:
    """What the figures' template shows."""
    activity = activity_by_day(tenant_id=visit.tenant_id, days=DAYS)
    return {
        "counts": counts,
        "savings": sum_savings(tenant_id=visit.tenant_id, days=DAYS),
        **_figures(activity),
        **_costs(visit),
        "activity_chart": _activity_chart(visit, activity),
        "activity_rows": [
            (format_date(each.day, "d M"), each.conversations, each.answered, each.unknown) for each in activity
        ],
        **_resolution(visit, activity),
    }


def _costs(visit: Visit) -> dict[str, object]:
    """By model and by agent; each of the two adds up to all of it."""
    costs = daily_costs(tenant_id=visit.tenant_id, days=DAYS)
    names = {str(each.id): each.name for each in list_agents(tenant_id=visit.tenant_id)}
    return {
        "cost_total": sum(costs.total),
        "cost_spark": costs.total,
        "by_model": stacked_costs(visit, costs.by_model, costs.days, {"": gettext("No model")}),
        "by_agent": stacked_costs(visit, costs.by_agent, costs.days, {"": gettext("Reading documents"), **names}),
    }


def _resolution(visit: Visit, days: list[ActivityDay]) -> dict[str, object]:
    columns = (gettext("By the agent alone"), gettext("With a person"), gettext("A question left open"))
    rows = [(each.alone, each.people, each.unanswered) for each in days]
    every = sum(map(sum, rows))
    return {
        "resolved_share": sum(each.alone for each in days) / every if every else None,
        "resolution_chart": {
            "times": [day_start(each.day, visit.tenant.time_zone) for each in days],
            "kind": "bars",
            "zone": visit.tenant.time_zone,
            "series": [
                {"label": label, "values": list(values)}
                for label, values in zip(columns, zip(*rows, strict=True), strict=True)
            ],
        },
        "resolution_columns": [gettext("Day"), *columns],
        "resolution_rows": [(format_date(each.day, "d M"), *row) for each, row in zip(days, rows, strict=True)],
    }


def _figures(activity: list[ActivityDay]) -> dict[str, object]:
    answered, unknown = sum(each.answered for each in activity), sum(each.unknown for each in activity)
    said = answered + unknown
    return {
        "conversation_total": sum(each.conversations for each in activity),
        "conversation_spark": [each.conversations for each in activity],
        "answered_share": answered / said if said else None,
        "answer_total": said,
        "unknown_total": unknown,
    }


def _activity_chart(visit: Visit, activity: list[ActivityDay]) -> dict[str, object]:
    return {
        "times": [day_start(each.day, visit.tenant.time_zone) for each in activity],
        "kind": "bars",
        "zone": visit.tenant.time_zone,
        "series": [
            {"label": gettext("Answered"), "values": [each.answered for each in activity]},
            {"label": gettext("Not in the documents"), "values": [each.unknown for each in activity]},
        ],
    }

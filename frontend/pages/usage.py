"""Usage and cost: over time and by model, agent, conversation, contact and step; the ledger as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agents.cache.savings import sum_savings
from agents.costs.counting import Dear
from agents.costs.keeping import PERIODS, read_dearest
from agents.selectors import list_agents
from billing.cells import Kept
from billing.company_budget import get_company_budget, has_company_budget
from billing.models import Meter
from billing.price import COSTS_IN
from billing.selectors import (
    UsageLine,
    UsageOfDays,
    UsageRow,
    iterate_usage,
    read_usage,
    usage_ever,
)
from billing.sums import UsageSum
from frontend.cost_charts import day_start, stacked_costs
from frontend.formats import format_count, format_date, format_money
from frontend.page import Visit, page
from frontend.pages.prices import picture_of
from frontend.phrases import phrase
from frontend.spreadsheet import csv_response
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

COLUMNS = (
    "id",
    "occurred_at",
    "meter",
    "model",
    "step",
    "quantity",
    "cost_micros",
    "currency",
    "price_version",
    "unit",
    "price_micros",
    "price_currency",
    "rate_version",
    "billed_at",
    "corrects_id",
    "agent_id",
    "conversation_id",
    "turn_id",
    "document_id",
)
STEPS = {
    "chat": phrase("Writing the answer"),
    "embed_query": phrase("Understanding the question"),
    "embed_document": phrase("Reading documents"),
    "message": phrase("Messages"),
    "carrier": phrase("Telephone lines"),
    "recogniser": phrase("Listening in calls"),
    "voice": phrase("Speaking in calls"),
    "": phrase("Other"),
}


@dataclass(frozen=True, slots=True)
class CostLine:
    label: str
    usage: UsageSum
    share: float  # percent of the dearest line
    href: str = ""


@require_safe
@page(Permission.USAGE_READ, in_one_scope=True)
def show_usage(visit: Visit) -> HttpResponse:
    days = _days(visit)
    found = read_usage(tenant_id=visit.tenant_id, days=days)
    by_day = found.by_day()
    is_limited = has_company_budget(tenant_id=visit.tenant_id)
    budget = get_company_budget(tenant_id=visit.tenant_id) if is_limited else None
    return visit.render(
        "pages/usage/index.html",
        {
            "section": "usage",
            "days": days,
            "periods": PERIODS,
            "total": found.total,
            "savings": sum_savings(tenant_id=visit.tenant_id, days=days),
            "ever": usage_ever(tenant_id=visit.tenant_id, since=found),
            "cost_chart": _cost_chart(visit, found),
            "budget": budget,
            "picture": picture_of(budget) if budget else None,
            "token_chart": {
                "times": [day_start(each.day, visit.tenant.time_zone) for each in by_day],
                "zone": visit.tenant.time_zone,
                "kind": "bars",
                "series": [
                    {"label": gettext("Read"), "values": [each.usage.input_tokens for each in by_day]},
                    {"label": gettext("Written"), "values": [each.usage.output_tokens for each in by_day]},
                    {"label": gettext("Embedded"), "values": [each.usage.embedding_tokens for each in by_day]},
                ],
            },
            "rows": [
                (
                    format_date(each.day, "d M"),
                    format_money(each.usage.cost_micros, COSTS_IN),
                    format_count(each.usage.input_tokens + each.usage.output_tokens),
                    format_count(each.usage.embedding_tokens),
                )
                for each in reversed(by_day)
            ],
            "tables": _tables(visit, found),
            **(_dearest_tables(visit, found) if "dearest" in visit.request.GET else {"dearest": None}),
        },
    )


def _days(visit: Visit) -> int:
    asked = visit.request.GET.get("days", "")
    return int(asked) if asked in {str(each) for each in PERIODS} else 30


def _tables(visit: Visit, found: UsageOfDays) -> list[tuple[str, str, list[CostLine]]]:
    agents = {str(each.id): each.name for each in list_agents(tenant_id=visit.tenant_id)}
    meters = {each.value: gettext(str(each.label)) for each in Meter}
    return [
        (gettext("By model"), gettext("Model"), _lines(found, "model", {"": gettext("No model")})),
        (
            gettext("By agent"),
            gettext("Agent"),
            _lines(found, "agent_id", {"": gettext("Reading documents"), **agents}),
        ),
        (gettext("By step"), gettext("Step"), _lines(found, "step", STEPS)),
        (gettext("By meter"), gettext("What is counted"), _lines(found, "meter", meters)),
    ]


def _dearest_tables(visit: Visit, used: UsageOfDays) -> dict[str, object]:
    """Rows of all conversations are added up for them, unless that was done: the page is there before."""
    found = read_dearest(tenant_id=visit.tenant_id, used=used)
    return {
        "dearest": [
            (
                gettext("Dearest conversations"),
                gettext("Conversation"),
                _dearest(visit, "conversation", Prefix.CONVERSATION, found.conversations),
            ),
            (
                gettext("Dearest contacts"),
                gettext("Contact"),
                _dearest(visit, "contact", Prefix.CONTACT, found.contacts),
            ),
        ],
        "counted_at": found.counted_at,
    }


def _cost_chart(visit: Visit, found: UsageOfDays) -> object:
    costs = {each.key: [day.usage.cost_micros for day in each.days] for each in found.series("model")}
    return stacked_costs(visit, costs, [each.day for each in found.by_day()], {"": gettext("No model")})["data"]


def _dearest(visit: Visit, page_name: str, prefix: Prefix, found: Sequence[Dear]) -> list[CostLine]:
    """With the way to each, for those who may go there."""
    dearest = max([each.usage.cost_micros for each in found] + [1])
    may_open = visit.may(Permission.CONVERSATIONS_READ) and visit.may(Permission.CONTACTS_READ)
    return [
        CostLine(
            shown := encode(prefix, each.id),
            each.usage,
            100 * each.usage.cost_micros / dearest,
            reverse(page_name, args=[shown]) if may_open else "",
        )
        for each in found
    ]


def _lines(found: UsageOfDays, dimension: Kept, labels: dict[str, str]) -> list[CostLine]:
    lines = found.by(dimension)
    dearest = max([line.usage.cost_micros for line in lines] + [1])
    return [_line(line, labels, dearest) for line in lines if _tokens(line.usage) or line.usage.cost_micros]


def _tokens(usage: UsageSum) -> int:
    return usage.input_tokens + usage.output_tokens + usage.embedding_tokens


def _line(line: UsageLine, labels: dict[str, str], dearest: int) -> CostLine:
    return CostLine(str(labels.get(line.key, line.key)), line.usage, 100 * line.usage.cost_micros / dearest)


@require_safe
@page(Permission.USAGE_READ)
def export_usage(visit: Visit) -> HttpResponseBase:
    """The ledger's rows of the period, newest first, written as they are read."""
    days = _days(visit)
    rows = (cells_of(row) for row in iterate_usage(tenant_id=visit.tenant_id, days=days))
    name = f"usage-{visit.tenant.slug}-{timezone.localdate():%Y-%m-%d}-{days}-days"
    return csv_response(name, COLUMNS, rows)


_PREFIXES = {
    "id": Prefix.USAGE,
    "corrects_id": Prefix.USAGE,
    "agent_id": Prefix.AGENT,
    "conversation_id": Prefix.CONVERSATION,
    "turn_id": Prefix.TURN,
    "document_id": Prefix.DOCUMENT,
}


def cells_of(row: UsageRow) -> list[object]:
    """Of COLUMNS, with public ids."""
    values = {name: getattr(row, name) for name in COLUMNS}
    return [
        encode(_PREFIXES[name], value) if name in _PREFIXES and value is not None else value
        for name, value in values.items()
    ]

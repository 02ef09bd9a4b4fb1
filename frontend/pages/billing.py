"""Billing: the plan, how much of each quota is used, what the period has come to, and the rows behind each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from agents.costs.shares import MOST, Shares, read_shares
from agents.selectors import list_agents
from agents.selectors.costs import rows_in_channel
from billing.errors import InvalidLimit
from billing.explained import PartSum, Rows, find_period, iterate_rows, list_rows, sum_parts, sum_rows
from billing.models import Meter
from billing.parts import Part
from billing.periods import Period, get_statement, list_periods, running_parts
from billing.plans import CURRENCIES, DOLLARS
from billing.price import MILLION
from billing.quotas import STOPPABLE, Quota, list_quotas, set_usage_limit
from billing.rating import half_up
from billing.statements import BASE, COUPON, MODEL_TOKENS
from billing.stripe.accounts import get_account
from billing.stripe.changing import changeable_plans
from billing.stripe.checkout import sold_plans, trial_end
from billing.stripe.door import is_on
from billing.terms import current_term, is_charged
from frontend.cost_charts import day_start
from frontend.formats import format_date
from frontend.page import Visit, asked_id, page
from frontend.pages.usage import COLUMNS, cells_of
from frontend.phrases import phrase
from frontend.spreadsheet import csv_response
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PARTS = {
    "day": phrase("Day"),
    "agent": phrase("Agent"),
    "channel": phrase("Channel"),
    "conversation": phrase("Conversation"),
    "meter": phrase("Meter"),
}
CURRENCY_NAMES = {
    "USD": phrase("US dollars"),
    "EUR": phrase("Euros"),
    "GBP": phrase("Pounds sterling"),
    "JPY": phrase("Japanese yen"),
}
BY = {
    "day": phrase("By day"),
    "agent": phrase("By agent"),
    "channel": phrase("By channel"),
    "conversation": phrase("By conversation"),
    "meter": phrase("By meter"),
}
OF_NONE = {"agent": phrase("No agent"), "conversation": phrase("No conversation")}
PAGE_SIZE = 50
CHANNELS = {
    "chat": phrase("Chat"),
    "phone": phrase("Phone"),
    "api": "API",
    "test": phrase("Tests"),
    "": phrase("No conversation"),
}


@dataclass(frozen=True, slots=True)
class PartLine:
    label: str
    sums: PartSum
    href: str
    share: float  # percent of the dearest


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.USAGE_READ, in_one_scope=True)
def show_billing(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.require(Permission.USAGE_WRITE)
    form = visit.request.POST
    try:
        set_usage_limit(
            tenant_id=visit.tenant_id,
            meter=form.get("meter", ""),
            quantity=_quantity(form.get("quantity", "")),
            actor=visit.actor,
        )
    except RapportError as error:
        return _render(visit, error)
    messages.success(visit.request, gettext("Saved. It holds for whatever begins from now on."))
    return redirect("billing")


def _render(visit: Visit, error: RapportError | None = None) -> HttpResponse:
    by = visit.request.GET.get("by", "day")
    part = by if by in PARTS else "day"
    closed = list_periods(tenant_id=visit.tenant_id, most=24)
    period_id = _period_id(visit)
    chosen = next((each for each in closed if each.id == period_id), None)
    running = running_parts(tenant_id=visit.tenant_id)
    quotas = [
        each for each in list_quotas(tenant_id=visit.tenant_id, parts=running) if each.used or each.whole is not None
    ]
    limits = [(each.meter, each.limit) for each in quotas if each.limit is not None]
    period = find_period(tenant_id=visit.tenant_id, period_id=period_id)
    records = chosen.records if chosen else sum(each.sums.records for each in running)
    shares = _shares(visit, part, period_id, records, running)
    shown = chosen.statement if chosen else get_statement(tenant_id=visit.tenant_id, parts=running).to_json()
    return visit.render(
        "pages/billing/index.html",
        {
            "section": "billing",
            **_payment(visit),
            "term": current_term(tenant_id=visit.tenant_id),
            "statement": shown,
            "period": period,
            "chosen": chosen,
            "closed": [(each, _address(period=encode(Prefix.PERIOD, each.id))) for each in closed],
            "lines": _statement_lines(visit, shown["lines"]),
            "quotas": [(each, _rows_address(visit, line=each.meter.value), _tone(each)) for each in quotas],
            "parts": [(key, label, _address(by=key, **_kept(visit))) for key, label in PARTS.items()],
            "part": part,
            "part_label": PARTS[part],
            "by_part": BY[part],
            "part_lines": _part_lines(visit, part, shares.sums),
            "counted_at": shares.counted_at,
            "chart": _chart(visit, period, period_id, running),
            "can_write": visit.may(Permission.USAGE_WRITE),
            "limits": limits,
            "stoppable": STOPPABLE,
            "entered": visit.request.POST if error else {},
            "error": error,
        },
        status=error.status if error else 200,
    )


def _payment(visit: Visit) -> dict[str, object]:
    """What is shown of Stripe; nothing where it is off."""
    if not is_on():
        return {"pays": False}
    account, query = get_account(tenant_id=visit.tenant_id), visit.request.GET
    return {
        "pays": True,
        "account": account,
        "offers": [
            (plan, trial_end(tenant_id=visit.tenant_id, plan=plan)) for plan in sold_plans(visit.tenant.currency)
        ],
        "currencies": ()
        if is_charged(tenant_id=visit.tenant_id)
        else [(each, gettext(CURRENCY_NAMES[each])) for each in CURRENCIES],
        "changes": changeable_plans(account.plan, account.currency)
        if account and account.plan and not account.is_suspended
        else (),
        "is_back": query.get("from") == "checkout",
    }


def _statement_lines(visit: Visit, lines: Any) -> list[tuple[Any, str, str]]:
    """With its name, and the way to its rows where it is made of some."""
    known = {*Meter.values, MODEL_TOKENS}
    return [
        (each, _line_label(each), _rows_address(visit, line=each["key"]) if each["key"] in known else "")
        for each in lines
    ]


def _line_label(line: Any) -> str:
    """A statement is kept in English."""
    label = str(line["label"])
    if line["key"] == BASE:
        return gettext("Plan %(name)s") % {"name": label.removeprefix("Plan ")}
    if line["key"] == COUPON:
        return gettext("Coupon %(code)s") % {"code": label.removeprefix("Coupon ")}
    return gettext(label)


def _part_lines(visit: Visit, part: str, sums: Sequence[PartSum]) -> list[PartLine]:
    dearest = max([each.price_micros or each.cost_micros for each in sums] + [1])
    agents = {str(each.id): each.name for each in list_agents(tenant_id=visit.tenant_id)} if part == "agent" else {}
    return [
        PartLine(
            _label(part, each.key, agents),
            each,
            _rows_address(visit, **{_QUERY.get(part, part): _public(part, each.key)}),
            100 * max(0, each.price_micros or each.cost_micros) / dearest,
        )
        for each in sums
    ]


_QUERY = {"meter": "line"}
_PREFIXES = {"agent": Prefix.AGENT, "conversation": Prefix.CONVERSATION}


def _shares(visit: Visit, part: str, period_id: UUID | None, records: int, running: Sequence[Part]) -> Shares:
    if part in ("conversation", "channel"):
        return read_shares(tenant_id=visit.tenant_id, part=part, period_id=period_id, records=records)  # type: ignore[arg-type]
    sums = sum_parts(
        tenant_id=visit.tenant_id,
        part=part,  # type: ignore[arg-type]
        period_id=period_id,
        running=running,
        most=MOST,
    )
    return Shares(sums)


def _label(part: str, key: str, agents: dict[str, str]) -> str:
    if part == "day":
        return format_date(date.fromisoformat(key), "d M Y")
    if part == "channel":
        return CHANNELS.get(key, key)
    if part == "meter":
        return gettext(str(Meter(key).label))
    return agents.get(key) or (encode(_PREFIXES[part], UUID(key)) if key else OF_NONE[part])


def _public(part: str, key: str) -> str:
    """As it stands in an address; "none" for what belongs to none."""
    if not key:
        return "none"
    return encode(_PREFIXES[part], UUID(key)) if part in _PREFIXES else key


def _chart(visit: Visit, period: Period, period_id: UUID | None, running: Sequence[Part]) -> dict[str, object] | None:
    """Of each day of the period until today; None where nothing was used."""
    told = sum_parts(tenant_id=visit.tenant_id, part="day", period_id=period_id, running=running)
    found = {each.key: each for each in told}
    if not found:
        return None
    first, last = period.starts_at.date(), min(period.ends_at - timedelta(seconds=1), timezone.localtime()).date()
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    sums = [found.get(each.isoformat(), PartSum("", 0, 0, 0)) for each in days]
    dollar = DOLLARS[visit.tenant.currency]  # one axis for what it cost and what is charged
    return {
        "times": [day_start(each, visit.tenant.time_zone) for each in days],
        "zone": visit.tenant.time_zone,
        "scale": 1_000_000,
        "currency": visit.tenant.currency,
        "series": [
            {"label": gettext("Cost"), "values": [half_up(each.cost_micros * dollar, MILLION) for each in sums]},
            {"label": gettext("List price"), "values": [each.price_micros for each in sums]},
        ],
    }


@require_safe
@page(Permission.USAGE_READ, in_one_scope=True)
def show_rows(visit: Visit) -> HttpResponse:
    which, channel = _asked(visit)
    before = asked_id(Prefix.USAGE, visit.request.GET["before"]) if visit.request.GET.get("before") else None
    rows = _rows(visit, which, channel, before)
    asked = _kept(visit, "line", "day", "agent", "conversation", "channel")
    older = _address(**asked, before=encode(Prefix.USAGE, rows[PAGE_SIZE - 1].id)) if len(rows) > PAGE_SIZE else ""
    return visit.render(
        "pages/billing/rows.html",
        {
            "section": "billing",
            "period": find_period(tenant_id=visit.tenant_id, period_id=which.period_id),
            "rows": [(each, gettext(str(Meter(each.meter).label))) for each in rows[:PAGE_SIZE]],
            "sums": None if channel is not None else sum_rows(tenant_id=visit.tenant_id, which=which),
            "filters": [(name, value) for name, value in asked.items() if name != "period"],
            "older": older,
            "newest": _address(**asked) if before else "",
            "csv_query": urlencode(asked),
            "back": f"{reverse('billing')}{_address(**_kept(visit))}",
        },
    )


@require_safe
@page(Permission.USAGE_READ)
def export_rows(visit: Visit) -> HttpResponseBase:
    """All that the page would show, written as it is read."""
    which, channel = _asked(visit)
    find_period(tenant_id=visit.tenant_id, period_id=which.period_id)
    rows = iterate_rows(tenant_id=visit.tenant_id, which=which)
    if channel is not None:
        rows = rows_in_channel(tenant_id=visit.tenant_id, channel=channel, rows=rows)
    name = f"billing-{visit.tenant.slug}-{timezone.localdate():%Y-%m-%d}"
    return csv_response(name, COLUMNS, (cells_of(row) for row in rows))


def _rows(visit: Visit, which: Rows, channel: str | None, before: UUID | None) -> list[Any]:
    """One more than a page."""
    if channel is None:
        return list_rows(tenant_id=visit.tenant_id, which=which, limit=PAGE_SIZE + 1, before=before)
    rows = iterate_rows(tenant_id=visit.tenant_id, which=which, before=before)
    return list(islice(rows_in_channel(tenant_id=visit.tenant_id, channel=channel, rows=rows), PAGE_SIZE + 1))


def _asked(visit: Visit) -> tuple[Rows, str | None]:
    """(which rows, of which channel). Raises what becomes a page for an id of another kind."""
    query = visit.request.GET
    line, channel = query.get("line", ""), query.get("channel")
    which = Rows(
        period_id=_period_id(visit),
        line=line if line in {*Meter.values, MODEL_TOKENS} else "",
        day=_day(query.get("day", "")),
        agent=_id(query.get("agent"), Prefix.AGENT),
        conversation=_id(query.get("conversation"), Prefix.CONVERSATION),
    )
    return which, None if channel is None else "" if channel == "none" else channel


def _id(text: str | None, prefix: Prefix) -> UUID | Literal[""] | None:
    if not text:
        return None
    return "" if text == "none" else asked_id(prefix, text)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _period_id(visit: Visit) -> UUID | None:
    text = visit.request.GET.get("period", "")
    return asked_id(Prefix.PERIOD, text) if text else None


def _kept(visit: Visit, *names: str) -> dict[str, str]:
    """What of the address goes on to another one."""
    query = visit.request.GET
    return {name: query[name] for name in ("period", *names) if query.get(name)}


def _rows_address(visit: Visit, **asked: str) -> str:
    return f"{reverse('billing_rows')}{_address(**_kept(visit), **asked)}"


def _address(**asked: str) -> str:
    return f"?{urlencode(asked)}" if asked else ""


def _tone(quota: Quota) -> str:
    return {"": "", "warn": "warn", "soft": "bad", "hard": "bad"}[quota.level]


def _quantity(text: str) -> int | None:
    """Nothing entered lifts the limit."""
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InvalidLimit(gettext("Enter a whole number such as 5000, or nothing for no limit."), param="quantity")
    return int(text[:16])

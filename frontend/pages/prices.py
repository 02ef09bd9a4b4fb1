"""Prices and budget: what tokens cost the company, class by class, and what it may spend in a month."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from billing.company_budget import BudgetView, get_company_budget, set_company_budget
from billing.errors import InvalidBudget, InvalidPrice
from billing.own_prices import METERS, OwnPrice, list_own_prices, remove_own_price, set_own_price
from billing.selectors import read_usage
from frontend.formats import MICROS, localised
from frontend.page import Visit, asked_id, page
from rapport.errors import RapportError
from rapport.ids import Prefix
from tenants.permissions import Permission

_FIELDS = ("model", "meter", "price", "starts_on", "budget")
_KNOWN_DAYS = 90


@dataclass(frozen=True, slots=True)
class BudgetPicture:
    """Percent of the limit."""

    spent: float
    held: float
    tone: str


@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.USAGE_READ)
def show_prices(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.require(Permission.USAGE_WRITE)
    form = visit.request.POST
    try:
        if "budget" in form:
            set_company_budget(
                tenant_id=visit.tenant_id, month_micros=_read_budget(form.get("budget", "")), actor=visit.actor
            )
        else:
            _set_price(visit)
    except RapportError as error:
        return _render(visit, error)
    messages.success(visit.request, gettext("Saved. It holds from the next answer on."))
    return redirect("prices")


@require_POST
@page(Permission.USAGE_WRITE)
def act_on_price(visit: Visit, price: str, action: str) -> HttpResponse:
    remove_own_price(tenant_id=visit.tenant_id, price_id=asked_id(Prefix.PRICE, price), actor=visit.actor)
    messages.success(visit.request, gettext("Removed. What was reckoned by it stays as it is."))
    return redirect("prices")


def _set_price(visit: Visit) -> None:
    form = visit.request.POST
    set_own_price(
        tenant_id=visit.tenant_id,
        model=form.get("model", ""),
        meter=form.get("meter", ""),
        micros_per_million=_micros(form.get("price", ""), InvalidPrice, "price"),
        starts_at=_read_day(form.get("starts_on", ""), visit.tenant.time_zone),
        actor=visit.actor,
    )


def _read_budget(text: str) -> int | None:
    """Nothing entered lifts the limit."""
    return _micros(text, InvalidBudget, "budget") if text.strip() else None


def _micros(text: str, wrong: type[RapportError], param: str) -> int:
    """From an amount in units of the currency."""
    try:
        micros = Decimal(text.strip().replace(",", ".")) * MICROS
        if not micros.is_finite() or micros < 0 or micros != int(micros):
            raise InvalidOperation
    except InvalidOperation:
        raise wrong(gettext("Enter an amount such as 2.50, with at most six decimals."), param=param) from None
    return int(micros)


def _read_day(text: str, zone: str) -> datetime | None:
    """The beginning of a day in the company's time zone; nothing entered is now."""
    if not text.strip():
        return None
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise InvalidPrice(gettext("Enter a day such as 2027-01-31."), param="starts_on") from None
    return None if day <= datetime.now(day.tzinfo) else day


def _render(visit: Visit, error: RapportError | None = None) -> HttpResponse:
    form = visit.request.POST
    used = read_usage(tenant_id=visit.tenant_id, days=_KNOWN_DAYS)
    budget = get_company_budget(tenant_id=visit.tenant_id, cells=used.cells)
    context = {
        "section": "usage",
        "budget": budget,
        "picture": picture_of(budget),
        "prices": list_own_prices(tenant_id=visit.tenant_id),
        "current": _current(list_own_prices(tenant_id=visit.tenant_id)),
        "meters": [(each.value, gettext(str(each.label))) for each in METERS],
        "models": [line.key for line in used.by("model")],
        "can_write": visit.may(Permission.USAGE_WRITE),
        "error": error,
        "form": {name: form.get(name, "") for name in _FIELDS} if error else {},
        "entered_budget": form.get("budget", "") if error else _shown(budget.limit),
    }
    return visit.render("pages/usage/prices.html", context, status=error.status if error else 200)


def picture_of(budget: BudgetView) -> BudgetPicture | None:
    """None when no limit is set."""
    if budget.limit is None:
        return None
    whole = max(budget.limit, 1)
    spent = min(100.0, 100 * budget.spent / whole)
    held = min(100.0 - spent, 100 * budget.held / whole)
    return BudgetPicture(spent, held, "bad" if spent + held > 90 else "")


def _current(prices: list[OwnPrice]) -> set[str]:
    """Of each model and class the one that holds now: the newest that has begun."""
    now = datetime.now(ZoneInfo("UTC"))
    begun = sorted((each for each in prices if each.starts_at <= now), key=lambda each: each.starts_at)
    return {str(each.id) for each in {(each.model, each.meter): each for each in begun}.values()}


def _shown(micros: int | None) -> str:
    return "" if micros is None else localised(f"{Decimal(micros) / MICROS:f}")

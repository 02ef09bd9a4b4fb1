"""All companies of the installation, by what a month is charged and costs. For operators; there for nobody else."""

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from billing.companies import list_companies, list_months, sum_companies
from frontend.operators import is_operator
from frontend.page import Visit, page
from rapport.errors import InvalidRequest, NotFound
from tenants.permissions import Permission

SHOWN = 100


@require_safe
@page(Permission.USAGE_READ)
def show_companies(visit: Visit) -> HttpResponse:
    """Raises NotFound for whoever does not run the installation."""
    if not is_operator(visit.request):
        raise NotFound(gettext("There is no such page."))
    months = list_months()
    month = _month(visit.request.GET.get("month", ""), months)
    after = _number(visit.request.GET.get("after", ""))
    found = list_companies(month=month, limit=SHOWN + 1, after=after) if month else []
    shown = found[:SHOWN]
    most = max((each.due_micros for each in shown), default=0)
    address = reverse("companies")
    return visit.render(
        "pages/companies.html",
        {
            "section": "companies",
            "month": month,
            "months": [(each, f"{address}?month={each:%Y-%m}") for each in months],
            "sums": sum_companies(month=month) if month else [],
            "companies": [(each, 100.0 * each.due_micros / most if most else 0.0) for each in shown],
            "more": f"{address}?month={month:%Y-%m}&after={after + SHOWN}" if month and len(found) > SHOWN else "",
        },
    )


def _month(text: str, months: list[date]) -> date | None:
    """The one that is asked for, else the latest."""
    if not text:
        return months[0] if months else None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise InvalidRequest(gettext("Write a month like 2026-11."), param="month") from None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0

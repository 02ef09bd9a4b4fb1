"""To Stripe's own pages and back: where a plan is bought, and where cards, invoices and seats are looked after."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from billing.errors import InvalidPlan
from billing.stripe.changing import change_subscription
from billing.stripe.checkout import open_checkout, open_portal
from billing.terms import choose_currency
from frontend.page import Visit, page
from tenants.permissions import Permission


@require_POST
@page(Permission.USAGE_READ)
def buy_plan(visit: Visit) -> HttpResponse:
    """Nothing is granted here: that is Stripe's to say, to the server itself."""
    visit.require(Permission.USAGE_WRITE)
    visit.confirm_first("billing")
    form = visit.request.POST
    url = open_checkout(
        tenant_id=visit.tenant_id,
        plan=form.get("plan", ""),
        seats=_seats(form.get("seats", "")),
        email=str(getattr(visit.request.user, "email", "")),
        actor=visit.actor,
    )
    return _leave(visit, url)


@require_POST
@page(Permission.USAGE_READ)
def change_plan(visit: Visit) -> HttpResponse:
    """Of a company that pays already. It is Stripe's to say what became of it, as with the first."""
    visit.require(Permission.USAGE_WRITE)
    visit.confirm_first("billing")
    form = visit.request.POST
    is_new = change_subscription(
        tenant_id=visit.tenant_id,
        plan=form.get("plan", ""),
        seats=_seats(form.get("seats", "")),
        actor=visit.actor,
    )
    if is_new:
        messages.success(visit.request, gettext("Asked for. Stripe tells us within seconds what holds now."))
    else:
        messages.info(visit.request, gettext("Nothing to change: that is what you have."))
    return redirect("billing")


@require_POST
@page(Permission.USAGE_READ)
def set_currency(visit: Visit) -> HttpResponse:
    """Of prices and invoices, before the first."""
    visit.require(Permission.USAGE_WRITE)
    choose_currency(tenant_id=visit.tenant_id, currency=visit.request.POST.get("currency", ""), actor=visit.actor)
    messages.success(visit.request, gettext("Saved. Prices are shown in it from now on."))
    return redirect("billing")


@require_POST
@page(Permission.USAGE_READ)
def manage_payment(visit: Visit) -> HttpResponse:
    visit.require(Permission.USAGE_WRITE)
    visit.confirm_first("billing")
    return _leave(visit, open_portal(tenant_id=visit.tenant_id, actor=visit.actor))


def _leave(visit: Visit, url: str) -> HttpResponse:
    """By a page of ours: the policy of ours lets no form lead to another host, not even by being sent on."""
    return visit.render("pages/billing/leaving.html", {"section": "billing", "url": url})


def _seats(text: str) -> int:
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()):
        raise InvalidPlan(gettext("Enter a whole number of seats, or none."), param="seats")
    return int(text[:9])

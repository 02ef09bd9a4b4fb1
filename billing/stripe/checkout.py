"""Where a company pays: Stripe's own pages. No card is ever seen here, and nothing is granted for coming back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.errors import AlreadySubscribed, CurrencyFixed, InvalidPlan, NotACustomer
from billing.ledger import month_start, tenant_zone
from billing.models import StripeAccount
from billing.periods import next_month
from billing.plans import PLANS, Coupon, Plan, find_plan
from billing.price import COSTS_IN
from billing.stripe.accounts import converge
from billing.stripe.catalogue import ensure_prices
from billing.stripe.coupons import coupon_id
from billing.stripe.customers import customer_of, ensure_customer
from billing.stripe.door import call, pages
from billing.stripe.items import lines_of
from billing.stripe.reading import is_open
from billing.terms import MOST_SEATS, Term, load_terms, was_tried
from rapport.config import get_config
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.selectors import get_tenant


def sold_plans(currency: str = COSTS_IN) -> list[Plan]:
    """What anybody can buy by themselves, for what it costs in this currency."""
    return [each.priced_in(currency) for each in PLANS if each.is_offered and each.is_priced]


def open_checkout(*, tenant_id: UUID, plan: str, seats: int, email: str, actor: Actor) -> str:
    """The address of a page of Stripe's that sells this plan to this company, and to no other, after a trial where the
    plan has one and the company has tried none. A page that was opened before and not paid is closed.

    Raises AlreadySubscribed, CurrencyFixed, InvalidPlan, StripeUnavailable.
    """
    chosen = find_plan(plan).priced_in(get_tenant(tenant_id).currency)
    check_choice(chosen, seats, sold_plans(chosen.currency))
    customer = ensure_customer(tenant_id=tenant_id, email=email, actor=actor)
    was_tried = _check_free(tenant_id, customer, chosen)
    _hear_of_an_end(tenant_id)
    trial_ends_at = None if was_tried else trial_end(tenant_id=tenant_id, plan=chosen)
    prices = ensure_prices(agreed_term(tenant_id, chosen).plan)
    lines = list(lines_of(prices, seats).values())
    params = _session(tenant_id, customer, chosen, lines, trial_ends_at)
    session = call(lambda stripe: stripe.v1.checkout.sessions.create(params))
    with tenant_scope(tenant_id), transaction.atomic():
        record_audit(
            actor=actor,
            action="checkout.opened",
            subject=encode(Prefix.TENANT, tenant_id),
            details={"plan": chosen.key, "seats": seats, "trial_until": str(trial_ends_at or "")},
        )
    return str(session["url"])


def open_portal(*, tenant_id: UUID, actor: Actor) -> str:
    """The address of Stripe's page for cards, tax numbers, invoices, seats and cancelling. Raises NotACustomer."""
    customer = customer_of(tenant_id)
    if not customer:
        raise NotACustomer("Your company has not paid by Stripe yet.")
    params = {"customer": customer, "return_url": f"{get_config().public_url}/billing/"}
    session = call(lambda stripe: stripe.v1.billing_portal.sessions.create(params))
    with tenant_scope(tenant_id), transaction.atomic():
        record_audit(actor=actor, action="payment_portal.opened", subject=encode(Prefix.TENANT, tenant_id))
    return str(session["url"])


def check_choice(plan: Plan, seats: int, offered: Sequence[Plan]) -> None:
    """Raises InvalidPlan."""
    if plan not in offered:
        raise InvalidPlan(f"The plan {plan.name} is not sold here.", param="plan")
    if not 0 <= seats <= MOST_SEATS or (seats and not plan.seat_micros):
        raise InvalidPlan(f"The plan {plan.name} has no such number of seats.", param="seats")


def trial_end(*, tenant_id: UUID, plan: Plan) -> datetime | None:
    """Until when this plan would be tried for nothing: for its days, and to the end of the month in which they end.
    None where it cannot be, or the company has tried one before."""
    with tenant_scope(tenant_id):
        if not plan.trial_days or was_tried():
            return None
        ends = timezone.now() + timedelta(days=plan.trial_days)
        return next_month(month_start(ends, tenant_zone())).astimezone(UTC)


def _check_free(tenant_id: UUID, customer: str, plan: Plan) -> bool:
    """Returns whether Stripe knows of a trial, which may not have been told yet."""
    with tenant_scope(tenant_id):
        currency = StripeAccount.objects.values_list("currency", flat=True).first() or ""
    if currency and currency != plan.currency:
        raise CurrencyFixed(f"Your company pays in {currency} at Stripe; the plan {plan.name} is {plan.currency} here.")
    asked = {"customer": customer, "status": "all"}
    known = list(pages(lambda stripe, params: stripe.v1.subscriptions.list(params), asked))
    if any(map(is_open, known)):
        raise AlreadySubscribed("There is a subscription already. Change it under Manage payment.")
    waiting = {"customer": customer, "status": "open"}
    for each in list(pages(lambda stripe, params: stripe.v1.checkout.sessions.list(params), waiting)):
        call(lambda stripe, each=each: stripe.v1.checkout.sessions.expire(each["id"]))  # type: ignore[misc]
    return any(each.get("trial_end") for each in known)


def _session(
    tenant_id: UUID, customer: str, plan: Plan, lines: list[dict[str, object]], trial_ends_at: datetime | None
) -> dict[str, object]:
    """With the coupon that was agreed with the company for this plan, else with a field for a promotion code: Stripe
    takes one of the two."""
    public, back = encode(Prefix.TENANT, tenant_id), f"{get_config().public_url}/billing/"
    facts = {"rapport_tenant": public, "rapport_plan": plan.key}
    coupon = agreed_term(tenant_id, plan).coupon
    reduced = {"discounts": [{"coupon": coupon_id(coupon.code)}]} if coupon else {"allow_promotion_codes": True}
    return {
        **reduced,
        "mode": "subscription",
        "customer": customer,
        "client_reference_id": public,
        "line_items": lines,
        "success_url": f"{back}?from=checkout",
        "cancel_url": back,
        "customer_update": {"name": "auto", "address": "auto"},
        "tax_id_collection": {"enabled": True},
        "billing_address_collection": "required",
        "metadata": facts,
        "subscription_data": {"metadata": facts, **_cycle(tenant_id, trial_ends_at, coupon)},
    }


def _hear_of_an_end(tenant_id: UUID) -> None:
    """Stripe knows of no subscription any more. What the last one brought, such as a promotion's coupon, ends with it,
    and is not taken for what was agreed with the company."""
    with tenant_scope(tenant_id):
        is_granted = StripeAccount.objects.exclude(plan="").exists()
    if is_granted:
        converge(tenant_id=tenant_id)


def agreed_term(tenant_id: UUID, plan: Plan) -> Term:
    """With what was agreed with the company for this plan."""
    with tenant_scope(tenant_id):
        term = load_terms().at(timezone.now())
    is_same = (term.plan.key, term.plan.currency) == (plan.key, plan.currency)
    return term if is_same else Term(plan)


def _cycle(tenant_id: UUID, trial_ends_at: datetime | None, coupon: Coupon | None) -> dict[str, object]:
    """Its months are the company's own calendar months, as those of statements are: either because the trial ends with
    one, or by an anchor (Stripe's page takes one of the two), and then the first month is shared out. Stripe cannot
    share out a month that an amount is taken off: with such a coupon the rest of the first month has no base fee."""
    if trial_ends_at is not None:
        return {"trial_end": int(trial_ends_at.timestamp())}
    shares = "none" if coupon is not None and coupon.micros else "create_prorations"
    return {"billing_cycle_anchor": int(_anchor(tenant_id).timestamp()), "proration_behavior": shares}


def _anchor(tenant_id: UUID) -> datetime:
    with tenant_scope(tenant_id):
        return next_month(month_start(timezone.now(), tenant_zone())).astimezone(UTC)

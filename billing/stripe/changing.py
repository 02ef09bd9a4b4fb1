"""Another plan, or other seats, for who has a subscription: its items are exchanged for those of the plan.

Stripe's own page cannot do it: it changes no subscription with several prices, or with what is counted
(https://docs.stripe.com/customer-management). Stripe shares out base fee and seats by the day, on the next invoice;
what is counted is charged by the prices that hold at the month's end, as in the statement. Nothing is granted here:
Stripe says what became of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from billing.errors import InvalidPlan, NotACustomer
from billing.models import StripeAccount
from billing.plans import Plan, find_plan
from billing.stripe.accounts import require_paid
from billing.stripe.catalogue import BASE, SEAT, ensure_prices
from billing.stripe.checkout import agreed_term, check_seats, sold_plans
from billing.stripe.door import call
from billing.stripe.reading import is_open
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope


def change_subscription(*, tenant_id: UUID, plan: str, seats: int, actor: Actor) -> bool:
    """Repeatable. Returns whether Stripe was asked for anything new. Raises NotACustomer, InvalidPlan, PaymentOverdue,
    StripeUnavailable, StripeRefused."""
    with tenant_scope(tenant_id):
        account = StripeAccount.objects.exclude(plan="").first()
        if account is None:
            raise NotACustomer("Your company has no subscription: choose a plan first.")
        require_paid()
    chosen = find_plan(plan).priced_in(account.currency)
    _check(chosen, seats, held=account.plan)
    prices = ensure_prices(agreed_term(tenant_id, chosen).plan)
    subscription = call(lambda stripe: stripe.v1.subscriptions.retrieve(account.subscription_id))
    if not is_open(subscription):
        raise NotACustomer("Your company's subscription has ended meanwhile. Look again in a moment.")
    changes = list(_changes(subscription["items"]["data"], _wanted(prices, seats)))
    if not changes:
        return False
    params = {
        "items": changes,
        "proration_behavior": "create_prorations",
        "metadata": {"rapport_plan": chosen.key},
    }
    call(lambda stripe: stripe.v1.subscriptions.update(account.subscription_id, params))
    with tenant_scope(tenant_id), transaction.atomic():
        record_audit(
            actor=actor,
            action="subscription.change_asked",
            subject=encode(Prefix.TENANT, tenant_id),
            before={"plan": account.plan, "seats": account.seats},
            after={"plan": chosen.key, "seats": seats},
        )
    return True


def changeable_plans(account_plan: str, currency: str) -> list[Plan]:
    """The one that is held first: its seats can be changed, sold or not."""
    held = find_plan(account_plan).priced_in(currency)
    return [held, *(each for each in sold_plans(currency) if each.key != held.key)]


def _check(chosen: Plan, seats: int, *, held: str) -> None:
    if chosen not in changeable_plans(held, chosen.currency):
        raise InvalidPlan(f"The plan {chosen.name} is not sold here.", param="plan")
    check_seats(chosen, seats)


def _wanted(prices: Mapping[str, str], seats: int) -> dict[str, dict[str, object]]:
    """By part."""
    quantities = {BASE: 1, SEAT: seats}
    return {
        part: {"price": price, **({"quantity": quantities[part]} if part in quantities else {})}
        for part, price in prices.items()
        if part != SEAT or seats
    }


def _changes(items: list[dict[str, Any]], wanted: Mapping[str, dict[str, object]]) -> Iterator[dict[str, Any]]:
    """An item keeps its id where its part stays, so that what it has counted stays with it."""
    known = {(each["price"].get("metadata") or {}).get("rapport_part", ""): each for each in items}
    for part, line in wanted.items():
        if part not in known:
            yield line
        elif (known[part]["price"]["id"], known[part].get("quantity")) != (line["price"], line.get("quantity")):
            yield {"id": known[part]["id"], **line}
    for part, each in known.items():
        if part and part not in wanted:
            yield {"id": each["id"], "deleted": True}

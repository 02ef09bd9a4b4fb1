"""Another plan, or other seats, for who has a subscription: its items are exchanged for those of the plan.

Stripe's own page cannot do it: it changes no subscription with several prices, or with what is counted
(https://docs.stripe.com/customer-management). Stripe shares out base fee and seats by the day, on the next invoice;
what is counted is charged by the prices that hold at the month's end, as in the statement. Nothing is granted here:
Stripe says what became of it.
"""

from uuid import UUID

from django.db import transaction

from billing.errors import NotACustomer
from billing.models import StripeAccount
from billing.plans import Plan, find_plan
from billing.stripe.accounts import require_paid
from billing.stripe.catalogue import ensure_prices
from billing.stripe.checkout import agreed_term, check_choice, sold_plans
from billing.stripe.door import call
from billing.stripe.items import changes_of, lines_of
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
    check_choice(chosen, seats, changeable_plans(account.plan, account.currency))
    prices = ensure_prices(agreed_term(tenant_id, chosen).plan)
    subscription = call(lambda stripe: stripe.v1.subscriptions.retrieve(account.subscription_id))
    if not is_open(subscription):
        raise NotACustomer("Your company's subscription has ended meanwhile. Look again in a moment.")
    changes = list(changes_of(subscription["items"]["data"], lines_of(prices, seats)))
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

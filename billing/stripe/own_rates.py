"""Quantities and rates that were agreed with one company, at Stripe too: what is charged there is what the ledger says.

A price is for a whole period of Stripe's, so rates change with a month. Its last invoice is made in the first hours of
the next one: after `SETTLED` the subscription gets prices of the company's own, which are for what was used since then.
"""

from collections.abc import Mapping
from datetime import UTC, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.errors import InvalidPlan
from billing.ledger import month_start, tenant_zone
from billing.models import PlanTerm, StripeAccount
from billing.periods import next_month
from billing.stripe.catalogue import BASE, SEAT, ensure_prices
from billing.stripe.door import call
from billing.stripe.items import changes_of, lines_of, part_of
from billing.terms import Term, load_terms, set_plan
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

SETTLED = timedelta(hours=3)


def agree_rates(
    *, tenant_id: UUID, plan: str, included: Mapping[str, int], rates: Mapping[str, int], actor: Actor
) -> Term | None:
    """For a company that has bought this plan, from the next month on; while it tries it, at once. Returns the term
    that begins with it; None for a company that pays for none. Raises InvalidPlan where it has bought another plan."""
    with tenant_scope(tenant_id):
        account = StripeAccount.objects.exclude(plan="").first()
        if account is None:
            return None
        if account.plan != plan:
            raise InvalidPlan(
                f"The company has bought the plan {account.plan} at Stripe: its people change it on the page Billing."
            )
        held = PlanTerm.objects.filter(starts_at__lte=timezone.now()).order_by("-id").first()
        begins = next_month(month_start(timezone.now(), tenant_zone())).astimezone(UTC)
    set_plan(
        tenant_id=tenant_id,
        plan=plan,
        seats=account.seats,
        coupon=held.coupon if held else "",
        coupon_ends_at=account.discount_ends_at,
        starts_at=None if account.trial_ends_at else begins,
        trial_ends_at=account.trial_ends_at,
        included=included,
        rates=rates,
        actor=actor,
    )
    with tenant_scope(tenant_id):
        return load_terms().at(account.trial_ends_at or begins)


def align_prices(*, tenant_id: UUID) -> bool:
    """The subscription's prices are those of the rates that hold. Repeatable; asks Stripe only when the rates are
    others than those it was last asked for. Returns whether something was changed.

    Raises StripeUnavailable, StripeRefused.
    """
    now = timezone.now()
    with tenant_scope(tenant_id):
        account, term = StripeAccount.objects.exclude(plan="").first(), load_terms().at(now)
    if account is None or account.plan != term.plan.key or account.priced_as == term.version:
        return False
    if now < term.starts_at + SETTLED:
        return False
    wanted = {part: line for part, line in lines_of(ensure_prices(term.plan), 0).items() if part != BASE}
    subscription = call(lambda stripe: stripe.v1.subscriptions.retrieve(account.subscription_id))
    counted = [each for each in subscription["items"]["data"] if part_of(each) not in {BASE, SEAT}]
    changes = list(changes_of(counted, wanted))  # base fee and seats are the plan's own
    if changes:
        params = {"items": changes, "proration_behavior": "none"}
        call(lambda stripe: stripe.v1.subscriptions.update(account.subscription_id, params))
    with tenant_scope(tenant_id), transaction.atomic():
        StripeAccount.objects.filter(subscription_id=account.subscription_id).update(priced_as=term.version)
        if changes:
            record_audit(
                actor=SYSTEM,
                action="subscription.priced",
                subject=encode(Prefix.TENANT, tenant_id),
                details={"rates": term.version, "prices": len(changes)},
            )
    return bool(changes)

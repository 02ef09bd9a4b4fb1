"""A company's own rates: what Stripe charges is what the ledger says, from the meters to the invoice."""

from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing.models import Meter, PlanTerm, StripeAccount
from billing.periods import get_statement
from billing.services import record_count
from billing.stripe.checkout import open_checkout
from billing.stripe.meters import compare_meters, feed_meters
from billing.stripe.own_rates import align_prices
from billing.terms import load_terms, set_plan
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.billing.stripe.conftest import deliver_all, has_tried
from tests.billing.stripe.machine import DAY, Data, StripeMachine
from tests.cast import Cast

INCLUDED = {"messages": 10}
RATES = {"messages": 30_000_000_000, "resolutions": 990_000_000_000, "tool_calls": 0}  # 3 cents, 99 cents, nothing
OWN = {"included": INCLUDED, "rates": RATES}


@pytest.fixture
def tenant_id(cast: Cast, shop: StripeMachine) -> UUID:
    has_tried(cast.acme.tenant_id)
    return cast.acme.tenant_id


def _buy(shop: StripeMachine, tenant_id: UUID, *, seats: int = 0) -> Data:
    open_checkout(tenant_id=tenant_id, plan="team", seats=seats, email="", actor=SYSTEM)
    shop.pay_checkout(list(shop.all("checkout.session"))[-1])
    deliver_all(shop)
    found: Data = list(shop.all("subscription").values())[-1]
    return found


def _since(tenant_id: UUID, overrides: dict[str, dict[str, int]]) -> datetime:
    """It pays since the hour before this one, by these rates."""
    begins = (timezone.now() - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    with tenant_scope(tenant_id):
        StripeAccount.objects.update(metered_from=begins)
        PlanTerm.objects.create(starts_at=begins, plan="team", overrides=overrides)
    return begins


def _use(tenant_id: UUID, at: datetime) -> None:
    for meter, quantity in {"messages": 31, "resolutions": 2, "tool_calls": 6_000, "call_minutes": 1_003}.items():
        record_count(tenant_id=tenant_id, source_event_id=new_id(), step="", counts={meter: quantity}, occurred_at=at)
    record_count(
        tenant_id=tenant_id,
        source_event_id=new_id(),
        step="chat",
        counts={"output_tokens": 1_000},
        costs={"output_tokens": 30_000_000},
        occurred_at=at,
    )


def test_ledger_meters_and_invoice_are_the_same(shop: StripeMachine, tenant_id: UUID) -> None:
    set_plan(tenant_id=tenant_id, plan="team", included=INCLUDED, rates=RATES, actor=SYSTEM)
    subscription = _buy(shop, tenant_id)
    parts = {each["price"]["metadata"]["rapport_part"] for each in subscription["items"]["data"]}
    assert "resolutions" in parts  # only this company is charged for them
    assert "tool_calls" not in parts
    begins = _since(tenant_id, OWN)
    for each in subscription["items"]["data"]:
        each["current_period_start"] = int(begins.timestamp())
    _use(tenant_id, begins + timedelta(minutes=5))
    feed_meters(tenant_id=tenant_id)
    assert all(each.told == each.counted and not each.open for each in compare_meters(tenant_id=tenant_id))
    # 21 messages at 3 cents, 2 resolutions at 99, 3 minutes beyond 1,000 at 5.4, $33 of tokens less $20, the base fee
    due = 630_000 + 1_980_000 + 162_000 + 13_000_000 + 99_000_000
    assert get_statement(tenant_id=tenant_id).due_micros == due
    shop.now += 30 * DAY
    shop.renew(subscription["id"], is_paid=True)
    (invoice,) = list(shop.all("invoice").values())[-1:]
    assert invoice["total"] == round(due / 10_000)


def test_prices_of_ones_own_are_made_once_and_shared(cast: Cast, shop: StripeMachine, tenant_id: UUID) -> None:
    set_plan(tenant_id=tenant_id, plan="team", rates={"messages": 30_000_000_000}, actor=SYSTEM)
    listed = len(shop.all("price"))
    _buy(shop, tenant_id)
    assert len(shop.all("price")) == listed + 1
    other = cast.other.tenant_id
    set_plan(tenant_id=other, plan="team", rates={"messages": 30_000_000_000}, actor=SYSTEM)
    open_checkout(tenant_id=other, plan="team", seats=0, email="", actor=SYSTEM)
    assert len(shop.all("price")) == listed + 1
    set_plan(tenant_id=other, plan="team", rates={"messages": 4_000_000_000}, actor=SYSTEM)  # as it is listed
    open_checkout(tenant_id=other, plan="team", seats=0, email="", actor=SYSTEM)
    assert len(shop.all("price")) == listed + 1


def test_who_pays_already_gets_them_with_the_next_month(shop: StripeMachine, tenant_id: UUID) -> None:
    subscription = _buy(shop, tenant_id, seats=1)
    told = StringIO()
    rates = '{"messages": 30000000000, "tool_calls": 0}'
    call_command("billing", "plan", str(tenant_id), "team", rates=rates, stdout=told)
    assert "On these rates from" in told.getvalue()
    with pytest.raises(CommandError, match="has bought the plan team"):
        call_command("billing", "plan", str(tenant_id), "payg")
    with tenant_scope(tenant_id):
        later = PlanTerm.objects.order_by("-id")[0].starts_at
        assert load_terms().at(timezone.now()).plan.rates[Meter.MESSAGES] == 4_000_000_000
    shop.change_seats(subscription["id"], 3)
    deliver_all(shop)  # other seats do not take back what was agreed for later
    with tenant_scope(tenant_id):
        term = load_terms().at(later)
    assert (term.seats, term.plan.rates[Meter.MESSAGES]) == (3, 30_000_000_000)
    assert not align_prices(tenant_id=tenant_id)  # they do not hold yet
    _since(tenant_id, {"rates": {"messages": 30_000_000_000, "tool_calls": 0}})
    assert not align_prices(tenant_id=tenant_id)  # the last month's invoice may not be made yet
    with tenant_scope(tenant_id):
        PlanTerm.objects.create(
            starts_at=timezone.now() - timedelta(hours=4),
            plan="team",
            overrides={"rates": {"messages": 30_000_000_000, "tool_calls": 0}},
        )
    assert align_prices(tenant_id=tenant_id)
    prices = {each["price"]["metadata"]["rapport_part"]: each["price"] for each in subscription["items"]["data"]}
    assert "+" in prices["messages"]["lookup_key"]
    assert "tool_calls" not in prices
    asked = len(shop.calls)
    assert not align_prices(tenant_id=tenant_id)
    assert len(shop.calls) == asked  # it is known
    with tenant_scope(tenant_id):
        assert AuditEntry.objects.filter(action="subscription.priced").count() == 1

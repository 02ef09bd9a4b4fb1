"""A company that pays in yen, which have no hundredths: from the page of prices to the invoice."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from billing.errors import CurrencyFixed
from billing.models import PlanTerm, StripeAccount
from billing.periods import get_statement
from billing.plans import CURRENCIES
from billing.services import record_count
from billing.stripe.accounts import converge, get_account
from billing.stripe.checkout import open_checkout
from billing.stripe.meters import compare_meters, feed_meters
from billing.stripe.money import to_micros
from billing.terms import choose_currency, current_term, set_plan
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.selectors import get_tenant
from tests.billing.stripe.conftest import deliver_all, has_tried
from tests.billing.stripe.machine import DAY, Data, StripeMachine
from tests.billing.stripe.test_checkout import _post
from tests.cast import Cast
from tests.leaks.callers import signed_in


def _buy(shop: StripeMachine, tenant_id: UUID, plan: str = "team", *, seats: int = 0, code: str = "") -> Data:
    open_checkout(tenant_id=tenant_id, plan=plan, seats=seats, email="", actor=SYSTEM)
    shop.pay_checkout(list(shop.all("checkout.session"))[-1], code=code)
    deliver_all(shop)
    found: Data = list(shop.all("subscription").values())[-1]
    return found


@pytest.mark.parametrize("currency", CURRENCIES)
def test_ledger_meters_and_invoice_are_the_same(cast: Cast, shop: StripeMachine, currency: str) -> None:
    tenant_id = cast.acme.tenant_id
    has_tried(tenant_id)
    choose_currency(tenant_id=tenant_id, currency=currency, actor=SYSTEM)
    subscription = _buy(shop, tenant_id, seats=2)
    term = current_term(tenant_id=tenant_id)
    assert (term.plan.key, term.plan.currency, term.seats) == ("team", currency, 2)
    begins = (timezone.now() - timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    with tenant_scope(tenant_id):
        StripeAccount.objects.update(metered_from=begins)
        PlanTerm.objects.create(starts_at=begins, plan="team", currency=currency, seats=2)
    for each in subscription["items"]["data"]:
        each["current_period_start"] = int(begins.timestamp())
    for meter, quantity in {"messages": 25_001, "tool_calls": 6_001, "call_minutes": 1_003}.items():
        record_count(
            tenant_id=tenant_id,
            source_event_id=new_id(),
            step="",
            counts={meter: quantity},
            occurred_at=begins + timedelta(minutes=5),
        )
    record_count(
        tenant_id=tenant_id,
        source_event_id=new_id(),
        step="chat",
        counts={"output_tokens": 1_000},
        costs={"output_tokens": 33_333_333},
        occurred_at=begins + timedelta(minutes=6),
    )
    feed_meters(tenant_id=tenant_id)
    assert all(each.told == each.counted and not each.open for each in compare_meters(tenant_id=tenant_id))
    statement = get_statement(tenant_id=tenant_id)
    assert statement.currency == currency
    shop.now += 30 * DAY
    shop.renew(subscription["id"], is_paid=True)
    deliver_all(shop)
    account = get_account(tenant_id=tenant_id)
    assert account is not None
    (invoice, _) = sorted(account.invoices, key=lambda each: each.issued_at, reverse=True)
    assert invoice.currency == currency
    # five lines are charged by use, and Stripe rounds each of them to a cent, or a yen
    assert abs(invoice.total_micros - statement.due_micros) <= 5 * to_micros(1, currency) / 2


def test_a_coupons_amount_is_what_it_says_in_yen(cast: Cast, shop: StripeMachine) -> None:
    tenant_id = cast.acme.tenant_id
    has_tried(tenant_id)
    choose_currency(tenant_id=tenant_id, currency="JPY", actor=SYSTEM)
    open_checkout(tenant_id=tenant_id, plan="team", seats=0, email="", actor=SYSTEM)
    asked = list(shop.all("asked").values())[-1]
    asked["subscription_data"]["proration_behavior"] = "none"  # Stripe's page takes an amount off no shared month
    shop.pay_checkout(list(shop.all("checkout.session"))[-1], code="HELLO50")
    deliver_all(shop)
    account = get_account(tenant_id=tenant_id)
    assert account is not None
    assert [each.total_micros for each in account.invoices] == [(14_800 - 7_500) * 1_000_000]


def test_a_subscription_made_by_hand_in_another_currency_grants_nothing(cast: Cast, shop: StripeMachine) -> None:
    tenant_id = cast.acme.tenant_id
    has_tried(tenant_id)
    open_checkout(tenant_id=tenant_id, plan="team", seats=0, email="", actor=SYSTEM)
    set_plan(tenant_id=tenant_id, plan="payg", currency="EUR", actor=SYSTEM)
    shop.pay_checkout(list(shop.all("checkout.session"))[-1])
    shop.events.clear()
    assert converge(tenant_id=tenant_id) == "another currency"
    assert current_term(tenant_id=tenant_id).plan.key == "payg"
    with pytest.raises(CurrencyFixed, match="charged in EUR"):
        choose_currency(tenant_id=tenant_id, currency="USD", actor=SYSTEM)


def test_the_page_shows_prices_in_what_was_chosen(cast: Cast, shop: StripeMachine) -> None:
    alice, bob = signed_in(cast.alice), signed_in(cast.bob)
    assert _post(bob, "/billing/currency/", currency="EUR")[0] == 403
    status, text = _post(alice, "/billing/currency/", currency="CHF")
    assert (status, "Choose one of" in text) == (400, True)
    assert "$99.00 a month" in alice.get("/billing/").content.decode()
    assert _post(alice, "/billing/currency/", currency="JPY")[0] == 302
    page = alice.get("/billing/").content.decode()
    assert "¥14,800 a month" in page
    assert "$99" not in page
    assert get_tenant(cast.other.tenant_id).currency == "USD"
    has_tried(cast.acme.tenant_id)
    _buy(shop, cast.acme.tenant_id)
    page = alice.get("/billing/").content.decode()
    assert 'name="currency"' not in page  # it stays
    assert _post(alice, "/billing/currency/", currency="EUR")[0] == 409

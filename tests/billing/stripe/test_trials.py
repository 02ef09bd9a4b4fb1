"""A trial is given once, by Stripe too; what a coupon takes off at Stripe is taken off here."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from billing.errors import StripeRefused
from billing.models import PlanTerm, StripeAccount
from billing.periods import get_statement
from billing.stripe.accounts import converge, get_account
from billing.stripe.checkout import open_checkout
from billing.stripe.coupons import code_of
from billing.terms import current_term, load_terms, set_plan
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.billing.stripe.conftest import deliver_all, has_tried
from tests.billing.stripe.machine import DAY, Data, StripeMachine
from tests.cast import Cast
from tests.leaks.callers import signed_in


@pytest.fixture
def tenant_id(cast: Cast, shop: StripeMachine) -> UUID:
    return cast.acme.tenant_id


def _open(shop: StripeMachine, tenant_id: UUID, plan: str = "team") -> Data:
    """What Stripe was asked for."""
    open_checkout(tenant_id=tenant_id, plan=plan, seats=1 if plan == "team" else 0, email="", actor=SYSTEM)
    found: Data = list(shop.all("asked").values())[-1]
    return found


def _pay(shop: StripeMachine, code: str = "") -> Data:
    shop.pay_checkout(list(shop.all("checkout.session"))[-1], code=code)
    deliver_all(shop)
    found: Data = list(shop.all("subscription").values())[-1]
    return found


def test_a_plan_is_tried_for_its_days_and_to_the_months_end(shop: StripeMachine, tenant_id: UUID) -> None:
    asked = _open(shop, tenant_id)["subscription_data"]
    ends = datetime.fromtimestamp(int(asked["trial_end"]), UTC)
    assert "billing_cycle_anchor" not in asked  # Stripe's page takes one of the two
    local = ends.astimezone(ZoneInfo("UTC"))
    assert (local.day, local.hour) == (1, 0)
    assert timedelta(days=14) <= ends - timezone.now() < timedelta(days=14 + 31)
    assert "trial_end" not in _open(shop, tenant_id, "payg")["subscription_data"]  # it has none
    _open(shop, tenant_id)
    subscription = _pay(shop)
    account, term = get_account(tenant_id=tenant_id), current_term(tenant_id=tenant_id)
    assert account is not None
    assert (account.status, account.trial_ends_at) == ("trialing", ends)
    assert (term.plan.key, term.is_trial, term.card.rates) == ("team", True, {})
    assert get_statement(tenant_id=tenant_id).due_micros == 0
    with tenant_scope(tenant_id):
        after = load_terms().at(ends + timedelta(seconds=1))
        assert StripeAccount.objects.get().metered_from == ends  # what is used before is told to nobody
    assert (after.plan.key, after.seats, after.is_trial) == ("team", 1, False)  # before anybody has said so

    shop.now = int(ends.timestamp())
    shop.renew(subscription["id"], is_paid=True)
    deliver_all(shop)
    assert [each.total_micros for each in get_account(tenant_id=tenant_id).invoices] == [114_000_000, 0]  # type: ignore[union-attr]
    assert not current_term(tenant_id=tenant_id).is_trial
    shop.cancel(subscription["id"], is_at_end=False)
    deliver_all(shop)
    assert "trial_end" not in _open(shop, tenant_id)["subscription_data"]  # once for a company


def test_a_trial_that_only_stripe_knows_of_was_the_one(shop: StripeMachine, tenant_id: UUID) -> None:
    _open(shop, tenant_id)
    shop.pay_checkout(list(shop.all("checkout.session"))[-1])
    shop.cancel(list(shop.all("subscription"))[-1], is_at_end=False)
    shop.events.clear()  # nobody has heard of it yet
    assert "trial_end" not in _open(shop, tenant_id)["subscription_data"]


def test_a_trial_given_up_early_costs_nothing(shop: StripeMachine, tenant_id: UUID) -> None:
    _open(shop, tenant_id)
    subscription = _pay(shop)
    shop.cancel(subscription["id"], is_at_end=False)
    deliver_all(shop)
    with tenant_scope(tenant_id):
        row, later = StripeAccount.objects.get(), load_terms().at(timezone.now() + timedelta(days=60))
    assert row.metered_until is not None
    assert row.metered_from is not None
    assert row.metered_until < row.metered_from
    assert later.plan.key == "free"  # not what was planned for after the trial


def test_a_trial_that_is_ended_early_is_charged_from_then_on(shop: StripeMachine, tenant_id: UUID) -> None:
    _open(shop, tenant_id)
    subscription = _pay(shop)
    subscription["trial_end"] = shop.now
    shop.renew(subscription["id"], is_paid=True)
    deliver_all(shop)
    with tenant_scope(tenant_id):
        begins = StripeAccount.objects.get().metered_from
    assert begins is not None
    assert abs(begins - timezone.now()) < timedelta(minutes=5)
    assert not current_term(tenant_id=tenant_id).is_trial


def test_a_code_on_stripes_page_is_taken_off_here_while_stripe_takes_it_off(
    shop: StripeMachine, tenant_id: UUID
) -> None:
    has_tried(tenant_id)
    assert _open(shop, tenant_id)["allow_promotion_codes"] == "true"
    subscription = _pay(shop, "LAUNCH")
    account, statement = get_account(tenant_id=tenant_id), get_statement(tenant_id=tenant_id)
    assert account is not None
    assert account.discount == "LAUNCH"
    assert account.discount_ends_at is not None
    assert account.invoices[0].total_micros == statement.due_micros == 114_000_000 * 4 // 5
    shop.change_seats(subscription["id"], 2)
    deliver_all(shop)
    with tenant_scope(tenant_id):
        ends = load_terms().at(timezone.now()).coupon_ends_at
    assert ends == account.discount_ends_at  # other seats do not lengthen it
    shop.now += 91 * DAY
    shop.renew(subscription["id"], is_paid=True)
    deliver_all(shop)
    assert current_term(tenant_id=tenant_id).coupon is None
    assert get_statement(tenant_id=tenant_id).due_micros == 129_000_000


def test_what_was_agreed_is_taken_off_without_a_code(shop: StripeMachine, tenant_id: UUID) -> None:
    has_tried(tenant_id)
    set_plan(tenant_id=tenant_id, plan="team", coupon="NONPROFIT", actor=SYSTEM)
    asked = _open(shop, tenant_id)
    assert asked["discounts"] == [{"coupon": "rapport-NONPROFIT"}]
    assert asked["subscription_data"]["proration_behavior"] == "create_prorations"
    _pay(shop)
    assert current_term(tenant_id=tenant_id).coupon is not None
    assert get_statement(tenant_id=tenant_id).due_micros == 57_000_000
    shop.cancel(list(shop.all("subscription"))[-1], is_at_end=False)
    converge(tenant_id=tenant_id)
    with tenant_scope(tenant_id):
        PlanTerm.objects.create(starts_at=timezone.now(), plan="payg", coupon="HELLO50")
    asked = _open(shop, tenant_id, "payg")
    assert asked["subscription_data"]["proration_behavior"] == "none"  # an amount cannot be shared out
    shop.all("coupon").clear()
    with pytest.raises(StripeRefused):
        _open(shop, tenant_id, "payg")


def test_a_coupon_of_somebody_elses_is_named_and_not_reckoned(shop: StripeMachine, tenant_id: UUID) -> None:
    has_tried(tenant_id)
    shop._make_coupon({"id": "FRIENDS", "percent_off": "10", "duration": "forever"})
    shop._make_promotion_code({"code": "FRIENDS", "promotion": {"type": "coupon", "coupon": "FRIENDS"}})
    _open(shop, tenant_id)
    _pay(shop, "FRIENDS")
    account = get_account(tenant_id=tenant_id)
    assert account is not None
    assert account.discount == code_of("FRIENDS") == "FRIENDS"
    assert get_statement(tenant_id=tenant_id).due_micros == 114_000_000


def test_the_page_and_the_api_say_until_when_it_is_free(cast: Cast, shop: StripeMachine, tenant_id: UUID) -> None:
    alice, bob = signed_in(cast.alice), signed_in(cast.bob)
    page = alice.get("/billing/").content.decode()
    assert "Nothing is charged until" in page
    _open(shop, tenant_id)
    _pay(shop, "LAUNCH")
    page = bob.get("/billing/").content.decode()
    assert "It is tried, and costs nothing until" in page
    assert "LAUNCH" in page
    told = alice.get("/v1/billing").json()
    assert (told["is_trial"], told["discount"]) == (True, "LAUNCH")
    assert told["trial_ends_at"] is not None

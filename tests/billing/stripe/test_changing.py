"""Who pays changes plan and seats here: Stripe's items become those of the plan, and what Stripe says then holds."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from billing.errors import InvalidPlan, NotACustomer, PaymentOverdue, StripeUnavailable
from billing.models import StripeAccount
from billing.plans import find_plan
from billing.stripe.catalogue import find_prices
from billing.stripe.changing import change_subscription
from billing.stripe.checkout import open_checkout
from billing.terms import choose_currency, current_term, set_plan
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.billing.stripe.conftest import deliver_all, has_tried
from tests.billing.stripe.machine import Data, StripeMachine
from tests.billing.stripe.test_checkout import _post
from tests.cast import Cast
from tests.leaks.callers import signed_in


@pytest.fixture
def tenant_id(cast: Cast, shop: StripeMachine) -> UUID:
    has_tried(cast.acme.tenant_id)
    return cast.acme.tenant_id


def _buy(shop: StripeMachine, tenant_id: UUID, plan: str, *, seats: int = 0) -> Data:
    open_checkout(tenant_id=tenant_id, plan=plan, seats=seats, email="", actor=SYSTEM)
    shop.pay_checkout(list(shop.all("checkout.session"))[-1])
    deliver_all(shop)
    found: Data = list(shop.all("subscription").values())[-1]
    return found


def _change(tenant_id: UUID, plan: str, seats: int = 0) -> bool:
    return change_subscription(tenant_id=tenant_id, plan=plan, seats=seats, actor=SYSTEM)


def _items(subscription: Data) -> Mapping[str, tuple[str, int | None]]:
    return {
        each["price"]["metadata"]["rapport_part"]: (each["price"]["id"], each.get("quantity"))
        for each in subscription["items"]["data"]
    }


@pytest.mark.parametrize("currency", ["USD", "JPY"])
def test_up_and_down_and_other_seats(shop: StripeMachine, tenant_id: UUID, currency: str) -> None:
    choose_currency(tenant_id=tenant_id, currency=currency, actor=SYSTEM)
    subscription = _buy(shop, tenant_id, "payg")
    messages = next(each["id"] for each in subscription["items"]["data"] if _is(each, "messages"))
    assert _change(tenant_id, "team", 2)
    assert current_term(tenant_id=tenant_id).plan.key == "payg"  # nothing holds before Stripe has said so
    deliver_all(shop)
    term = current_term(tenant_id=tenant_id)
    assert (term.plan.key, term.plan.currency, term.seats) == ("team", currency, 2)
    team = find_prices(find_plan("team").priced_in(currency))
    assert {part: price for part, (price, _) in _items(subscription).items()} == team
    assert (_items(subscription)["base"][1], _items(subscription)["seat"][1]) == (1, 2)
    assert messages in {each["id"] for each in subscription["items"]["data"]}  # what it has counted stays with it
    assert shop.all("asked")[subscription["id"]]["proration_behavior"] == "create_prorations"
    asked = len(shop.calls)
    assert not _change(tenant_id, "team", 2)
    assert not [method for method, path in shop.calls[asked:] if method == "post" and "subscriptions" in path]
    assert _change(tenant_id, "team", 5)
    deliver_all(shop)
    assert current_term(tenant_id=tenant_id).seats == 5
    assert _change(tenant_id, "payg")
    deliver_all(shop)
    term = current_term(tenant_id=tenant_id)
    assert (term.plan.key, term.seats) == ("payg", 0)
    assert {part: price for part, (price, _) in _items(subscription).items()} == find_prices(
        find_plan("payg").priced_in(currency)
    )
    with tenant_scope(tenant_id):
        assert AuditEntry.objects.filter(action="subscription.change_asked").count() == 3


def _is(item: Data, part: str) -> bool:
    return bool(item["price"]["metadata"]["rapport_part"] == part)


def test_a_trial_goes_on(cast: Cast, shop: StripeMachine) -> None:
    tenant_id = cast.acme.tenant_id
    subscription = _buy(shop, tenant_id, "team")
    ends = subscription["trial_end"]
    assert ends
    _change(tenant_id, "team", 3)
    deliver_all(shop)
    term = current_term(tenant_id=tenant_id)
    assert (subscription["trial_end"], term.is_trial, term.seats) == (ends, True, 3)


def test_what_was_agreed_for_the_plan_is_what_it_costs(shop: StripeMachine, tenant_id: UUID) -> None:
    set_plan(tenant_id=tenant_id, plan="team", rates={"messages": 30_000_000_000}, actor=SYSTEM)
    subscription = _buy(shop, tenant_id, "team")
    own = _items(subscription)["messages"][0]
    assert own != find_prices(find_plan("team"))["messages"]
    _change(tenant_id, "team", 1)
    assert _items(subscription)["messages"][0] == own


def test_what_cannot_be_is_said(cast: Cast, shop: StripeMachine, tenant_id: UUID) -> None:
    with pytest.raises(NotACustomer):
        _change(tenant_id, "team")
    subscription = _buy(shop, tenant_id, "team", seats=1)
    for plan, seats in (("enterprise", 0), ("free", 0), ("payg", 3), ("team", -1), ("team", 10**6)):
        with pytest.raises(InvalidPlan):
            _change(tenant_id, plan, seats)
    shop.is_down = True
    with pytest.raises(StripeUnavailable):
        _change(tenant_id, "payg")
    shop.is_down = False
    with pytest.raises(NotACustomer):  # another company changes nothing of it
        _change(cast.other.tenant_id, "payg")
    shop.renew(subscription["id"], is_paid=False)
    with tenant_scope(tenant_id):
        shop.give_up(StripeAccount.objects.get().customer_id)
    deliver_all(shop)
    with pytest.raises(PaymentOverdue):
        _change(tenant_id, "payg")
    shop.cancel(subscription["id"], is_at_end=False)  # which nobody here has heard of yet
    with tenant_scope(tenant_id):
        StripeAccount.objects.update(grace_ends_at=None)
    with pytest.raises(NotACustomer, match="ended meanwhile"):
        _change(tenant_id, "payg")


def test_the_page_changes_it_for_who_may(cast: Cast, shop: StripeMachine, tenant_id: UUID) -> None:
    alice, bob = signed_in(cast.alice), signed_in(cast.bob)
    _buy(shop, tenant_id, "payg")
    page = alice.get("/billing/").content.decode()
    assert "Change to Team" in page
    assert "Change to Team" not in bob.get("/billing/").content.decode()
    assert _post(bob, "/billing/change/", plan="team")[0] == 403
    assert _post(alice, "/billing/change/", plan="team", seats="two")[0] == 400
    assert _post(alice, "/billing/change/", plan="team", seats="2")[0] == 302
    deliver_all(shop)
    page = alice.get("/billing/").content.decode()
    assert "Change seats" in page
    assert 'value="2"' in page
    from tests.cast import sign_in

    status, where = _post(sign_in(cast.alice), "/billing/change/", plan="payg")
    assert (status, "reauthenticate" in where) == (302, True)
    assert current_term(tenant_id=tenant_id).plan.key == "team"

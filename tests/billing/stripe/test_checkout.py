"""Buying on Stripe's pages: by who may, after showing that it is they, for their own company, and once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from agents.services import post_message
from billing.errors import (
    AlreadySubscribed,
    CurrencyFixed,
    InvalidPlan,
    NotACustomer,
    PaymentOverdue,
    StripeUnavailable,
)
from billing.models import StripeAccount, StripeCustomer
from billing.stripe.accounts import get_account
from billing.stripe.checkout import open_checkout, open_portal
from billing.stripe.customers import customer_of, is_at_stripe
from billing.stripe.inbox import list_events
from billing.terms import current_term
from rapport.config import ConfigError, get_config
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.privacy.departure import run_departures
from tests.billing.stripe.conftest import deliver_all, has_tried
from tests.billing.stripe.machine import DAY, StripeMachine
from tests.cast import Cast, make_visitor
from tests.leaks.callers import signed_in


def _buy(cast: Cast, shop: StripeMachine, *, plan: str = "team", seats: int = 0) -> str:
    has_tried(cast.acme.tenant_id)
    open_checkout(tenant_id=cast.acme.tenant_id, plan=plan, seats=seats, email=cast.alice.email, actor=SYSTEM)
    session = list(shop.all("checkout.session"))[-1]
    shop.pay_checkout(session)
    deliver_all(shop)
    return str(shop.all("checkout.session")[session]["subscription"])


def test_a_session_is_bound_to_the_company(cast: Cast, shop: StripeMachine) -> None:
    tenant_id = cast.acme.tenant_id
    has_tried(tenant_id)
    url = open_checkout(tenant_id=tenant_id, plan="team", seats=2, email=cast.alice.email, actor=SYSTEM)
    (session,) = shop.all("checkout.session").values()
    assert url == session["url"]
    assert session["client_reference_id"] == encode(Prefix.TENANT, tenant_id)
    assert session["customer"] == StripeCustomer.objects.get(tenant_id=tenant_id).id
    asked = shop.all("asked")[session["id"]]
    anchor = datetime.fromtimestamp(int(asked["subscription_data"]["billing_cycle_anchor"]), ZoneInfo("UTC"))
    assert (anchor.day, anchor.hour) == (1, 0)  # the company's own calendar months, as its statements have
    assert asked["tax_id_collection"] == {"enabled": "true"}
    assert len(asked["line_items"]) == 2 + 5 + 1  # base and seats, what is counted, tokens
    open_checkout(tenant_id=tenant_id, plan="payg", seats=0, email=cast.alice.email, actor=SYSTEM)
    assert [each["status"] for each in shop.all("checkout.session").values()] == ["expired", "open"]
    assert len(shop.all("customer")) == 1


def test_there_is_one_subscription_and_what_is_not_sold_is_refused(cast: Cast, shop: StripeMachine) -> None:
    tenant_id = cast.acme.tenant_id
    with pytest.raises(NotACustomer):
        open_portal(tenant_id=tenant_id, actor=SYSTEM)
    for plan, seats in (("enterprise", 0), ("free", 0), ("payg", 3), ("team", -1)):
        with pytest.raises(InvalidPlan):
            open_checkout(tenant_id=tenant_id, plan=plan, seats=seats, email="", actor=SYSTEM)
    _buy(cast, shop)
    with pytest.raises(AlreadySubscribed):
        open_checkout(tenant_id=tenant_id, plan="payg", seats=0, email="", actor=SYSTEM)
    assert open_portal(tenant_id=tenant_id, actor=SYSTEM).startswith("https://billing.stripe.com/")
    with tenant_scope(tenant_id):
        StripeAccount.objects.update(currency="EUR")
    with pytest.raises(CurrencyFixed, match="EUR"):
        open_checkout(tenant_id=tenant_id, plan="team", seats=0, email="", actor=SYSTEM)


def test_a_customer_whose_making_was_not_heard_of_is_made_once(cast: Cast, shop: StripeMachine) -> None:
    shop.lost.add("/v1/customers")
    with pytest.raises(StripeUnavailable):
        open_checkout(tenant_id=cast.acme.tenant_id, plan="team", seats=0, email="", actor=SYSTEM)
    open_checkout(tenant_id=cast.acme.tenant_id, plan="team", seats=0, email="", actor=SYSTEM)
    assert len(shop.all("customer")) == 1


def test_who_does_not_pay_can_read_and_begin_nothing_and_comes_back(cast: Cast, shop: StripeMachine) -> None:
    tenant_id, visitor = cast.acme.tenant_id, make_visitor(cast.acme)
    subscription = _buy(cast, shop, seats=1)

    def say() -> None:
        post_message(
            tenant_id=tenant_id,
            conversation_id=visitor.conversation_id,
            text="Hello?",
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
        )

    shop.renew(subscription, is_paid=False)
    deliver_all(shop)
    account = get_account(tenant_id=tenant_id)
    assert account is not None
    assert (account.status, account.is_suspended) == ("past_due", False)
    assert account.grace_ends_at is not None
    say()  # there are two weeks for it
    shop.give_up(account.customer_id)
    deliver_all(shop)
    with pytest.raises(PaymentOverdue):
        say()
    assert current_term(tenant_id=tenant_id).plan.key == "team"  # nothing is taken away
    shop.pay_open_invoices(account.customer_id)
    deliver_all(shop)
    say()
    shop.cancel(subscription, is_at_end=True)
    deliver_all(shop)
    account = get_account(tenant_id=tenant_id)
    assert account is not None
    assert account.ends_at is not None
    assert current_term(tenant_id=tenant_id).plan.key == "team"
    shop.now += 31 * DAY
    shop.renew(subscription, is_paid=True)
    deliver_all(shop)
    assert current_term(tenant_id=tenant_id).plan.key == "free"
    assert [each.status for each in account.invoices] == ["paid", "paid"]


def test_a_company_that_leaves_is_charged_no_more(cast: Cast, shop: StripeMachine) -> None:
    subscription, tenant_id = _buy(cast, shop), cast.acme.tenant_id
    Tenant.objects.filter(id=tenant_id).update(deletion_due_at=timezone.now() - timedelta(minutes=1))
    shop.is_down = True
    assert run_departures() == 0  # it is not over before Stripe knows
    shop.is_down = False
    assert run_departures() == 1
    assert shop.all("subscription")[subscription]["status"] == "canceled"
    assert not StripeCustomer.objects.exists()
    deliver_all(shop)
    assert {each.outcome for each in list_events(most=2)} == {"not ours"}


def test_a_customer_deleted_at_stripe_has_nothing_left_to_pay_for(cast: Cast, shop: StripeMachine) -> None:
    _buy(cast, shop)
    tenant_id = cast.acme.tenant_id
    assert is_at_stripe(tenant_id=tenant_id)
    shop._delete_customer(customer_of(tenant_id), {})
    assert not is_at_stripe(tenant_id=tenant_id)
    deliver_all(shop)
    assert current_term(tenant_id=tenant_id).plan.key == "free"


def _post(client: Client, path: str, **form: str) -> "tuple[int, str]":
    token = client.get("/billing/").context["csrf_token"]
    response = client.post(path, {"csrfmiddlewaretoken": str(token), **form})
    return response.status_code, response.content.decode() or response.headers.get("Location", "")


def test_the_page_sells_to_who_may_and_has_shown_who_they_are(cast: Cast, shop: StripeMachine) -> None:
    alice, bob = signed_in(cast.alice), signed_in(cast.bob)
    has_tried(cast.acme.tenant_id)
    status, text = _post(alice, "/billing/checkout/", plan="team", seats="2")
    assert status == 200
    assert "https://checkout.stripe.com/c/pay/" in text
    status, text = _post(alice, "/billing/checkout/", plan="team", seats="two")
    assert (status, "whole number of seats" in text) == (400, True)
    assert _post(bob, "/billing/checkout/", plan="team")[0] == 403
    assert _post(bob, "/billing/portal/")[0] == 403
    session = next(iter(shop.all("checkout.session")))
    shop.pay_checkout(session)
    page = alice.get("/billing/?from=checkout").content.decode()
    assert "Stripe tells us as soon as it is paid" in page
    deliver_all(shop)
    page = alice.get("/billing/?from=checkout").content.decode()
    assert "Stripe has confirmed it" in page
    assert "RAP-0001" in page
    assert "$129.00" in page  # Team and two seats
    assert "https://invoice.stripe.com/" not in bob.get("/billing/").content.decode()
    assert "https://billing.stripe.com/" in _post(alice, "/billing/portal/")[1]


def test_whoever_signed_in_long_ago_confirms_first(cast: Cast, shop: StripeMachine) -> None:
    from tests.cast import sign_in

    client = sign_in(cast.alice)
    for path in ("/billing/checkout/", "/billing/portal/"):
        status, text = _post(client, path, plan="team")
        assert (status, "reauthenticate" in text) == (302, True)
    assert not shop.all("checkout.session")


def test_without_stripe_nothing_is_offered(cast: Cast) -> None:
    assert "Stripe" not in signed_in(cast.alice).get("/billing/").content.decode()
    assert get_account(tenant_id=cast.acme.tenant_id) is None
    with pytest.raises(StripeUnavailable):
        open_checkout(tenant_id=cast.acme.tenant_id, plan="team", seats=0, email="", actor=SYSTEM)


@pytest.mark.parametrize("secret", ["", " ", "whsec_", "secret"])
def test_a_key_without_a_secret_refuses_to_start(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from rapport import config

    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", secret)
    with pytest.raises(ConfigError, match="STRIPE_WEBHOOK_SECRET"):
        config.load()
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_12345678")
    assert config.load().stripe_webhook_secrets == ("whsec_12345678",)
    monkeypatch.setenv("STRIPE_SECRET_KEY", "pk_live_public")
    with pytest.raises(ConfigError, match="sk_test_"):
        config.load()
    assert get_config().stripe_secret_key == ""

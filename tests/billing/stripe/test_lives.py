"""Random lives of a company that pays: whatever becomes of webhooks on their way, it ends as if they came in order.

`make stripe-lives` leads a thousand; the suite of what is slow leads LIVES of them.
"""

import os
import random
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import AlreadySubscribed
from billing.models import StripeAccount, StripeEvent, StripeInvoice
from billing.plans import CURRENCIES
from billing.stripe import checkout, door
from billing.stripe.accounts import converge
from billing.stripe.checkout import open_checkout
from billing.stripe.inbox import handle_waiting
from billing.terms import choose_currency, current_term
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.billing.stripe.conftest import deliver
from tests.billing.stripe.machine import DAY, Data, StripeMachine
from tests.cast import Cast

DEEDS = (
    *("buy team", "buy payg", "open and leave", "decline", "more seats", "cancel now", "cancel at end", "keep"),
    *("month paid", "month unpaid", "pay what is owed", "give up", "some days"),
)
LIVES = st.tuples(st.lists(st.sampled_from(DEEDS), min_size=1, max_size=9), st.integers(0, 2**32 - 1))
OF_LIVES = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], database=None
)


def _live(shop: StripeMachine, tenant_id: UUID, deed: str) -> None:
    """One thing that somebody does, or that time does. What cannot be done then is not."""
    shop.now += 60
    running = [each["id"] for each in shop.all("subscription").values() if each["status"] != "canceled"]
    customer = next(iter(shop.all("customer")), "")
    if deed in {"buy team", "buy payg", "open and leave", "decline"}:
        plan, seats = ("payg", 0) if deed == "buy payg" else ("team", len(shop.all("checkout.session")) % 3)
        try:
            open_checkout(tenant_id=tenant_id, plan=plan, seats=seats, email="", actor=SYSTEM)
        except AlreadySubscribed:
            return
        if deed != "open and leave":
            code = "LAUNCH" if plan == "team" and len(shop.all("subscription")) % 2 else ""
            shop.pay_checkout(list(shop.all("checkout.session"))[-1], is_declined=deed == "decline", code=code)
    elif deed == "some days":
        shop.now += 3 * DAY
    elif deed == "pay what is owed" and customer:
        shop.pay_open_invoices(customer)
    elif deed == "give up" and customer:
        shop.give_up(customer)
    for each in running[-1:]:
        _go_on(shop, each, deed)


def _go_on(shop: StripeMachine, subscription: str, deed: str) -> None:
    if deed == "more seats":
        shop.change_seats(subscription, 5)
    elif deed in {"cancel now", "cancel at end"}:
        shop.cancel(subscription, is_at_end=deed == "cancel at end")
    elif deed == "keep":
        shop.keep_after_all(subscription)
    elif deed in {"month paid", "month unpaid"}:
        shop.now += 30 * DAY
        shop.renew(subscription, is_paid=deed == "month paid")


def _in_order(shop: StripeMachine, tenant_id: UUID, deeds: list[str]) -> dict[str, object]:
    for deed in deeds:
        _live(shop, tenant_id, deed)
        for event in shop.events:
            assert deliver(event) == 200
            handle_waiting()
        shop.events.clear()
    return _end(tenant_id)


def _in_disorder(shop: StripeMachine, tenant_id: UUID, deeds: list[str], chance: random.Random) -> dict[str, object]:
    """Shuffled, doubled, held back past later ones, handled now or then, and Stripe is away at times."""
    held: list[Data] = []
    for deed in deeds:
        _live(shop, tenant_id, deed)
        held += shop.events
        shop.events.clear()
        chance.shuffle(held)
        for event in [each for each in held if chance.random() < 0.5]:
            assert deliver(event) == 200
            if chance.random() < 0.7:
                held.remove(event)  # else it comes once more
        if chance.random() < 0.5:
            shop.is_down = chance.random() < 0.3
            handle_waiting()
            shop.is_down = False
    for event in held:
        assert deliver(event) == 200
    StripeEvent.objects.filter(handled_at=None).update(due_at=timezone.now())
    handle_waiting()
    assert not StripeEvent.objects.filter(handled_at=None).exists()
    return _end(tenant_id)


def _end(tenant_id: UUID) -> dict[str, object]:
    names = (
        "subscription_id",
        "status",
        "currency",
        "plan",
        "seats",
        "period_ends_at",
        "ends_at",
        "grace_ends_at",
        "trial_ends_at",
        "discount",
    )
    with tenant_scope(tenant_id):
        account = StripeAccount.objects.values(*names).first()
        invoices = sorted(StripeInvoice.objects.values_list("invoice_id", "status", "total", "due"))
    term = current_term(tenant_id=tenant_id)
    held = (term.plan.key, term.plan.currency, term.seats, term.is_trial, term.coupon)
    return {"account": account, "invoices": invoices, "term": held}


def _begin(tenant_id: UUID, seed: int) -> None:
    """A fourth of the companies pays in each of the currencies."""
    choose_currency(tenant_id=tenant_id, currency=CURRENCIES[seed % len(CURRENCIES)], actor=SYSTEM)


class _Clock:
    """Stripe's, on which months pass."""

    def __init__(self, shop: StripeMachine) -> None:
        self._shop = shop

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._shop.now, UTC)


def _check(cast: Cast, shop: StripeMachine, life: tuple[list[str], int], monkeypatch: pytest.MonkeyPatch) -> None:
    ends = []
    for run in (_in_order, partial(_in_disorder, chance=random.Random(life[1]))):
        own = shop.copy()
        monkeypatch.setattr(door, "transport", lambda own=own: own)
        monkeypatch.setattr(checkout, "timezone", _Clock(own))  # a trial ends some days from what Stripe calls now
        with transaction.atomic():
            _begin(cast.acme.tenant_id, life[1])
            ends.append(run(own, cast.acme.tenant_id, life[0]))
            transaction.set_rollback(True)
    assert ends[0] == ends[1]


@settings(OF_LIVES, max_examples=12)
@given(life=LIVES)
def test_some_lives(
    cast: Cast, shop: StripeMachine, monkeypatch: pytest.MonkeyPatch, life: tuple[list[str], int]
) -> None:
    _check(cast, shop, life, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@settings(OF_LIVES, max_examples=int(os.environ.get("LIVES", "200")))
@given(life=LIVES)
def test_many_lives(
    cast: Cast, shop: StripeMachine, monkeypatch: pytest.MonkeyPatch, life: tuple[list[str], int]
) -> None:
    _check(cast, shop, life, monkeypatch)


def test_a_life_that_was_over_before_anybody_heard_of_it_ends_the_same(
    cast: Cast, shop: StripeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check(cast, shop, (["buy team", "cancel now"], 1), monkeypatch)
    _check(cast, shop, (["buy team", "month unpaid", "give up", "cancel now", "buy payg"], 4), monkeypatch)
    again = ["cancel now", "buy team"] * 2
    _check(cast, shop, (["open and leave", "buy team", *again], 0), monkeypatch)  # with a promotion in between


def test_a_plan_is_tried_however_long_after_another_was_bought(
    cast: Cast, shop: StripeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    months = ["month paid"] * 4
    _check(cast, shop, (["buy payg", *months, "cancel now", "buy team", "some days"], 2), monkeypatch)


def test_an_older_reading_never_covers_a_newer_one(cast: Cast, shop: StripeMachine) -> None:
    """Between its two questions, another worker hears that the subscription is over, and writes that down."""
    tenant_id = cast.acme.tenant_id
    open_checkout(tenant_id=tenant_id, plan="team", seats=0, email="", actor=SYSTEM)
    shop.pay_checkout(next(iter(shop.all("checkout.session"))))
    (subscription,) = shop.all("subscription")

    def meanwhile(path: str) -> None:
        if path == "/v1/invoices":
            shop.before = None
            shop.cancel(subscription, is_at_end=False)
            converge(tenant_id=tenant_id)

    shop.before = meanwhile
    assert converge(tenant_id=tenant_id) == "applied"
    with tenant_scope(tenant_id):
        assert StripeAccount.objects.get().status == "canceled"
    assert current_term(tenant_id=tenant_id).plan.key == "free"

"""Webhooks: only what Stripe signed now, kept once, handled once, in whatever order."""

import time

import pytest
from django.core.management import call_command
from django.test import Client

from billing.models import StripeEvent
from billing.stripe.checkout import open_checkout
from billing.stripe.inbox import handle_waiting, list_events, resend
from billing.terms import current_term
from rapport.errors import NotFound
from tenants.actors import SYSTEM
from tests.billing.stripe.conftest import SECRET, deliver, deliver_all
from tests.billing.stripe.machine import StripeMachine, signed
from tests.cast import Cast


@pytest.fixture
def paid(cast: Cast, shop: StripeMachine) -> StripeMachine:
    """Acme has bought the plan Team with two seats; Stripe has told nobody yet."""
    open_checkout(tenant_id=cast.acme.tenant_id, plan="team", seats=2, email="alice@acme.example", actor=SYSTEM)
    shop.pay_checkout(next(iter(shop.all("checkout.session"))))
    return shop


def test_what_is_forged_old_future_or_no_event_leaves_nothing(paid: StripeMachine) -> None:
    event, now = paid.events[0], int(time.time())
    assert deliver(event, secret="whsec_of_somebody_else") == 400
    assert deliver(event, at=now - 301) == 400
    assert deliver(event, at=now + 330) == 400
    body, header = signed(event, SECRET, at=now)

    def post(sent: bytes, signature: str) -> int:
        headers = {"Stripe-Signature": signature} if signature else {}
        return Client().post("/stripe/webhook", sent, content_type="application/json", headers=headers).status_code

    assert post(body, "") == 400
    assert post(body, "t=soon,v1=00") == 400
    assert post(body.replace(b"evt_", b"evt_9"), header) == 400
    assert post(b"\xff\xfe", header) == 400
    for nothing in ({"object": "event"}, {"object": "charge", "id": "ch_1"}, [1]):
        assert post(*signed(nothing, SECRET, at=now)) == 400  # type: ignore[arg-type]
    big = signed({**event, "padding": "x" * 1024 * 1024}, SECRET, at=now)
    assert post(*big) == 413
    assert not StripeEvent.objects.exists()
    assert Client().get("/stripe/webhook").status_code == 405


def test_without_stripe_there_is_no_such_address(cast: Cast) -> None:
    assert deliver({"id": "evt_1", "object": "event"}) == 404


def test_it_is_granted_by_the_webhook_and_once(cast: Cast, paid: StripeMachine) -> None:
    tenant_id = cast.acme.tenant_id
    assert current_term(tenant_id=tenant_id).plan.key == "self-hosted"  # to have come back from paying is nothing
    for event in [*paid.events, *reversed(paid.events)]:
        assert deliver(event) == 200
    assert StripeEvent.objects.count() == len(paid.events)
    asked = len(paid.calls)
    assert handle_waiting() == len(paid.events)
    assert len(paid.calls) - asked == 2  # one look at the customer settles all of its events
    term = current_term(tenant_id=tenant_id)
    assert (term.plan.key, term.seats) == ("team", 2)
    assert current_term(tenant_id=cast.other.tenant_id).plan.key == "self-hosted"
    assert handle_waiting() == 0
    assert resend(paid.events[0]["id"]) == "applied"
    assert current_term(tenant_id=tenant_id).id == term.id


def test_what_cannot_be_handled_now_waits_and_is_not_lost(cast: Cast, paid: StripeMachine) -> None:
    paid.is_down = True
    for event in paid.events:
        assert deliver(event) == 200
    assert handle_waiting() == 0
    (waits, *_) = list_events(is_waiting=True)
    assert (waits.attempts, waits.outcome) == (1, "waits: payments_unavailable")
    assert handle_waiting() == 0  # not due yet
    paid.is_down = False
    assert resend(paid.events[-1]["id"]) == "applied"
    assert current_term(tenant_id=cast.acme.tenant_id).plan.key == "team"


def test_a_customer_of_somebody_else_changes_nothing(cast: Cast, paid: StripeMachine) -> None:
    stranger = {**paid.events[0], "id": "evt_elsewhere", "data": {"object": {"object": "invoice", "customer": "cus_x"}}}
    assert deliver(stranger) == 200
    handle_waiting()
    assert [each.outcome for each in list_events()] == ["not ours"]
    with pytest.raises(NotFound):
        resend("evt_unknown")


def test_the_operator_sees_and_resends(cast: Cast, paid: StripeMachine, capsys: pytest.CaptureFixture[str]) -> None:
    event_id = paid.events[0]["id"]
    deliver_all(paid)
    call_command("billing", "stripe")
    call_command("billing", "resend", event_id)
    printed = capsys.readouterr().out
    assert f"{event_id}  customer.subscription.created" in printed
    assert f"{event_id}: applied" in printed

"""What was used before the end of a subscription is charged once, also what was told too late for its last invoice."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from billing.models import PlanTerm, StripeAccount, StripePush
from billing.services import record_count
from billing.stripe.checkout import open_checkout
from billing.stripe.meters import Fed, compare_meters, feed_meters
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.billing.stripe.conftest import deliver_all, has_tried
from tests.billing.stripe.machine import Data, StripeMachine
from tests.cast import Cast


@pytest.fixture
def ended(cast: Cast, shop: StripeMachine) -> UUID:
    """Acme paid for Team, told 4,900 messages in time, and has used 300 more and some minutes since."""
    tenant_id = cast.acme.tenant_id
    has_tried(tenant_id)
    open_checkout(tenant_id=tenant_id, plan="team", seats=0, email="", actor=SYSTEM)
    shop.pay_checkout(next(iter(shop.all("checkout.session"))))
    deliver_all(shop)
    begins, ends = timezone.now() - timedelta(hours=9), timezone.now() - timedelta(hours=3)
    with tenant_scope(tenant_id):
        StripeAccount.objects.update(metered_from=begins)
        PlanTerm.objects.create(starts_at=begins, plan="team")
    _use(tenant_id, hours=8, messages=4_900)
    assert feed_meters(tenant_id=tenant_id).sent == 1
    _use(tenant_id, hours=4, messages=300, tool_calls=5_100, call_minutes=1)
    _use(tenant_id, hours=1, messages=70)  # after the end: nobody pays for it
    shop.cancel(next(iter(shop.all("subscription"))), is_at_end=False)
    deliver_all(shop)
    with tenant_scope(tenant_id):
        StripeAccount.objects.update(metered_until=ends)
    return tenant_id


def _use(tenant_id: UUID, *, hours: int, **counts: int) -> None:
    record_count(
        tenant_id=tenant_id,
        source_event_id=new_id(),
        step="",
        counts=counts,
        occurred_at=timezone.now() - timedelta(hours=hours),
    )


def _invoices(shop: StripeMachine) -> list[Data]:
    return [each for each in shop.all("invoice").values() if "rapport_rest" in each["metadata"]]


def _lines(shop: StripeMachine) -> dict[str, int]:
    return {each["metadata"]["rapport_part"]: each["amount"] for each in shop.all("invoiceitem").values()}


def test_it_is_what_it_adds_to_what_was_told(shop: StripeMachine, ended: UUID) -> None:
    told = len(shop.meter_events)
    assert feed_meters(tenant_id=ended) == Fed(written=3, sent=3)
    assert len(shop.meter_events) == told  # a meter would be charged by nobody
    # of 5,200 messages 200 are not included, at 0.4 cents; of 5,100 calls 100, at 0.05; the minute is included
    assert _lines(shop) == {"messages": 80, "tool_calls": 5}
    (invoice,) = _invoices(shop)
    assert (invoice["total"], invoice["status"], invoice["collection_method"]) == (85, "open", "send_invoice")
    assert feed_meters(tenant_id=ended) == Fed()
    assert all(each.open == 0 for each in compare_meters(tenant_id=ended))
    _use(ended, hours=4, messages=1_000)  # a fact that comes late
    assert feed_meters(tenant_id=ended).sent == 1
    assert [each["total"] for each in _invoices(shop)] == [85, 400]
    deliver_all(shop)
    with tenant_scope(ended):
        assert StripeAccount.objects.get().status == "canceled"


@pytest.mark.parametrize("path", ["/v1/invoices", "/v1/invoiceitems"])
def test_whatever_is_lost_on_the_way_it_is_made_once(shop: StripeMachine, ended: UUID, path: str) -> None:
    shop.lost.add(path)
    while shop.lost:
        assert feed_meters(tenant_id=ended).waiting == 3
    shop.replies.clear()  # Stripe forgets keys
    assert feed_meters(tenant_id=ended) == Fed(sent=3)
    assert [each["total"] for each in _invoices(shop)] == [85]


def test_what_was_sent_and_not_answered_is_not_charged_twice(shop: StripeMachine, ended: UUID) -> None:
    with tenant_scope(ended):
        StripePush.objects.update(state="unknown")  # Stripe has counted it: only the answer was lost
    feed_meters(tenant_id=ended)
    assert _lines(shop) == {"messages": 80, "tool_calls": 5}


def test_it_waits_until_all_is_written(shop: StripeMachine, ended: UUID) -> None:
    with tenant_scope(ended):
        StripeAccount.objects.update(metered_until=timezone.now() - timedelta(minutes=50))
    feed_meters(tenant_id=ended)
    assert not _invoices(shop)

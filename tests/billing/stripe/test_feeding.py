"""Every company's hours come to Stripe, whatever happens to another's."""

import threading
import time
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
import stripe
from django.core.management import call_command
from django.utils import timezone

from billing.models import StripeAccount, StripePush
from billing.rounds import go_round
from billing.services import record_count
from billing.stripe import door
from billing.stripe.meters import PATIENCE, Fed, feed_meters, list_fed
from billing.tasks import feed_stripe_meters
from rapport.ids import new_id
from tenants.context import tenant_scope
from tests.billing.stripe.machine import StripeMachine
from tests.cast import Cast, assemble
from tests.file_database import file_database as file_database

METER_EVENTS = "/v1/billing/meter_events"


class HangingStripe(StripeMachine):
    """Says nothing about one customer's usage until it is let go, and then only that the line is lost."""

    hangs_for = ""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self.is_asked, self.is_let_go = threading.Event(), threading.Event()

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **_: Any) -> tuple[str, int, Any]:
        if url.endswith(METER_EVENTS) and self.hangs_for in parse_qs(post_data)["payload[stripe_customer_id]"]:
            self.is_asked.set()
            assert self.is_let_go.wait(60)
            raise stripe.APIConnectionError("No answer.", should_retry=False)
        return super().request(method, url, headers, post_data)


def _pays(shop: StripeMachine, tenant_id: UUID, customer: str) -> None:
    shop.all("customer")[customer] = {"id": customer, "object": "customer"}
    with tenant_scope(tenant_id):
        StripeAccount.objects.create(
            customer_id=customer, status="active", metered_from=timezone.now() - timedelta(hours=20)
        )


def _use(tenant_id: UUID, hours: int) -> None:
    for ago in range(hours):
        record_count(
            tenant_id=tenant_id,
            source_event_id=new_id(),
            step="",
            counts={"messages": 1},
            occurred_at=timezone.now() - timedelta(hours=ago + 2),
        )


@pytest.mark.usefixtures("file_database")
def test_a_company_whose_stripe_says_nothing_holds_up_no_other(
    machine: StripeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, hanging = assemble(), HangingStripe(int(time.time()))
    monkeypatch.setattr(door, "transport", lambda: hanging)
    call_command("billing", "sync-catalogue", stdout=StringIO())
    for tenant_id, customer in ((cast.acme.tenant_id, "cus_acme"), (cast.other.tenant_id, "cus_other")):
        _pays(hanging, tenant_id, customer)
        _use(tenant_id, 1)
    hanging.hangs_for, is_other_told = "cus_acme", threading.Event()
    monkeypatch.setattr(hanging, "counted", _Telling(is_other_told))
    feeding = threading.Thread(target=feed_stripe_meters)
    feeding.start()
    try:
        assert hanging.is_asked.wait(60)
        assert is_other_told.wait(60)
        assert feeding.is_alive()  # with acme's call, which nobody has answered yet
    finally:
        hanging.is_let_go.set()
        feeding.join()
    assert [each[1] for each in hanging.counted] == ["cus_other"]
    hanging.hangs_for = ""
    feed_stripe_meters()
    assert [each[1] for each in hanging.counted] == ["cus_other", "cus_acme"]


class _Telling(list[Any]):
    """A list that rings when something comes to it."""

    def __init__(self, ring: threading.Event) -> None:
        self.ring = ring

    def append(self, each: Any) -> None:
        super().append(each)
        self.ring.set()


def test_a_stripe_that_never_answers_is_not_asked_for_every_hour(cast: Cast, shop: StripeMachine) -> None:
    """And what was not tried is told before what was tried in vain."""
    tenant_id, hours = cast.acme.tenant_id, PATIENCE + 2
    _pays(shop, tenant_id, "cus_acme")
    _use(tenant_id, hours)
    shop.is_down = True
    assert feed_meters(tenant_id=tenant_id) == Fed(written=hours, waiting=hours)
    with tenant_scope(tenant_id):
        states = list(StripePush.objects.order_by("hour").values_list("state", flat=True))
    assert states == ["unknown"] * PATIENCE + ["new"] * 2
    shop.is_down = False
    assert feed_meters(tenant_id=tenant_id) == Fed(sent=hours)
    told = [each[2] for each in shop.counted]
    assert told == [*sorted(told)[PATIENCE:], *sorted(told)[:PATIENCE]]


def test_whoever_was_not_come_to_is_first_next_time(cast: Cast, shop: StripeMachine) -> None:
    acme, other = cast.acme.tenant_id, cast.other.tenant_id
    _pays(shop, acme, "cus_acme")
    _pays(shop, other, "cus_other")
    came_to: list[UUID] = []

    def turn(tenant_id: UUID) -> Fed:
        came_to.append(tenant_id)
        return feed_meters(tenant_id=tenant_id)

    first, second = list_fed()
    assert go_round("test", turn, [first], seconds=60, lanes=1).left == 0
    assert go_round("test", turn, [second], seconds=-1, lanes=1).left == 1
    assert came_to == [first]
    assert list_fed() == [second, first]


def test_a_turn_that_fails_holds_up_no_other() -> None:
    ids = [new_id() for _ in range(3)]

    def turn(tenant_id: UUID) -> UUID:
        if tenant_id == ids[0]:
            raise RuntimeError("A bug.")
        return tenant_id

    went = go_round("test", turn, ids, lanes=1)
    assert (went.done, went.failed, went.left) == (ids[1:], 1, 0)

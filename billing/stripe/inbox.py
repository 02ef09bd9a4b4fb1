"""What Stripe sends: stored before it is believed, answered at once, handled once.

An event is a doorbell. Which customer it is about is all that is taken from it; what became of that customer is asked
for. So it does not matter in which order events come, how often, or how late.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from billing.errors import ForgedWebhook, StripeRefused, StripeUnavailable
from billing.models import StripeEvent
from billing.stripe.accounts import converge
from billing.stripe.customers import find_customer
from billing.stripe.door import API_VERSION
from billing.stripe.events import is_about_a_meter
from rapport import logs
from rapport.errors import NotFound

log = logs.get_logger(__name__)

TOGETHER = 500
KEPT = timedelta(days=90)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class EventView:
    id: str
    type: str
    customer_id: str
    received_at: datetime
    handled_at: datetime | None
    attempts: int
    outcome: str


def store_event(body: bytes) -> bool:
    """One whose signature was verified. False when it was there already. Raises ForgedWebhook for what is no event."""
    facts = _facts(body)
    if facts["api_version"] not in {"", API_VERSION}:
        log.warning(
            "stripe_version_differs", stripe_event=facts["id"], version=facts["api_version"], pinned=API_VERSION
        )
    made = StripeEvent.objects.bulk_create([StripeEvent(**facts, due_at=timezone.now())], ignore_conflicts=True)
    row = StripeEvent.objects.filter(id=facts["id"]).values_list("received_at", flat=True).first()
    return row == made[0].received_at


def handle_waiting() -> int:
    """All that is due, each customer's in one reading. Returns how many events are settled by it."""
    now, settled = timezone.now(), 0
    waiting = list(StripeEvent.objects.filter(handled_at=None, due_at__lte=now).order_by("received_at")[:TOGETHER])
    by_customer: dict[str, list[StripeEvent]] = defaultdict(list)
    for each in waiting:
        if is_about_a_meter(each.type):
            settled += _settle([each], partial(_note_meter, each.id))
        else:
            by_customer[each.customer_id].append(each)
    for customer_id, events in by_customer.items():
        settled += _settle(events, partial(_apply, customer_id, [each.id for each in events]))
    return settled


def resend(event_id: str) -> str:
    """Handle an event again, whatever became of it. Harmless: it asks Stripe how things are. Returns the outcome.
    Raises NotFound."""
    row = StripeEvent.objects.filter(id=event_id).first()
    if row is None:
        raise NotFound("Stripe never sent an event of this id, or it is longer ago than ninety days.")
    StripeEvent.objects.filter(id=event_id).update(handled_at=None, due_at=timezone.now(), attempts=0, outcome="")
    handle_waiting()
    return StripeEvent.objects.values_list("outcome", flat=True).get(id=event_id)


def list_events(*, most: int = 50, is_waiting: bool = False) -> list[EventView]:
    rows = StripeEvent.objects.filter(handled_at=None) if is_waiting else StripeEvent.objects.all()
    return [
        EventView(row.id, row.type, row.customer_id, row.received_at, row.handled_at, row.attempts, row.outcome)
        for row in rows.order_by("-received_at")[:most]
    ]


def forget_old_events() -> int:
    return StripeEvent.objects.filter(handled_at__lt=timezone.now() - KEPT).delete()[0]


def _apply(customer_id: str, event_ids: list[str]) -> str:
    customer = find_customer(customer_id)
    return converge(tenant_id=customer.tenant_id, event_ids=event_ids) if customer else "not ours"


def _note_meter(event_id: str) -> str:
    from billing.stripe.meter_errors import note_meter_error

    return note_meter_error(event_id)


def _settle(events: list[StripeEvent], handle: Callable[[], str]) -> int:
    ids = [each.id for each in events]
    try:
        outcome = handle()
    except (StripeUnavailable, StripeRefused) as error:
        _put_off(events, error.stripe_code or error.code)
        return 0
    StripeEvent.objects.filter(id__in=ids, handled_at=None).update(handled_at=timezone.now(), outcome=outcome)
    return len(ids)


def _put_off(events: list[StripeEvent], why: str) -> None:
    """Each attempt waits twice as long, an hour at most. It is never given up: Stripe would not send it again."""
    with transaction.atomic():
        for each in events:
            wait = min(LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(each.attempts, 10)))
            StripeEvent.objects.filter(id=each.id, handled_at=None).update(
                attempts=each.attempts + 1, due_at=timezone.now() + wait, outcome=f"waits: {why}"[:40]
            )


def _facts(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
        kind = event["object"]
        about = event.get("related_object") or {} if kind == "v2.core.event" else event["data"]["object"]
        if kind not in {"event", "v2.core.event"} or not event["id"].startswith("evt_") or len(event["id"]) > 255:
            raise ValueError
        return {
            "id": event["id"],
            "type": str(event["type"])[:120],
            "object_id": str(about.get("id") or "")[:255],
            "customer_id": _customer_of(about)[:255],
            "api_version": str(event.get("api_version") or "")[:60],
            "is_live": bool(event.get("livemode")),
            "created_at": _moment(event["created"]),
        }
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        raise ForgedWebhook("It is no event of Stripe's.") from None


def _customer_of(about: dict[str, Any]) -> str:
    if about.get("object") == "customer":
        return str(about["id"])
    customer = about.get("customer") or ""
    return str(customer["id"] if isinstance(customer, dict) else customer)


def _moment(value: Any) -> datetime:
    """Seconds, or of the newer kind of events a text."""
    if isinstance(value, str):
        found = parse_datetime(value)
        if found is None or found.tzinfo is None:
            raise ValueError
        return found
    return datetime.fromtimestamp(value, UTC)

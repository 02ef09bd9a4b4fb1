"""What was used, told to Stripe: every hour that is over, once, of each company that pays by it.

What is told is first written down, under an identifier that says what it is: company, meter, hour, and which telling of
that hour. An answer that never came leaves it "unknown", and it is told again under the same identifier: Stripe takes
that as one for 24 hours. After `TRUSTED` nobody relies on it: Stripe is asked what it has counted of the hour, and only
what is missing is told again. What comes late for an hour, or corrects it, is a further telling; what is taken back is
kept as a credit, and set off against what is used next.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce, TruncHour
from django.utils import timezone

from billing.errors import StripeRefused, StripeUnavailable
from billing.ledger import month_start, tenant_zone
from billing.models import Meter, StripeAccount, StripePush, UsageRecord
from billing.rating import TOKENS
from billing.rollups import OVERLAP, first_id
from billing.statements import MODEL_TOKENS
from billing.stripe.alerts import alert
from billing.stripe.catalogue import CUSTOMER, VALUE, event_name, find_meters
from billing.stripe.door import call, pages
from billing.stripe.rest import INVOICED as INVOICED_REST
from billing.stripe.rest import charge_rest
from billing.terms import load_terms
from rapport import logs
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.selectors import list_tenant_ids

log = logs.get_logger(__name__)

HOUR = timedelta(hours=1)
TRUSTED = timedelta(hours=20)  # of the 24 for which an identifier counts once
OLDEST = timedelta(days=34)  # Stripe takes 35 days
INVOICED = timedelta(minutes=45)  # after a month's end; then its invoice is made, and what is told is of the next
TURN_SECONDS = 240.0  # of a company; what is left then is told in the next hour
PATIENCE = 3  # calls without an answer, one after the other: each may take a minute
SETTLE = timedelta(minutes=2)  # after an hour's end, for rows that are being written
COUNTED = frozenset({Meter.MESSAGES, Meter.TOOL_CALLS, Meter.CALL_MINUTES, Meter.STORED_CHUNKS, Meter.STORED_BYTES})
NEW, UNKNOWN, SENT, REFUSED, DISPUTED, CREDIT = "new", "unknown", "sent", "refused", "disputed", "credit"
Bucket = tuple[str, datetime]
Rows = Any  # a query of the ledger, with `borne_at` and `hour`, which its type does not know


@dataclass(frozen=True, slots=True)
class Fed:
    written: int = 0
    sent: int = 0
    waiting: int = 0  # Stripe was away, or nobody knows


@dataclass(frozen=True, slots=True)
class Step:
    """Of a meter, what was told and what Stripe has counted; `open`: what is not settled."""

    meter: str
    told: int
    counted: int
    open: int


def list_fed() -> list[UUID]:
    """Companies that pay by Stripe; those first that were looked at longest ago, or were not come to the last time."""
    found = []
    for tenant_id in list_tenant_ids():
        with tenant_scope(tenant_id):
            account = StripeAccount.objects.filter(metered_from__isnull=False).only("metered_at").first()
        if account is not None:
            found.append((account.metered_at or datetime.min.replace(tzinfo=UTC), tenant_id))
    return [tenant_id for _, tenant_id in sorted(found)]


def feed_meters(*, tenant_id: UUID) -> Fed:
    """Nothing for a company that does not pay by Stripe. While Stripe is away it waits for the next hour, as does what
    there is no time for."""
    with tenant_scope(tenant_id):
        if not StripeAccount.objects.filter(metered_from__isnull=False).exists():
            return Fed()
    written, sent = write_pushes(tenant_id=tenant_id), 0
    try:
        sent = _end(tenant_id) if _is_over(tenant_id) else _send_due(tenant_id)
    except (StripeUnavailable, StripeRefused) as error:
        log.warning("stripe_meters_wait", code=error.stripe_code or error.code)
    with tenant_scope(tenant_id):
        waiting = StripePush.objects.filter(state__in=(NEW, UNKNOWN)).count()
    return Fed(written, sent, waiting)


def _is_over(tenant_id: UUID) -> bool:
    with tenant_scope(tenant_id):
        return StripeAccount.objects.filter(metered_until__isnull=False).exists()


def _end(tenant_id: UUID) -> int:
    """Its subscription is over: what was told too late is charged by an invoice. Of what was sent and not answered
    Stripe says whether it has it."""
    with tenant_scope(tenant_id):
        unknown = list(StripePush.objects.filter(state=UNKNOWN).order_by("hour", "meter", "revision"))
    ids = find_meters() if unknown else {}
    for push in unknown:
        begins = _hour(push.stamped_at)
        if (
            _counted(ids[push.meter], push.customer_id, begins, begins + HOUR)
            >= _known(tenant_id, push) + push.quantity
        ):
            _note(tenant_id, push, SENT)
    return charge_rest(tenant_id=tenant_id)


def write_pushes(*, tenant_id: UUID) -> int:
    """What the ledger has of the hours that are over, less what was written down before. Returns how many are new."""
    now = timezone.now()
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        account = StripeAccount.objects.select_for_update().get()
        if account.metered_from is None:
            return 0
        rows = _billable(account, (now - SETTLE).replace(minute=0, second=0, microsecond=0))
        new = rows if account.metered_at is None else rows.filter(id__gte=first_id(account.metered_at - OVERLAP))
        hours = {each.astimezone(UTC) for each in new.values_list("hour", flat=True).distinct()}
        pushes = list(_pushes(tenant_id, account, rows, hours, now))
        StripePush.objects.bulk_create(pushes)
        account.metered_at = now
        account.save(update_fields=["metered_at"])
        return len(pushes)


def compare_meters(*, tenant_id: UUID) -> list[Step]:
    """Asks Stripe what it has counted since the company pays. Raises StripeUnavailable."""
    with tenant_scope(tenant_id):
        account = StripeAccount.objects.filter(metered_from__isnull=False).first()
        sums = list(StripePush.objects.values_list("meter", "state").annotate(sum=Sum("quantity")))
        first = StripePush.objects.exclude(state=CREDIT).order_by("stamped_at").values_list("stamped_at", flat=True)[:1]
        begins = next(iter(first), None)
    if account is None or begins is None:
        return []
    ids, steps = find_meters(), []
    for meter in sorted({each[0] for each in sums}):
        told = sum(number for name, state, number in sums if name == meter and state == SENT)
        open_ = sum(
            number for name, state, number in sums if name == meter and state not in {SENT, CREDIT, INVOICED_REST}
        )
        counted = _counted(ids[meter], account.customer_id, _hour(begins), _hour(timezone.now()) + HOUR)
        steps.append(Step(meter, told, counted, open_))
    return steps


def tell_again(*, tenant_id: UUID) -> int:
    """What Stripe refused, or counts otherwise, once more: Stripe is asked first what it has. Under another identifier,
    because it may have kept the one of what it threw away. Returns how many."""
    with tenant_scope(tenant_id), transaction.atomic():
        rows = list(StripePush.objects.select_for_update().filter(state__in=(REFUSED, DISPUTED)))
        for row in rows:
            base, _, again = row.identifier.partition("+")
            row.identifier = f"{base}+{int(again or 0) + 1}"
            row.state, row.first_sent_at, row.error = UNKNOWN, timezone.now() - TRUSTED, ""
            row.save(update_fields=["identifier", "state", "first_sent_at", "error"])
        return len(rows)


def _billable(account: StripeAccount, until: datetime) -> Rows:
    """Rows that Stripe is told of, each with the hour that bears it."""
    ends = until if account.metered_until is None else min(until, account.metered_until)
    rows = UsageRecord.objects.filter(Q(meter__in=COUNTED | _own_meters()) | Q(meter__in=TOKENS)).annotate(
        borne_at=Coalesce("billed_at", "occurred_at")
    )
    rows = rows.filter(borne_at__gte=account.metered_from, borne_at__lt=ends)
    return rows.annotate(hour=TruncHour("borne_at", tzinfo=UTC))


def _own_meters() -> set[Meter]:
    """What only this company is charged for, by rates that were agreed with it."""
    return {meter for term in load_terms().rows for meter, rate in term.plan.rates.items() if rate}


def _pushes(
    tenant_id: UUID, account: StripeAccount, rows: Rows, hours: set[datetime], now: datetime
) -> Iterator[StripePush]:
    told, revisions, credit = _told(hours)
    for (meter, hour), total in sorted(_reckoned(rows, hours).items()):
        difference = total - told.get((meter, hour), 0)
        taken = min(difference, credit.get(meter, 0)) if difference > 0 else difference
        credit[meter] = credit.get(meter, 0) - taken
        for quantity, state in ((taken, CREDIT), (difference - taken, NEW)):
            if quantity:
                revisions[meter, hour] = revision = revisions.get((meter, hour), 0) + 1
                yield StripePush(
                    meter=meter,
                    hour=hour,
                    revision=revision,
                    quantity=quantity,
                    identifier=f"{encode(Prefix.TENANT, tenant_id)}:{meter}:{hour:%Y%m%d%H}:{revision}",
                    customer_id=account.customer_id,
                    stamped_at=_stamp(account, hour, now),
                    state=state,
                )


def _told(hours: set[datetime]) -> tuple[dict[Bucket, int], dict[Bucket, int], dict[str, int]]:
    """(quantity, revision) of each meter and hour that was written down, and what is owed back of each meter."""
    quantities: dict[Bucket, int] = {}
    revisions: dict[Bucket, int] = {}
    found = StripePush.objects.filter(hour__in=hours).values_list("meter", "hour")
    for meter, hour, quantity, revision in found.annotate(sum=Sum("quantity"), last=Max("revision")):
        quantities[meter, hour.astimezone(UTC)], revisions[meter, hour.astimezone(UTC)] = quantity, revision
    credits_ = StripePush.objects.filter(state=CREDIT).values_list("meter").annotate(sum=Sum("quantity"))
    return quantities, revisions, {meter: -quantity for meter, quantity in credits_}


def _reckoned(rows: Rows, hours: set[datetime]) -> dict[Bucket, int]:
    """Of tokens what they are listed at, of everything else how many."""
    sums: dict[Bucket, int] = {}
    if not hours:
        return sums
    found = rows.filter(borne_at__gte=min(hours), borne_at__lt=max(hours) + HOUR).values_list("meter", "hour")
    for meter, at, quantity, price in found.annotate(q=Sum("quantity"), p=Sum("price_micros")).order_by():
        hour = at.astimezone(UTC)
        if hour in hours:
            key = (MODEL_TOKENS if meter in TOKENS else meter, hour)
            sums[key] = sums.get(key, 0) + (price if meter in TOKENS else quantity)
    return sums


def _stamp(account: StripeAccount, hour: datetime, now: datetime) -> datetime:
    """The moment that Stripe is told: within the hour and the subscription, in a month that has no invoice yet."""
    begins = account.metered_from or hour
    stamp = max(hour, begins.replace(microsecond=0) + timedelta(seconds=1))
    month = month_start(now, tenant_zone()).astimezone(UTC)
    if stamp < month and now >= month + INVOICED:
        stamp = max(month, begins.replace(microsecond=0) + timedelta(seconds=1))
    return max(stamp, now.replace(microsecond=0) - OLDEST)


def _send_due(tenant_id: UUID) -> int:
    """One after the other, those of one hour of a meter in their order; behind one of which nothing is known, the
    others of its hour wait. For as long as Stripe answers, and the turn lasts: other companies wait, too."""
    with tenant_scope(tenant_id):
        due = list(StripePush.objects.filter(state__in=(NEW, UNKNOWN)).order_by("hour", "meter", "revision"))
    tried = {(push.meter, _hour(push.stamped_at)) for push in due if push.state == UNKNOWN}
    due.sort(key=lambda push: (push.meter, _hour(push.stamped_at)) in tried)  # what goes well is not held up by it
    sent, in_vain, blocked, until = 0, 0, set(), time.monotonic() + TURN_SECONDS
    ids: dict[str, str] = {}
    for push in due:
        if in_vain == PATIENCE or time.monotonic() > until:
            log.warning("stripe_meters_wait", code="silent" if in_vain == PATIENCE else "turn_over")
            break
        if (push.meter, _hour(push.stamped_at)) in blocked:
            continue
        if _is_doubtful(push):
            ids = ids or find_meters()
            state = _reconcile(tenant_id, push, ids)
        else:
            state = _send(tenant_id, push)
        sent += state == SENT
        in_vain = in_vain + 1 if state == UNKNOWN else 0
        if state == UNKNOWN:
            blocked.add((push.meter, _hour(push.stamped_at)))
    return sent


def _is_doubtful(push: StripePush) -> bool:
    return push.state == UNKNOWN and push.first_sent_at is not None and push.first_sent_at + TRUSTED <= timezone.now()


def _send(tenant_id: UUID, push: StripePush) -> str:
    """Returns the state that it is in afterwards. Before it is sent it is "unknown": a process may die on the way."""
    was_tried = push.state == UNKNOWN
    _note(tenant_id, push, UNKNOWN, first_sent_at=push.first_sent_at or timezone.now())
    params = {
        "event_name": event_name(push.meter),
        "identifier": push.identifier,
        "timestamp": int(push.stamped_at.timestamp()),
        "payload": {CUSTOMER: push.customer_id, VALUE: str(push.quantity)},
    }
    try:
        call(lambda stripe: stripe.v1.billing.meter_events.create(params))
    except StripeUnavailable as error:
        log.warning("stripe_meter_unknown", identifier=push.identifier, code=error.stripe_code)
        return UNKNOWN
    except StripeRefused as error:
        if was_tried and "identifier" in error.reason:  # it has it: the answer was lost
            return _note(tenant_id, push, SENT)
        alert("refused", identifier=push.identifier, code=error.stripe_code, reason=error.reason)
        return _note(tenant_id, push, REFUSED, error=f"{error.stripe_code}: {error.reason}"[:300])
    return _note(tenant_id, push, SENT)


def _reconcile(tenant_id: UUID, push: StripePush, ids: dict[str, str]) -> str:
    """By what Stripe has counted of the hour: with it, without it, or something else."""
    begins, known = _hour(push.stamped_at), _known(tenant_id, push)
    try:
        counted = _counted(ids[push.meter], push.customer_id, begins, begins + HOUR)
    except (StripeUnavailable, KeyError):
        return UNKNOWN
    if counted == known + push.quantity:
        return _note(tenant_id, push, SENT)
    if counted == known:
        push.first_sent_at = timezone.now()
        return _send(tenant_id, push)
    alert("disputed", identifier=push.identifier, counted=counted, told=known, quantity=push.quantity)
    return _note(tenant_id, push, DISPUTED, error=f"Stripe counts {counted}; {known} are known, {push.quantity} open.")


def _known(tenant_id: UUID, push: StripePush) -> int:
    """What Stripe has taken of the push's hour."""
    begins = _hour(push.stamped_at)
    with tenant_scope(tenant_id):
        of_hour = StripePush.objects.filter(
            meter=push.meter, state=SENT, stamped_at__gte=begins, stamped_at__lt=begins + HOUR
        )
        return int(of_hour.aggregate(sum=Sum("quantity", default=0))["sum"])


def _counted(meter_id: str, customer: str, begins: datetime, ends: datetime) -> int:
    asked = {"customer": customer, "start_time": int(begins.timestamp()), "end_time": int(ends.timestamp())}
    found = pages(lambda stripe, params: stripe.v1.billing.meters.event_summaries.list(meter_id, params), asked)
    return sum(round(each["aggregated_value"]) for each in found)


def _note(tenant_id: UUID, push: StripePush, state: str, **what: Any) -> str:
    """Never takes back what was settled meanwhile."""
    what = {"state": state, **({"settled_at": timezone.now()} if state != UNKNOWN else {}), **what}
    with tenant_scope(tenant_id), transaction.atomic():
        StripePush.objects.filter(id=push.id, state__in=(NEW, UNKNOWN)).update(**what)
    for name, value in what.items():
        setattr(push, name, value)
    return state


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)

"""What a company bought, brought in line with what Stripe says now. The only place that grants a plan for money.

Whoever reads at Stripe notes the account's version before, and writes only if it is the same after: of two readings the
later one stays, in whatever order they come back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.errors import CurrencyFixed, PaymentOverdue, StripeUnavailable
from billing.models import PlanTerm, StripeAccount, StripeEvent, StripeInvoice
from billing.plans import COUPONS
from billing.stripe.door import is_on
from billing.stripe.money import to_micros
from billing.stripe.reading import Seen, read_customer
from billing.terms import set_plan
from rapport import logs
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant

log = logs.get_logger(__name__)

AFTER = "free"  # the plan of whoever pays no longer: everything stays, and can be read
TRIES = 5


@dataclass(frozen=True, slots=True)
class InvoiceView:
    id: UUID
    number: str
    status: str
    currency: str
    total_micros: int
    due_micros: int
    issued_at: datetime
    page: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """`is_suspended`: what is owed was not paid in time."""

    customer_id: str
    subscription_id: str
    status: str
    plan: str
    seats: int
    currency: str
    period_ends_at: datetime | None
    ends_at: datetime | None
    grace_ends_at: datetime | None
    trial_ends_at: datetime | None
    discount: str
    discount_ends_at: datetime | None
    is_suspended: bool
    invoices: tuple[InvoiceView, ...]


def get_account(*, tenant_id: UUID) -> AccountView | None:
    """None for a company that never went to pay."""
    with tenant_scope(tenant_id):
        row = StripeAccount.objects.first()
        invoices = list(StripeInvoice.objects.order_by("-issued_at", "-id")) if row else []
    return _view(row, invoices) if row else None


def require_paid() -> None:
    """In the open scope, before something new is begun. Raises PaymentOverdue."""
    if not is_on():
        return
    row = StripeAccount.objects.exclude(plan="").filter(grace_ends_at__isnull=False).first()
    if row is not None and _is_suspended(row):
        raise PaymentOverdue(
            "The company's invoices are not paid. Everything can be read and exported; nothing new is begun until they "
            "are, under Billing → Manage payment."
        )


def converge(*, tenant_id: UUID, event_ids: Collection[str] = ()) -> str:
    """Read at Stripe, write here, and with it that these events are handled. Returns the outcome in a word or two.
    Raises StripeUnavailable, having written nothing."""
    for _ in range(TRIES):
        with tenant_scope(tenant_id):
            known = StripeAccount.objects.values_list("customer_id", "version").first()
        if known is None:
            return "not ours"
        seen = read_customer(known[0])
        outcome = _write(tenant_id, known[1], seen, event_ids)
        if outcome:
            return outcome
    raise StripeUnavailable("The company's account changes all the time. It is tried again.")


def _write(tenant_id: UUID, version: int, seen: Seen, event_ids: Collection[str]) -> str:
    """ "" when somebody else wrote meanwhile."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        row = StripeAccount.objects.select_for_update().get()
        if row.version != version:
            return ""
        outcome = _apply_known(row, seen)
        _keep_invoices(seen)
        row.version, row.synced_at = version + 1, timezone.now()
        row.save()
        StripeEvent.objects.filter(id__in=event_ids, handled_at=None).update(handled_at=timezone.now(), outcome=outcome)
        return outcome


def _apply_known(row: StripeAccount, seen: Seen) -> str:
    """Returns the outcome."""
    if not seen.is_known:
        log.error("stripe_prices_unknown", subscription=seen.subscription_id)
        return "prices not ours"
    try:
        with transaction.atomic():
            _apply(row, seen)
    except CurrencyFixed:  # made by hand at Stripe: what was charged here before is in another one
        row.refresh_from_db()
        log.error("stripe_currency_differs", subscription=seen.subscription_id, currency=seen.currency)
        return "another currency"
    return "applied"


def _apply(row: StripeAccount, seen: Seen) -> None:
    before = {"plan": row.plan, "seats": row.seats, "status": row.status, "discount": row.discount}
    after = {"plan": seen.plan, "seats": seen.seats, "status": seen.status, "discount": seen.discount}
    was = (row.subscription_id, row.status)
    if _bought(row) != _bought(seen):
        _grant(row, seen)
    elif seen.status == "canceled" and was != (seen.subscription_id, "canceled"):
        set_plan(tenant_id=row.tenant_id, plan=AFTER, actor=SYSTEM)  # over before anybody here heard that it had begun
    row.subscription_id, row.status, row.plan, row.seats = seen.subscription_id, seen.status, seen.plan, seen.seats
    row.currency = seen.currency or row.currency
    row.period_ends_at, row.ends_at, row.grace_ends_at = seen.period_ends_at, seen.ends_at, seen.grace_ends_at
    row.trial_ends_at, row.discount, row.discount_ends_at = seen.trial_ends_at, seen.discount, seen.discount_ends_at
    if before != after:
        record_audit(
            actor=SYSTEM,
            action="subscription.changed",
            subject=encode(Prefix.TENANT, row.tenant_id),
            details={"subscription": row.subscription_id},
            before=before,
            after=after,
        )


def _bought(of: StripeAccount | Seen) -> tuple[object, ...]:
    return of.plan, of.seats, of.trial_ends_at, of.discount, of.discount_ends_at


def _grant(row: StripeAccount, seen: Seen) -> None:
    """What the operator agreed with the company for this plan stays; another plan begins with its own quantities."""
    now = timezone.now()
    if seen.plan:
        planned = _planned(row, seen, now)
        held = PlanTerm.objects.filter(starts_at__lte=now).order_by("-id").first()
        own = held.overrides if held is not None and (held.plan, held.currency) == (seen.plan, seen.currency) else {}
        set_seen = partial(
            set_plan,
            tenant_id=row.tenant_id,
            plan=seen.plan,
            currency=seen.currency,
            seats=seen.seats,
            coupon=seen.discount if seen.discount in COUPONS else "",
            coupon_ends_at=seen.discount_ends_at,
            actor=SYSTEM,
        )
        set_seen(trial_ends_at=seen.trial_ends_at, included=own.get("included"), rates=own.get("rates"))
        if planned is not None:
            agreed = planned.overrides
            set_seen(starts_at=planned.starts_at, included=agreed.get("included"), rates=agreed.get("rates"))
    elif row.plan:
        set_plan(tenant_id=row.tenant_id, plan=AFTER, actor=SYSTEM)
    if seen.plan and not row.plan:
        row.metered_from, row.metered_until, row.metered_at = seen.trial_ends_at or now, None, None
    elif row.plan and not seen.plan:
        row.metered_until = min(now, seen.ends_at or now)
    elif row.trial_ends_at != seen.trial_ends_at and row.metered_from is not None:  # longer, shorter, or over
        row.metered_from = seen.trial_ends_at or min(now, row.metered_from)


def _planned(row: StripeAccount, seen: Seen, now: datetime) -> PlanTerm | None:
    """Rates that were agreed for later: other seats do not take them back."""
    last = PlanTerm.objects.order_by("-id").first()
    is_tried = row.trial_ends_at is not None or seen.trial_ends_at is not None
    return last if last is not None and last.starts_at > now and last.plan == seen.plan and not is_tried else None


def _keep_invoices(seen: Seen) -> None:
    known = {
        each.invoice_id: each for each in StripeInvoice.objects.filter(invoice_id__in=[i.id for i in seen.invoices])
    }
    for each in seen.invoices:
        row = known.get(each.id) or StripeInvoice(invoice_id=each.id)
        row.number, row.status, row.currency = each.number, each.status, each.currency
        row.total, row.due, row.issued_at, row.page = each.total, each.due, each.issued_at, each.page
        row.save()


def _is_suspended(row: StripeAccount) -> bool:
    return bool(row.plan) and row.grace_ends_at is not None and row.grace_ends_at <= timezone.now()


def _view(row: StripeAccount, invoices: list[StripeInvoice]) -> AccountView:
    return AccountView(
        customer_id=row.customer_id,
        subscription_id=row.subscription_id,
        status=row.status,
        plan=row.plan,
        seats=row.seats,
        currency=row.currency,
        period_ends_at=row.period_ends_at,
        ends_at=row.ends_at,
        grace_ends_at=row.grace_ends_at,
        trial_ends_at=row.trial_ends_at,
        discount=row.discount,
        discount_ends_at=row.discount_ends_at,
        is_suspended=_is_suspended(row),
        invoices=tuple(map(_invoice_view, invoices)),
    )


def _invoice_view(row: StripeInvoice) -> InvoiceView:
    return InvoiceView(
        id=row.id,
        number=row.number,
        status=row.status,
        currency=row.currency,
        total_micros=to_micros(row.total, row.currency),
        due_micros=to_micros(row.due, row.currency),
        issued_at=row.issued_at,
        page=row.page,
    )

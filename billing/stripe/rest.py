"""What was used before a subscription ended and told too late for its last invoice: charged by an invoice of its own.

Stripe charges a meter by a subscription alone, so what was not told by its end is told to no meter. What it comes to is
what it adds to what was told of that month, by the same prices. An invoice is found again by its key, so that it is
made once, whatever is lost on the way.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from billing.ledger import month_start, tenant_zone
from billing.models import Meter, StripeAccount, StripePush
from billing.plans import WHOLE
from billing.statements import MODEL_TOKENS
from billing.stripe.catalogue import parts_of, price_params
from billing.stripe.door import call, pages
from billing.terms import Term, load_terms
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.context import tenant_scope

INVOICED = "invoiced"
SETTLE = timedelta(hours=1)  # after its end: for rows that are being written, and for what was sent and not answered
DAYS_TO_PAY = 14


@dataclass(frozen=True, slots=True)
class _Rest:
    account: StripeAccount
    term: Term
    pushes: tuple[StripePush, ...]
    told: Mapping[str, int]  # of the month in which it ended, in time or by an invoice like this

    @property
    def key(self) -> str:
        return hashlib.sha256(" ".join(each.identifier for each in self.pushes).encode()).hexdigest()[:32]


def charge_rest(*, tenant_id: UUID) -> int:
    """Nothing for a subscription that runs, or ended just now. Returns how much that was not told is settled. Raises
    StripeUnavailable and StripeRefused, having settled nothing."""
    rest = _find(tenant_id)
    if rest is None:
        return 0
    amounts = {meter: cents for meter, cents in _amounts(rest) if cents > 0}
    if amounts:
        _make(tenant_id, rest, amounts)
    with tenant_scope(tenant_id), transaction.atomic():
        ids = [each.id for each in rest.pushes]
        StripePush.objects.filter(id__in=ids).update(state=INVOICED, settled_at=timezone.now())
        record_audit(
            actor=SYSTEM,
            action="rest.invoiced",
            subject=encode(Prefix.TENANT, tenant_id),
            details={"subscription": rest.account.subscription_id, "amounts": amounts},
        )
    return len(ids)


def _find(tenant_id: UUID) -> _Rest | None:
    with tenant_scope(tenant_id):
        account = StripeAccount.objects.filter(metered_until__lte=timezone.now() - SETTLE).first()
        pushes = tuple(StripePush.objects.filter(state__in=("new", "unknown")).order_by("id")) if account else ()
        if account is None or account.metered_until is None or not pushes:
            return None
        last = account.metered_until - timedelta(seconds=1)
        begins = max(month_start(last, tenant_zone()), account.metered_from or last)
        told = StripePush.objects.filter(state__in=("sent", INVOICED), stamped_at__gte=begins).values_list("meter")
        return _Rest(account, load_terms().at(last), pushes, dict(told.annotate(sum=Sum("quantity"))))


def _amounts(rest: _Rest) -> Iterable[tuple[str, int]]:
    """In Stripe's smallest unit, each line rounded once; a share that a coupon takes off is taken off."""
    left = WHOLE - (rest.term.coupon.percent if rest.term.coupon else 0)
    for meter in sorted({each.meter for each in rest.pushes} & set(parts_of(rest.term.plan))):
        before = rest.told.get(meter, 0)
        after = before + sum(each.quantity for each in rest.pushes if each.meter == meter)
        params = price_params(rest.term.plan, meter, {meter: ""})
        yield meter, round((graduated(params, after) - graduated(params, before)) * left / WHOLE)


def graduated(params: Mapping[str, Any], quantity: int) -> Decimal:
    """What so much comes to by a price as Stripe is asked to make it."""
    tiers = params.get("tiers") or [{"up_to": "inf", "unit_amount_decimal": params["unit_amount_decimal"]}]
    total, below = Decimal(0), 0
    for tier in tiers:
        above = quantity if tier["up_to"] == "inf" else min(quantity, tier["up_to"])
        total += max(0, above - below) * Decimal(tier["unit_amount_decimal"])
        below = max(below, above)
    return total


def _made(rest: _Rest) -> dict[str, Any] | None:
    asked = {"customer": rest.account.customer_id}
    found = pages(lambda stripe, params: stripe.v1.invoices.list(params), asked)
    return next((each for each in found if (each.get("metadata") or {}).get("rapport_rest") == rest.key), None)


def _make(tenant_id: UUID, rest: _Rest, amounts: Mapping[str, int]) -> None:
    """Sent to be paid: the card was the subscription's. It goes out when all its lines are on it."""
    invoice = _made(rest) or call(lambda stripe: stripe.v1.invoices.create(_invoice(tenant_id, rest)))
    if invoice["status"] != "draft" or invoice["auto_advance"]:
        return
    asked = {"invoice": invoice["id"]}
    there = pages(lambda stripe, params: stripe.v1.invoice_items.list(params), asked)
    known = {each["metadata"].get("rapport_part") for each in there}
    for part, cents in amounts.items():
        if part not in known:
            line = _line(rest, invoice["id"], part, cents)
            call(lambda stripe, line=line: stripe.v1.invoice_items.create(line))  # type: ignore[misc]
    call(lambda stripe: stripe.v1.invoices.update(invoice["id"], {"auto_advance": True}))


def _invoice(tenant_id: UUID, rest: _Rest) -> dict[str, Any]:
    return {
        "customer": rest.account.customer_id,
        "currency": rest.term.plan.currency.lower(),
        "collection_method": "send_invoice",
        "days_until_due": DAYS_TO_PAY,
        "auto_advance": False,
        "pending_invoice_items_behavior": "exclude",
        "description": "Used before the subscription ended, and not on its last invoice.",
        "metadata": {"rapport_rest": rest.key, "rapport_tenant": encode(Prefix.TENANT, tenant_id)},
    }


def _line(rest: _Rest, invoice_id: str, part: str, cents: int) -> dict[str, Any]:
    return {
        "customer": rest.account.customer_id,
        "invoice": invoice_id,
        "amount": cents,
        "currency": rest.term.plan.currency.lower(),
        "description": "Model tokens" if part == MODEL_TOKENS else Meter(part).label,
        "metadata": {"rapport_part": part},
    }

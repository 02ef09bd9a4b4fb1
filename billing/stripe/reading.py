"""What Stripe says now of a customer: its subscription and its invoices, in our words. Only what is asked for counts,
never what an event brought: whatever the order in which events come, the last answer is the newest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from billing.errors import StripeRefused
from billing.plans import BY_KEY
from billing.stripe.coupons import code_of
from billing.stripe.door import pages
from rapport import logs

log = logs.get_logger(__name__)

GRACE = timedelta(days=14)  # from the invoice that was not paid
MOST_INVOICES = 24
GRANTING = frozenset({"active", "trialing", "past_due", "unpaid", "paused"})  # there is a subscription; see `suspended`
_RANK = ("active", "trialing", "past_due", "unpaid", "paused", "incomplete", "canceled", "incomplete_expired")


@dataclass(frozen=True, slots=True)
class Invoice:
    id: str
    number: str
    status: str
    currency: str
    total: int
    due: int
    issued_at: datetime
    page: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A customer's subscription, or that there is none. `plan` "": nothing is granted. `is_known` False: its prices are
    none of ours."""

    subscription_id: str = ""
    status: str = ""
    plan: str = ""
    seats: int = 0
    currency: str = ""
    period_ends_at: datetime | None = None
    ends_at: datetime | None = None
    grace_ends_at: datetime | None = None
    trial_ends_at: datetime | None = None  # only while it is tried
    discount: str = ""
    discount_ends_at: datetime | None = None
    is_known: bool = True
    invoices: tuple[Invoice, ...] = ()


def read_customer(customer_id: str) -> Seen:
    """Raises StripeUnavailable, StripeRefused."""
    asked = {"customer": customer_id, "status": "all", "expand": ["data.discounts"]}
    try:
        subscriptions = list(pages(lambda stripe, params: stripe.v1.subscriptions.list(params), asked))
        invoices = tuple(_invoices(customer_id))
    except StripeRefused as error:
        if error.stripe_code == "resource_missing":  # deleted: whatever it had has ended
            return Seen()
        raise
    return see(subscriptions, invoices)


def see(subscriptions: Iterable[Mapping[str, Any]], invoices: tuple[Invoice, ...]) -> Seen:
    """Of several the one that is paid for; of those the newest."""
    ordered = sorted(subscriptions, key=lambda each: (_rank(each), -each["created"], each["id"]))
    if not ordered:
        return Seen(invoices=invoices)
    chosen, items = ordered[0], ordered[0]["items"]["data"]
    if sum(each["status"] in GRANTING for each in ordered) > 1:
        log.error("stripe_subscribed_twice", customer=chosen["customer"], subscription=chosen["id"])
    plan, seats = _bought(items)
    is_granting = chosen["status"] in GRANTING
    discount, discount_ends_at = _discount(chosen) if is_granting else ("", None)
    return Seen(
        subscription_id=chosen["id"],
        status=chosen["status"],
        plan=plan if is_granting else "",
        seats=seats if is_granting else 0,
        currency=chosen["currency"].upper(),
        period_ends_at=_moment(max((each["current_period_end"] for each in items), default=None)),
        ends_at=_ends(chosen),
        grace_ends_at=_grace(chosen, invoices),
        trial_ends_at=_moment(chosen.get("trial_end")) if chosen["status"] == "trialing" else None,
        discount=discount,
        discount_ends_at=discount_ends_at,
        is_known=bool(plan) or not is_granting,
        invoices=invoices,
    )


def is_open(subscription: Mapping[str, Any]) -> bool:
    """One beside which a second one must not be begun."""
    return subscription["status"] not in {"canceled", "incomplete_expired"}


def _rank(subscription: Mapping[str, Any]) -> int:
    status = subscription["status"]
    return _RANK.index(status) if status in _RANK else len(_RANK)


def _bought(items: Iterable[Mapping[str, Any]]) -> tuple[str, int]:
    """(plan, seats beyond those included), by what we wrote on the prices; ("", 0) for prices of somebody else."""
    plan, seats = "", 0
    for each in items:
        facts = each["price"].get("metadata") or {}
        named = facts.get("rapport_plan", "")
        plan = plan or (named if named in BY_KEY else "")
        if facts.get("rapport_part") == "seat":
            seats += each.get("quantity") or 0
    return plan, seats if plan else 0


def _discount(subscription: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """(the first one's coupon, until when Stripe takes it off); ("", None) for none."""
    for each in subscription.get("discounts") or ():
        if isinstance(each, Mapping):
            return code_of(str(each["source"].get("coupon") or each["id"]))[:100], _moment(each.get("end"))
    return "", None


def _ends(subscription: Mapping[str, Any]) -> datetime | None:
    if subscription.get("cancel_at"):
        return _moment(subscription["cancel_at"])
    if subscription.get("cancel_at_period_end"):
        return _moment(max((each["current_period_end"] for each in subscription["items"]["data"]), default=None))
    return _moment(subscription.get("ended_at"))


def _grace(subscription: Mapping[str, Any], invoices: tuple[Invoice, ...]) -> datetime | None:
    """Until when what is owed can wait; None while nothing is. By the invoice's own date, so that an event that comes
    late changes nothing."""
    status = subscription["status"]
    owed = [each.issued_at for each in invoices if each.status in {"open", "uncollectible"} and each.due > 0]
    if status == "past_due":
        begun = min(each["current_period_start"] for each in subscription["items"]["data"])
        return min(owed, default=_at(begun)) + GRACE
    if status in {"unpaid", "paused"}:
        return min(owed) if owed else _moment(subscription["created"])  # Stripe has given up already
    return None


def _invoices(customer_id: str) -> Iterable[Invoice]:
    asked = {"customer": customer_id}
    for each in pages(lambda stripe, params: stripe.v1.invoices.list(params), asked, most=MOST_INVOICES):
        if each["status"] and each["status"] != "draft":
            yield Invoice(
                id=each["id"],
                number=each.get("number") or "",
                status=each["status"],
                currency=each["currency"].upper(),
                total=each["total"],
                due=each["amount_remaining"],
                issued_at=_at(each["created"]),
                page=each.get("hosted_invoice_url") or "",
            )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else _at(seconds)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""What plan a company is on, and since when: dated rows, of which none is ever changed.

At a moment the row holds that was made last of those that have begun by then: what is agreed later takes the place of
all that was planned before. Nothing begins in the past, so that a fact told late is charged by the rates of its moment.
A company without a row is on DEFAULT_PLAN: for self-hosters everything is on, counted and not charged.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.errors import CurrencyFixed, InvalidCurrency, InvalidPlan, NotInPlan
from billing.models import Meter, PlanTerm, StripeAccount, UsageRecord
from billing.plans import CURRENCIES, Coupon, Entitlement, Plan, find_coupon, find_plan
from billing.price import COSTS_IN
from billing.rating import RateCard
from rapport.config import get_config
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import require_tenant_id, tenant_scope
from tenants.models import Tenant
from tenants.selectors import get_tenant

MOST_SEATS = 100_000
MOST = 2**53
TRIAL = "trial"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Term:
    """`plan` with the company's own quantities and rates in it already."""

    plan: Plan
    starts_at: datetime = _NEVER
    seats: int = 0
    is_trial: bool = False
    coupon: Coupon | None = None
    coupon_ends_at: datetime | None = None  # as Stripe says; None: by the coupon's own periods
    version: str = ""
    id: UUID | None = None

    @property
    def card(self) -> RateCard:
        if self.is_trial:
            return RateCard(TRIAL, self.plan.currency)
        plan = self.plan
        return RateCard(self.version, plan.currency, plan.rates, plan.token_markup, plan.dollar)

    @property
    def is_charged(self) -> bool:
        return self.plan.is_priced and not self.is_trial


@dataclass(frozen=True, slots=True)
class Terms:
    """All of a company's; pure, so that many facts can be charged with one question to the database."""

    rows: Sequence[Term] = field(default_factory=tuple)  # in the order in which they were made

    def at(self, moment: datetime) -> Term:
        begun = [each for each in self.rows if each.starts_at <= moment]
        return begun[-1] if begun else default_term()

    def cards(self) -> Callable[[datetime], RateCard]:
        """The same, of its rates alone, each made once: for as long as many facts are charged."""
        own = [(each.starts_at, each.card) for each in reversed(self.rows)]
        default = default_term().card

        def card_at(moment: datetime) -> RateCard:
            return next((card for starts_at, card in own if starts_at <= moment), default)

        return card_at


def default_term() -> Term:
    plan = find_plan(get_config().default_plan)
    return Term(plan, version=_version(plan))


def load_terms() -> Terms:
    """In the open scope."""
    return Terms(tuple(_term(row) for row in PlanTerm.objects.order_by("id")))


def charged_in() -> str:
    """In the open scope: the currency of what the company is or was charged, or is going to be; "" while that is
    nothing yet."""
    terms = [each for each in load_terms().rows if each.is_charged]
    if terms:
        return terms[0].plan.currency
    if at_stripe := StripeAccount.objects.values_list("currency", flat=True).first():
        return at_stripe
    default = default_term()
    is_charged = default.is_charged and UsageRecord.objects.filter(rate_version=default.version).exists()
    return default.plan.currency if is_charged else ""


def is_charged(*, tenant_id: UUID) -> bool:
    """Whether its currency can be chosen no more."""
    with tenant_scope(tenant_id):
        return bool(charged_in())


def keep_currency(currency: str) -> None:
    """In the open scope, the company's row locked: it is the company's from now on. All that a company is ever charged
    is in one currency, so that no sum of its ledger mixes two, whenever its facts are told. Raises CurrencyFixed."""
    charged = charged_in()
    if charged not in {"", currency}:
        raise CurrencyFixed(
            f"Your company is charged in {charged}, and stays so. To pay in {currency}, open another company.",
            param="currency",
        )
    Tenant.objects.filter(id=require_tenant_id()).exclude(currency=currency).update(currency=currency)


def choose_currency(*, tenant_id: UUID, currency: str, actor: Actor) -> None:
    """In which the company is going to be charged. Raises InvalidCurrency, CurrencyFixed."""
    if currency not in CURRENCIES:
        raise InvalidCurrency(f"Choose one of {', '.join(CURRENCIES)}.", param="currency")
    with tenant_scope(tenant_id), transaction.atomic():
        before = Tenant.objects.select_for_update(no_key=True).get(id=tenant_id).currency
        if before == currency:
            return
        keep_currency(currency)
        record_audit(
            actor=actor,
            action="currency.chosen",
            subject=encode(Prefix.TENANT, tenant_id),
            before={"currency": before},
            after={"currency": currency},
        )
        term = load_terms().at(timezone.now())
        if term.is_charged:  # by the plan of whoever has chosen none
            set_plan(tenant_id=tenant_id, plan=term.plan.key, currency=currency, actor=actor)


def current_term(*, tenant_id: UUID) -> Term:
    with tenant_scope(tenant_id):
        return load_terms().at(timezone.now())


def seat_limit() -> int | None:
    """In the open scope: how many people the plan lets a company have, None for as many as it likes."""
    term = load_terms().at(timezone.now())
    return term.plan.included_seats + term.seats if term.plan.included_seats else None


def was_tried() -> bool:
    """In the open scope: a company tries a plan for nothing once, whichever it is."""
    return PlanTerm.objects.filter(is_trial=True).exists()


def is_entitled(*, tenant_id: UUID, to: Entitlement) -> bool:
    return to in current_term(tenant_id=tenant_id).plan.entitlements


def require_entitlement(*, tenant_id: UUID, to: Entitlement) -> None:
    """Raises NotInPlan."""
    term = current_term(tenant_id=tenant_id)
    if to not in term.plan.entitlements:
        what = to.replace("_", " ")
        raise NotInPlan(f"The plan {term.plan.name} does not include {what}. Choose another plan to use it.")


def set_plan(
    *,
    tenant_id: UUID,
    plan: str,
    actor: Actor,
    seats: int = 0,
    coupon: str = "",
    is_trial: bool = False,
    starts_at: datetime | None = None,
    included: Mapping[str, int] | None = None,
    rates: Mapping[str, int] | None = None,
    after_trial: str = "free",
    trial_ends_at: datetime | None = None,
    coupon_ends_at: datetime | None = None,
    currency: str = "",
) -> UUID:
    """From `starts_at` on (left out: now). `rates` are micro-units for a million of the meter's unit. A trial is
    followed by `after_trial` when its days are over; one that has `trial_ends_at`, because the plan is bought already,
    by the same that is charged. `currency`: left out, the company's. Raises PlanNotFound, InvalidPlan, InvalidCurrency,
    CurrencyFixed."""
    currency = currency or get_tenant(tenant_id).currency
    found, begins = find_plan(plan).priced_in(currency), _begins(starts_at)
    _check(found, seats, is_trial)
    own: dict[str, object] = {"included": _numbers(included, "included"), "rates": _numbers(rates, "rates")}
    if coupon and coupon_ends_at is not None:
        own[_COUPON_ENDS] = coupon_ends_at.isoformat()
    row = PlanTerm(
        plan=found.key,
        seats=seats,
        is_trial=is_trial or trial_ends_at is not None,
        coupon=find_coupon(coupon).code if coupon else "",
        currency=currency,
        overrides=own,
        starts_at=begins,
    )
    rows = [row]
    if trial_ends_at is not None:
        rows.append(
            PlanTerm(
                plan=found.key,
                seats=seats,
                coupon=row.coupon,
                currency=currency,
                overrides=own,
                starts_at=max(begins, trial_ends_at),
            )
        )
    elif is_trial:
        ends = begins + timedelta(days=found.trial_days)
        rows.append(PlanTerm(plan=find_plan(after_trial).key, currency=currency, starts_at=ends))
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        before = load_terms().at(begins)
        if found.is_priced:
            keep_currency(currency)
        PlanTerm.objects.bulk_create(rows)
        record_audit(
            actor=actor,
            action="plan.changed",
            subject=encode(Prefix.TENANT, tenant_id),
            before={"plan": before.plan.key, "seats": before.seats},
            after={"plan": row.plan, "seats": row.seats},
            details={
                "plan": row.plan,
                "seats": seats,
                "trial": row.is_trial,
                "coupon": row.coupon,
                "currency": currency,
                "from": str(begins),
            },
        )
    return row.id


def _begins(starts_at: datetime | None) -> datetime:
    now = timezone.now()
    if starts_at is None:
        return now
    if starts_at.tzinfo is None or starts_at < now:
        raise InvalidPlan("A plan begins now or later: what was charged before stays as it is.", param="starts_at")
    return starts_at


def _check(plan: Plan, seats: int, is_trial: bool) -> None:
    if not 0 <= seats <= MOST_SEATS:
        raise InvalidPlan(f"Seats are a whole number from 0 to {MOST_SEATS:,}.", param="seats")
    if seats and not plan.seat_micros:
        raise InvalidPlan(f"The plan {plan.name} has no seats to be paid for.", param="seats")
    if is_trial and not plan.trial_days:
        raise InvalidPlan(f"The plan {plan.name} cannot be tried.", param="plan")


def _numbers(given: Mapping[str, int] | None, name: str) -> dict[str, int]:
    for meter, number in (given or {}).items():
        if meter not in Meter.values or not 0 <= number <= MOST:
            raise InvalidPlan(f"{name} has whole numbers from 0 up, by meter.", param=name)
    return dict(given or {})


def _term(row: PlanTerm) -> Term:
    plan = find_plan(row.plan).priced_in(row.currency)
    own = {name: {Meter(meter): number for meter, number in row.overrides.get(name, {}).items()} for name in _OWN}
    version = _version(plan)
    if any(own.values()):
        version = f"{version}+{_digest(own.values())}"[:40]
        plan = replace(plan, included={**plan.included, **own["included"]}, rates={**plan.rates, **own["rates"]})
    coupon, ends = find_coupon(row.coupon) if row.coupon else None, row.overrides.get(_COUPON_ENDS)
    coupon_ends_at = datetime.fromisoformat(ends) if ends else None
    return Term(plan, row.starts_at, row.seats, row.is_trial, coupon, coupon_ends_at, version, row.id)


def _version(plan: Plan) -> str:
    """Names the currency where that is not the one in which costs are: rows of the ledger say nowhere else in what
    they were charged."""
    return f"{plan.key}-{plan.version}" + (f".{plan.currency.lower()}" if plan.currency != COSTS_IN else "")


_OWN = ("included", "rates")
_COUPON_ENDS = "coupon_ends_at"


def _digest(own: Iterable[Mapping[Meter, int]]) -> str:
    text = repr([sorted(each.items()) for each in own])
    return hashlib.sha256(text.encode()).hexdigest()[:8]

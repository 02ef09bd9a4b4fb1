"""A period's statement: what its rows come to by the plan, line by line. Pure arithmetic over sums, all in integers.

Every row has its list price. Off a period's sum of a meter go the included quantity and what gets cheaper with volume;
off the sum of all, what a coupon takes. What is shared out is rounded down, so no line takes off more than it has.
The plan is the one at the period's end; a change in mid-period is prorated by whoever collects the money.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import pairwise

from billing.models import Meter
from billing.plans import WHOLE, Coupon, Plan
from billing.price import COSTS_IN, MILLION
from billing.rating import TOKENS, half_up
from billing.terms import Term

BASE, SEATS, MODEL_TOKENS, COUPON = "base", "seats", "model_tokens", "coupon"


@dataclass(frozen=True, slots=True)
class MeterSum:
    """Of the rows of one meter in one currency."""

    meter: str
    currency: str
    quantity: int
    cost_micros: int
    price_micros: int
    records: int


@dataclass(frozen=True, slots=True)
class Line:
    """`due` = `list` less what is included and what volume takes off. `key`: a meter, or one of the names above."""

    key: str
    label: str
    quantity: int
    unit: str
    list_micros: int
    included_quantity: int = 0
    included_micros: int = 0
    volume_micros: int = 0

    @property
    def due_micros(self) -> int:
        return self.list_micros - self.included_micros - self.volume_micros


@dataclass(frozen=True, slots=True)
class Statement:
    """`list_micros` is the sum of the rows' prices: without the base fee, seats and coupons. `cost_micros`: of what
    they cost, in `currency` as well."""

    plan: str
    version: str
    starts_at: datetime
    ends_at: datetime
    currency: str
    lines: tuple[Line, ...]
    list_micros: int
    cost_micros: int
    records: int
    other_currencies: Mapping[str, int] = field(default_factory=dict)  # currency → what it cost there: not charged

    @property
    def due_micros(self) -> int:
        return sum(line.due_micros for line in self.lines)

    def to_json(self) -> dict[str, object]:
        lines = [{**asdict(line), "due_micros": line.due_micros} for line in self.lines]
        moments = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}
        return {**asdict(self), **moments, "lines": lines, "due_micros": self.due_micros}


def make_statement(sums: Sequence[MeterSum], term: Term, *, starts_at: datetime, ends_at: datetime) -> Statement:
    plan = term.plan
    lines = [*_fees(term), *_usage_lines(sums, plan)]
    if term.coupon and _holds(term, starts_at):
        lines += _coupon(term.coupon, sum(line.due_micros for line in lines), plan.currency)
    costs: dict[str, int] = {}
    for each in sums:
        costs[each.currency] = costs.get(each.currency, 0) + each.cost_micros
    cost = costs.pop(plan.currency, 0)
    cost += half_up(costs.pop(COSTS_IN, 0) * plan.dollar, MILLION)
    return Statement(
        plan=plan.key,
        version=term.version,
        starts_at=starts_at,
        ends_at=ends_at,
        currency=plan.currency,
        lines=tuple(lines),
        list_micros=sum(each.price_micros for each in sums),
        cost_micros=cost,
        records=sum(each.records for each in sums),
        other_currencies={currency: micros for currency, micros in costs.items() if micros},
    )


def _fees(term: Term) -> Iterator[Line]:
    """A trial has none."""
    if term.is_trial:
        return
    if term.plan.month_micros:
        yield Line(BASE, f"Plan {term.plan.name}", 1, "month", term.plan.month_micros)
    if term.seats:
        yield Line(SEATS, "Seats beyond those included", term.seats, "seat", term.seats * term.plan.seat_micros)


def _usage_lines(sums: Iterable[MeterSum], plan: Plan) -> Iterator[Line]:
    by_meter: dict[str, tuple[int, int]] = {}
    for each in sums:
        quantity, micros = by_meter.get(each.meter, (0, 0))
        by_meter[each.meter] = (quantity + each.quantity, micros + each.price_micros)
    tokens = [value for meter, value in by_meter.items() if meter in TOKENS]
    if tokens:
        yield _token_line(sum(each for each, _ in tokens), sum(each for _, each in tokens), plan)
    for meter in Meter:
        if meter.value in by_meter and meter.value not in TOKENS:
            yield _meter_line(meter, *by_meter[meter.value], plan)


def _token_line(quantity: int, micros: int, plan: Plan) -> Line:
    included = max(0, min(micros, plan.included_token_micros))
    return Line(MODEL_TOKENS, "Model tokens", quantity, "token", micros, included_micros=included)


def _meter_line(meter: Meter, quantity: int, micros: int, plan: Plan) -> Line:
    """A sum that corrections have made negative is given back whole."""
    included = plan.included.get(meter, 0)
    taken, volume = 0, 0
    if quantity > 0 and micros > 0:
        taken = micros * min(quantity, included) // quantity
        volume = sum(
            micros * beyond * off // (quantity * WHOLE) for beyond, off in _beyond(quantity, included, plan, meter)
        )
    return Line(meter.value, meter.label, quantity, meter.unit, micros, included, taken, volume)


def _beyond(quantity: int, included: int, plan: Plan, meter: Meter) -> Iterator[tuple[int, int]]:
    """(how much of it lies within a tier, basis points off), of what is not included already."""
    tiers = plan.tiers.get(meter, ())
    bounds = [*(max(tier.above, included) for tier in tiers), quantity]
    for tier, (low, high) in zip(tiers, pairwise(bounds), strict=True):
        if min(high, quantity) > low:
            yield min(high, quantity) - low, tier.off


def _holds(term: Term, starts_at: datetime) -> bool:
    """Counted in calendar months from the one in which the term began, unless Stripe has said until when."""
    if term.coupon_ends_at is not None:
        return starts_at < term.coupon_ends_at
    if term.coupon is None or term.coupon.periods is None:
        return True
    begun = term.starts_at.astimezone(starts_at.tzinfo)
    return (starts_at.year - begun.year) * 12 + starts_at.month - begun.month < term.coupon.periods


def _coupon(coupon: Coupon, due: int, currency: str) -> Iterator[Line]:
    off = min(max(0, due), max(0, due) * coupon.percent // WHOLE + coupon.micros_in(currency))
    if off:
        yield Line(COUPON, f"Coupon {coupon.code}", 1, "coupon", -off)

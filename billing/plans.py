"""The plans: what is included, what the rest is charged at, and what may be used. Typed code, no table: a plan that is
changed gets a new version, and ledger rows keep the version by which they were charged.

Amounts are micro-units of `currency`. A rate is for a million of a meter's unit, so that a byte kept for a day can cost
less than a micro-unit; what is charged by the piece has a whole number of micro-units for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from billing.errors import PlanNotFound
from billing.models import Meter
from billing.price import MILLION

WHOLE = 10_000  # a hundred percent, in basis points


class Entitlement(StrEnum):
    """What not every plan lets a company use at all. All else is everybody's: who asks for a person reaches one, and
    who brings a model of their own may use it."""

    PHONE = "phone"
    TRACE_EXPORT = "trace_export"


EVERYTHING = frozenset(Entitlement)


@dataclass(frozen=True, slots=True)
class Tier:
    """Beyond `above` of a meter in a period, so many basis points are taken off the list price."""

    above: int
    off: int


@dataclass(frozen=True, slots=True)
class Coupon:
    """Off a period's sum, for so many periods from the one in which its term began; None: for ever. `is_open`: whoever
    knows its code may redeem it on Stripe's page; any other is given by the operator."""

    code: str
    percent: int = 0  # basis points
    micros: int = 0
    periods: int | None = None
    currency: str = "USD"  # of `micros`
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`token_markup`: basis points of what tokens cost (12,000: cost and a fifth); 0: tokens are not charged.
    `included_token_micros`: of what tokens are charged at in a period. A meter without a rate costs nothing; one
    without an included quantity has no quota. `included_seats`: 0 for as many people as a company likes."""

    key: str
    name: str
    version: str
    description: str
    month_micros: int = 0
    seat_micros: int = 0
    included_seats: int = 1
    included: Mapping[Meter, int] = field(default_factory=dict)
    rates: Mapping[Meter, int] = field(default_factory=dict)
    tiers: Mapping[Meter, tuple[Tier, ...]] = field(default_factory=dict)
    token_markup: int = 0
    included_token_micros: int = 0
    entitlements: frozenset[Entitlement] = EVERYTHING
    trial_days: int = 0
    currency: str = "USD"
    is_offered: bool = True


def _each(micros: int) -> int:
    return micros * MILLION


GIB = 2**30
SELF_HOSTED = Plan(
    "self-hosted",
    "Self-hosted",
    "1",
    "Everything is on, everything is counted, nothing is charged.",
    included_seats=0,
    is_offered=False,
)
_RATES = {
    Meter.MESSAGES: _each(4_000),
    Meter.RESOLUTIONS: 0,
    Meter.TOOL_CALLS: _each(500),
    Meter.CALL_MINUTES: _each(54_000),
    Meter.STORED_CHUNKS: 2 * MILLION,
    Meter.STORED_BYTES: 15,
}
PLANS: tuple[Plan, ...] = (
    SELF_HOSTED,
    Plan(
        "free",
        "Free",
        "2026-11",
        "To try it: one seat, 200 messages a month.",
        included={Meter.MESSAGES: 200, Meter.TOOL_CALLS: 200, Meter.STORED_CHUNKS: 500 * 31},
        entitlements=frozenset(),
    ),
    Plan(
        "payg",
        "Pay as you go",
        "2026-11",
        "No base fee: every message, minute and token by its price.",
        included_seats=3,
        rates=_RATES,
        token_markup=12_000,
    ),
    Plan(
        "team",
        "Team",
        "2026-11",
        "Five seats and 5,000 messages a month; what is beyond gets cheaper with volume.",
        month_micros=99_000_000,
        seat_micros=15_000_000,
        included_seats=5,
        included={
            Meter.MESSAGES: 5_000,
            Meter.TOOL_CALLS: 5_000,
            Meter.CALL_MINUTES: 1_000,
            Meter.STORED_CHUNKS: 20_000 * 31,
            Meter.STORED_BYTES: 5 * GIB * 31,
        },
        rates=_RATES,
        tiers={Meter.MESSAGES: (Tier(20_000, 1_500), Tier(100_000, 3_000))},
        token_markup=11_000,
        included_token_micros=20_000_000,
        trial_days=14,
    ),
    Plan(
        "enterprise",
        "Enterprise",
        "2026-11",
        "By agreement: quantities and rates are the company's own.",
        month_micros=990_000_000,
        seat_micros=10_000_000,
        included_seats=25,
        included={
            Meter.MESSAGES: 100_000,
            Meter.TOOL_CALLS: 100_000,
            Meter.CALL_MINUTES: 20_000,
            Meter.STORED_CHUNKS: 500_000 * 31,
            Meter.STORED_BYTES: 100 * GIB * 31,
        },
        rates=_RATES,
        tiers={Meter.MESSAGES: (Tier(250_000, 2_500),)},
        token_markup=WHOLE,
        included_token_micros=250_000_000,
        trial_days=30,
        is_offered=False,
    ),
)
BY_KEY: Mapping[str, Plan] = {each.key: each for each in PLANS}
_COUPONS = (
    Coupon("LAUNCH", percent=2_000, periods=3, is_open=True),
    Coupon("NONPROFIT", percent=5_000),
    Coupon("HELLO50", micros=50_000_000, periods=1, is_open=True),
)
COUPONS: Mapping[str, Coupon] = {each.code: each for each in _COUPONS}


def find_plan(key: str) -> Plan:
    """Raises PlanNotFound."""
    if key not in BY_KEY:
        raise PlanNotFound(f"There is no plan {key!r}. There are {', '.join(BY_KEY)}.", param="plan")
    return BY_KEY[key]


def find_coupon(code: str) -> Coupon:
    """Raises PlanNotFound."""
    if code not in COUPONS:
        raise PlanNotFound(f"There is no coupon {code!r}.", param="coupon")
    return COUPONS[code]

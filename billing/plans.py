"""The plans: what is included, what the rest is charged at, and what may be used. Typed code, no table: a plan that is
changed gets a new version, and ledger rows keep the version by which they were charged.

Amounts are micro-units of `currency`. A rate is for a million of a meter's unit, so that a byte kept for a day can cost
less than a micro-unit; what is charged by the piece has a whole number of micro-units for one.

A plan is written in dollars, with a price list for each other currency: amounts that somebody chose, none reckoned by
the rate of a day. What models cost is in dollars wherever a company is: DOLLARS says what one of them is charged as.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from billing.errors import InvalidCurrency, PlanNotFound
from billing.models import Meter
from billing.price import COSTS_IN, MILLION

WHOLE = 10_000  # a hundred percent, in basis points
DOLLARS: Mapping[str, int] = {"USD": MILLION, "EUR": 925_000, "GBP": 795_000, "JPY": 150_000_000}
"""Currency → micro-units of it that a dollar of cost is charged as. Other numbers are another version of every plan."""
CURRENCIES = tuple(DOLLARS)  # that a company may pay in


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
    micros: int = 0  # of a dollar
    periods: int | None = None
    elsewhere: Mapping[str, int] = field(default_factory=dict)  # currency → `micros` there
    is_open: bool = False

    def micros_in(self, currency: str) -> int:
        return self.micros if currency == COSTS_IN else self.elsewhere.get(currency, 0)


@dataclass(frozen=True, slots=True)
class PriceList:
    """What a plan costs in another currency than dollars."""

    month_micros: int
    seat_micros: int
    rates: Mapping[Meter, int]
    included_token_micros: int


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
    currency: str = COSTS_IN
    lists: Mapping[str, PriceList] = field(default_factory=dict)  # by currency
    is_offered: bool = True

    @property
    def is_priced(self) -> bool:
        return bool(self.month_micros or self.seat_micros or self.rates or self.token_markup)

    @property
    def dollar(self) -> int:
        """Micro-units of its currency that a dollar of cost is charged as."""
        return DOLLARS[self.currency]

    @property
    def currencies(self) -> tuple[str, ...]:
        """In which it is sold."""
        return (COSTS_IN, *self.lists)

    def priced_in(self, currency: str) -> "Plan":
        """The plan as it stands in the code, in another currency. Raises InvalidCurrency."""
        if currency not in DOLLARS or (self.is_priced and currency not in self.currencies):
            raise InvalidCurrency(
                f"The plan {self.name} is sold in {', '.join(self.currencies)}, not in {currency!r}.", param="currency"
            )
        if currency == self.currency:
            return self
        there = self.lists.get(currency)
        if there is None:  # it costs nothing
            return replace(self, currency=currency)
        return replace(
            self,
            currency=currency,
            month_micros=there.month_micros,
            seat_micros=there.seat_micros,
            rates=there.rates,
            included_token_micros=there.included_token_micros,
        )


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


def _rates(message: int, tool_call: int, call_minute: int, million_chunks: int, million_bytes: int) -> dict[Meter, int]:
    return {
        Meter.MESSAGES: _each(message),
        Meter.RESOLUTIONS: 0,
        Meter.TOOL_CALLS: _each(tool_call),
        Meter.CALL_MINUTES: _each(call_minute),
        Meter.STORED_CHUNKS: million_chunks,
        Meter.STORED_BYTES: million_bytes,
    }


_RATES = _rates(4_000, 500, 54_000, 2_000_000, 15)
_RATES_EUR = _rates(3_700, 460, 50_000, 1_850_000, 14)
_RATES_GBP = _rates(3_200, 400, 43_000, 1_600_000, 12)
_RATES_JPY = _rates(600_000, 75_000, 8_100_000, 300_000_000, 2_250)


def _lists(
    month: tuple[int, int, int], seat: tuple[int, int, int], token_micros: tuple[int, int, int]
) -> dict[str, PriceList]:
    """In euros, pounds and yen."""
    each = zip(month, seat, (_RATES_EUR, _RATES_GBP, _RATES_JPY), token_micros, strict=True)
    return {currency: PriceList(*amounts) for currency, amounts in zip(CURRENCIES[1:], each, strict=True)}


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
        lists=_lists((0, 0, 0), (0, 0, 0), (0, 0, 0)),
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
        lists=_lists(
            (89_000_000, 79_000_000, 14_800_000_000),
            (14_000_000, 12_000_000, 2_200_000_000),
            (18_500_000, 16_000_000, 3_000_000_000),
        ),
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
        lists=_lists(
            (890_000_000, 790_000_000, 148_000_000_000),
            (9_000_000, 8_000_000, 1_500_000_000),
            (230_000_000, 200_000_000, 37_500_000_000),
        ),
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
    Coupon(
        "HELLO50",
        micros=50_000_000,
        periods=1,
        elsewhere={"EUR": 45_000_000, "GBP": 40_000_000, "JPY": 7_500_000_000},
        is_open=True,
    ),
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

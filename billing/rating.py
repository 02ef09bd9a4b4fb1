"""What a fact is charged at: a pure function of the fact and of the rates of its moment.

Nothing in it looks at other facts. What a plan includes, and what gets cheaper with volume, is taken off a whole period
(`billing.statements`): so facts may come late, twice and in any order, and the sums are the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from billing.models import Meter
from billing.price import COSTS_IN, MILLION

OTHER_CURRENCY = "other-currency"  # tokens that cost neither dollars nor the plan's: nobody says at what exchange
OWN_ACCOUNT = "own-account"  # tokens and speech by a key of the company's: it pays its provider itself
_WHOLE = 10_000
_CURRENCY = re.compile(r"\.([a-z]{3})(?:\+|$)")
SPEECH: frozenset[str] = frozenset({Meter.HEARD_SECONDS, Meter.SPOKEN_CHARACTERS})
TOKENS: frozenset[str] = frozenset(str(each) for each in Meter if each.endswith("_tokens"))


@dataclass(frozen=True, slots=True)
class RateCard:
    """`rates`: micro-units for a million of a meter's unit. `token_markup`: basis points of what tokens cost.
    `dollar`: micro-units of `currency` that a dollar of them is charged as."""

    version: str
    currency: str
    rates: Mapping[Meter, int] = field(default_factory=dict)
    token_markup: int = 0
    dollar: int = MILLION

    def charge(self, meter: str, quantity: int, cost_micros: int, currency: str) -> tuple[int, str]:
        """(micro-units, the rates' version), rounded half up. Raises ValueError for a negative quantity."""
        if quantity < 0 or cost_micros < 0:
            raise ValueError("A fact is never negative: what was wrong is corrected by a row that says so.")
        if meter in TOKENS:
            if currency == self.currency:
                return half_up(cost_micros * self.token_markup, _WHOLE), self.version
            if currency != COSTS_IN and self.token_markup and cost_micros:
                return 0, OTHER_CURRENCY
            return half_up(cost_micros * self.token_markup * self.dollar, _WHOLE * MILLION), self.version
        return half_up(quantity * self.rates.get(meter, 0), MILLION), self.version  # type: ignore[call-overload]


def currency_of(rate_version: str) -> str:
    """In which a row of the ledger was charged, by the version of its rates: see `billing.terms`."""
    found = _CURRENCY.search(rate_version)
    return found[1].upper() if found else COSTS_IN


def half_up(number: int, divisor: int) -> int:
    return (2 * number + divisor) // (2 * divisor)

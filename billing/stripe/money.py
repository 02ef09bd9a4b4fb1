"""Micro-units of a currency's unit, and Stripe's smallest ones: cents, yen, thousandths of a dinar.

https://docs.stripe.com/currencies: of some currencies the unit is the smallest, and of those with three
digits the last one is 0.
"""

from decimal import Decimal

from billing.errors import InvalidPlan
from billing.price import MILLION

_WHOLE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
_THOUSANDTHS = frozenset("BHD JOD KWD OMR TND".split())
DIGITS = 12  # of a price's fraction, at most


def exponent(currency: str) -> int:
    """How many digits lie between the unit and Stripe's smallest one."""
    code = currency.upper()
    return 0 if code in _WHOLE else 3 if code in _THOUSANDTHS else 2


def to_minor(micros: int, currency: str) -> int:
    """Raises InvalidPlan for what cannot be paid: half a cent, half a yen."""
    digits = exponent(currency)
    least = MILLION // int(10 ** min(digits, 2))
    if micros % least:
        raise InvalidPlan(f"{micros:,} micro-units are no whole amount of {currency}.", param="currency")
    return micros // least * (10 if digits == 3 else 1)


def to_micros(minor: int, currency: str) -> int:
    return minor * (MILLION // int(10 ** exponent(currency)))


def unit_price(micros_per_million: int, currency: str) -> str:
    """Of one unit, in Stripe's smallest one, as it takes it. Raises InvalidPlan when it has more digits than fit."""
    price = Decimal(micros_per_million) * 10 ** exponent(currency) / MILLION / MILLION
    text = f"{price:.{DIGITS}f}"
    if Decimal(text) != price:
        raise InvalidPlan(f"{micros_per_million:,} micro-units a million are too fine a price in {currency}.")
    return text.rstrip("0").rstrip(".") if "." in text else text

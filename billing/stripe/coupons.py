"""The plans' coupons at Stripe: each made once, under an id that names its code; for those that anybody may redeem, a
promotion code of the same name too. What one takes off never changes at Stripe: another discount is another code.
"""

from collections.abc import Callable, Mapping
from typing import Any

from billing.errors import InvalidPlan
from billing.plans import COUPONS, Coupon
from billing.price import COSTS_IN
from billing.stripe.door import call, pages
from billing.stripe.money import to_minor

_PREFIX = "rapport-"
_WHOLE = {"expand": ["data.currency_options"]}


def coupon_id(code: str) -> str:
    return f"{_PREFIX}{code}"


def code_of(found: str) -> str:
    """Ours of Stripe's id; the id itself for a coupon that somebody made there."""
    code = found.removeprefix(_PREFIX)
    return code if code in COUPONS and found == coupon_id(code) else found


def sync_coupons(note: Callable[[str], None]) -> int:
    """Makes what is missing, of which `note` is told. Returns how many were there. Raises InvalidPlan for one that
    Stripe has otherwise."""
    known = {each["id"]: each for each in pages(lambda stripe, params: stripe.v1.coupons.list(params), _WHOLE)}
    kept = 0
    for coupon in COUPONS.values():
        wanted = _params(coupon)
        if wanted["id"] in known:
            _check(coupon, wanted, known[wanted["id"]])
            kept += 1
        else:
            call(lambda stripe, wanted=wanted: stripe.v1.coupons.create(wanted))  # type: ignore[misc]
            note(f"coupon {coupon.code}")
        if coupon.is_open:
            kept += _sync_code(coupon, note)
    return kept


def _sync_code(coupon: Coupon, note: Callable[[str], None]) -> int:
    asked = {"code": coupon.code, "active": True}
    for each in pages(lambda stripe, params: stripe.v1.promotion_codes.list(params), asked):
        if each["promotion"].get("coupon") != coupon_id(coupon.code):
            raise InvalidPlan(f"Stripe has a promotion code {coupon.code} for something else. Switch it off there.")
        return 1
    params = {"code": coupon.code, "promotion": {"type": "coupon", "coupon": coupon_id(coupon.code)}}
    call(lambda stripe: stripe.v1.promotion_codes.create(params))
    note(f"promotion code {coupon.code}")
    return 0


def _params(coupon: Coupon) -> dict[str, Any]:
    duration = "forever" if coupon.periods is None else "once" if coupon.periods == 1 else "repeating"
    off: dict[str, Any] = {"percent_off": coupon.percent / 100}
    if coupon.micros:
        off = {"amount_off": to_minor(coupon.micros, COSTS_IN), "currency": COSTS_IN.lower()}
        off["currency_options"] = {
            each.lower(): {"amount_off": to_minor(micros, each)} for each, micros in coupon.elsewhere.items()
        }
    months = {"duration_in_months": coupon.periods} if duration == "repeating" else {}
    facts = {"rapport_coupon": coupon.code}
    named = {"id": coupon_id(coupon.code), "name": coupon.code, "metadata": facts}
    return {**named, "duration": duration, **months, **off}


def _check(coupon: Coupon, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    for name in ("percent_off", "amount_off", "currency", "duration", "duration_in_months"):
        if (known.get(name) or None) != wanted.get(name):
            raise InvalidPlan(f"Stripe has another coupon {coupon.code}. Give it a new code: coupons never change.")
    there = known.get("currency_options") or {}
    if any(dict(there.get(each) or {}) != off for each, off in wanted.get("currency_options", {}).items()):
        raise InvalidPlan(f"Stripe's coupon {coupon.code} takes off other amounts elsewhere. Give it a new code.")

"""What is sold at Stripe, made from the plans in code: a product for each plan, a price for each part of it, a
meter for each thing that is counted. Made once and found again: by the product's id, the price's lookup key, the
meter's event.

A price of Stripe's never changes. One that differs from the code is a plan that was changed without a new version.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from billing.errors import InvalidPlan, StripeUnavailable
from billing.models import Meter
from billing.plans import PLANS, WHOLE, Plan, Tier, find_plan
from billing.price import MILLION
from billing.rating import TOKENS
from billing.statements import MODEL_TOKENS
from billing.stripe.coupons import sync_coupons
from billing.stripe.door import API_VERSION, call, pages
from billing.stripe.events import HANDLED
from billing.stripe.money import to_minor, unit_price
from rapport.config import get_config

BASE, SEAT = "base", "seat"
VALUE, CUSTOMER = "value", "stripe_customer_id"  # names in a meter event's payload


@dataclass(slots=True)
class Synced:
    made: list[str] = field(default_factory=list)
    kept: int = 0
    secret: str = ""  # of a webhook endpoint that was made: Stripe says it once


def sync_catalogue(*, has_endpoint: bool = False) -> Synced:
    """Idempotent. Raises InvalidPlan for a price that Stripe has otherwise, StripeUnavailable."""
    synced = Synced()
    meters = _sync_meters(synced, [part for plan in paid_plans() for part in parts_of(plan)])
    for plan in paid_plans():
        _sync_product(plan, synced)
        for each in map(plan.priced_in, plan.currencies):
            _sync_prices(each, meters, synced, {part: _lookup_key(each, part) for part in parts_of(each)})
    synced.kept += sync_coupons(synced.made.append)
    if has_endpoint:
        _sync_endpoint(synced)
    return synced


def paid_plans() -> list[Plan]:
    return [each for each in PLANS if each.is_priced]


def find_prices(plan: Plan) -> dict[str, str]:
    """Part → id of its price. Raises StripeUnavailable while the catalogue is not complete."""
    wanted = {_lookup_key(plan, part): part for part in parts_of(plan)}
    found = {wanted[each["lookup_key"]]: str(each["id"]) for each in _prices(list(wanted))}
    missing = [part for part in wanted.values() if part not in found]
    if missing:
        raise StripeUnavailable("Its prices are not at Stripe yet: the operator runs manage.py billing sync-catalogue.")
    return {part: found[part] for part in wanted.values()}


def ensure_prices(plan: Plan) -> dict[str, str]:
    """`find_prices` of a plan with a company's own quantities and rates in it: what differs from the plan's list is
    made now, and found again, also for another company with the same. Raises InvalidPlan, StripeUnavailable."""
    listed = find_plan(plan.key).priced_in(plan.currency)
    own = [
        part for part in parts_of(plan) if part not in parts_of(listed) or _priced(plan, part) != _priced(listed, part)
    ]
    known, found = find_prices(listed), {}
    if own:
        meters, synced = _sync_meters(Synced(), own), Synced()
        _sync_prices(plan, meters, synced, {part: _own_key(plan, part) for part in own})
        keys = {_own_key(plan, part): part for part in own}
        found = {keys[each["lookup_key"]]: str(each["id"]) for each in _prices(list(keys))}
    return {part: found.get(part) or known[part] for part in parts_of(plan)}


def parts_of(plan: Plan) -> list[str]:
    fixed = [part for part, micros in ((BASE, plan.month_micros), (SEAT, plan.seat_micros)) if micros]
    counted = [meter.value for meter in Meter if plan.rates.get(meter) and meter not in TOKENS]
    return [*fixed, *counted, *([MODEL_TOKENS] if plan.token_markup else [])]


def event_name(meter: str) -> str:
    return f"rapport_{meter}"


def find_meters() -> dict[str, str]:
    """Meter → id of the one at Stripe that counts it."""
    found = pages(lambda stripe, params: stripe.v1.billing.meters.list(params), {"status": "active"})
    return {each["event_name"].removeprefix("rapport_"): str(each["id"]) for each in found}


def price_params(plan: Plan, part: str, meters: Mapping[str, str]) -> dict[str, Any]:
    """As Stripe is asked to make it, without its product and names."""
    currency = plan.currency
    if part in {BASE, SEAT}:
        amount = to_minor(plan.month_micros if part == BASE else plan.seat_micros, currency)
        return {"currency": currency.lower(), "unit_amount": amount, "recurring": {"interval": "month"}}
    recurring = {"interval": "month", "usage_type": "metered", "meter": meters[part]}
    tiers = list(_tiers(plan, part))
    if len(tiers) == 1:
        return {
            "currency": currency.lower(),
            "recurring": recurring,
            "unit_amount_decimal": tiers[0]["unit_amount_decimal"],
        }
    return {
        "currency": currency.lower(),
        "recurring": recurring,
        "billing_scheme": "tiered",
        "tiers_mode": "graduated",
        "tiers": tiers,
    }


def _tiers(plan: Plan, part: str) -> Iterator[dict[str, Any]]:
    """What is included costs nothing, then the list price, then what volume leaves of it."""
    volume: tuple[Tier, ...] = ()
    if part == MODEL_TOKENS:  # counted in micro-units of their list price
        included, rate = plan.included_token_micros, MILLION
    else:
        meter = Meter(part)
        included, rate, volume = plan.included.get(meter, 0), plan.rates[meter], plan.tiers.get(meter, ())
    if included:
        yield {"up_to": included, "unit_amount_decimal": "0"}
    off = 0
    for tier in volume:
        if tier.above > included:
            yield {"up_to": tier.above, "unit_amount_decimal": unit_price(_less(rate, off), plan.currency)}
        off = tier.off
    yield {"up_to": "inf", "unit_amount_decimal": unit_price(_less(rate, off), plan.currency)}


def _less(rate: int, off: int) -> int:
    return rate * (WHOLE - off) // WHOLE


def _lookup_key(plan: Plan, part: str) -> str:
    return f"rapport:{plan.key}:{plan.version}:{part}:{plan.currency.lower()}"


def _own_key(plan: Plan, part: str) -> str:
    digest = hashlib.sha256(repr(_priced(plan, part)).encode()).hexdigest()[:12]
    return f"rapport:{plan.key}:{plan.version}+{digest}:{part}:{plan.currency.lower()}"


def _priced(plan: Plan, part: str) -> object:
    """What a price at Stripe is, whatever meter it has there."""
    return price_params(plan, part, {part: ""})


def _prices(keys: list[str]) -> Iterator[Any]:
    for start in range(0, len(keys), 10):  # Stripe takes ten at once
        asked = {"lookup_keys": keys[start : start + 10], "active": True, "expand": ["data.tiers"]}
        yield from pages(lambda stripe, params: stripe.v1.prices.list(params), asked)


def _sync_meters(synced: Synced, parts: Iterable[str]) -> dict[str, str]:
    known = {each["event_name"]: each for each in pages(lambda s, params: s.v1.billing.meters.list(params), {})}
    wanted = set(parts) - {BASE, SEAT}
    return {part: _meter(part, known.get(event_name(part)), synced) for part in sorted(wanted)}


def _meter(part: str, known: Any, synced: Synced) -> str:
    if known is None:
        label = "Model tokens, in micro-units" if part == MODEL_TOKENS else Meter(part).label
        params = {
            "display_name": label,
            "event_name": event_name(part),
            "default_aggregation": {"formula": "sum"},
            "customer_mapping": {"type": "by_id", "event_payload_key": CUSTOMER},
            "value_settings": {"event_payload_key": VALUE},
        }
        known = call(lambda stripe: stripe.v1.billing.meters.create(params))
        synced.made.append(f"meter {event_name(part)}")
    elif known["status"] != "active":
        call(lambda stripe: stripe.v1.billing.meters.reactivate(known["id"]))
        synced.made.append(f"meter {event_name(part)} (switched on again)")
    else:
        synced.kept += 1
    return str(known["id"])


def _product_id(plan: Plan) -> str:
    return f"rapport-{plan.key}"


def _sync_product(plan: Plan, synced: Synced) -> None:
    wanted = {"name": f"Rapport {plan.name}", "description": plan.description}
    found = list(pages(lambda stripe, params: stripe.v1.products.list(params), {"ids": [_product_id(plan)]}))
    if not found:
        call(lambda stripe: stripe.v1.products.create({"id": _product_id(plan), **wanted}))
        synced.made.append(f"product {_product_id(plan)}")
    elif any(found[0].get(name) != value for name, value in wanted.items()):
        call(lambda stripe: stripe.v1.products.update(_product_id(plan), wanted))
        synced.made.append(f"product {_product_id(plan)} (renamed)")
    else:
        synced.kept += 1


def _sync_prices(plan: Plan, meters: Mapping[str, str], synced: Synced, wanted_keys: Mapping[str, str]) -> None:
    keys = {key: part for part, key in wanted_keys.items()}
    known = {each["lookup_key"]: each for each in _prices(list(keys))}
    for key, part in keys.items():
        wanted = price_params(plan, part, meters)
        if key in known:
            _check_price(key, wanted, known[key])
            synced.kept += 1
            continue
        facts = {"rapport_plan": plan.key, "rapport_version": plan.version, "rapport_part": part}
        whole = {**wanted, "product": _product_id(plan), "lookup_key": key, "nickname": part, "metadata": facts}
        call(lambda stripe, whole=whole: stripe.v1.prices.create(whole))  # type: ignore[misc]
        synced.made.append(f"price {key}")


def _check_price(key: str, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    same = known["currency"] == wanted["currency"]
    if "unit_amount" in wanted:
        same = same and known["unit_amount"] == wanted["unit_amount"]
    elif "unit_amount_decimal" in wanted:
        same = same and float(known["unit_amount_decimal"]) == float(wanted["unit_amount_decimal"])
    else:
        same = same and [_tier(each) for each in known["tiers"]] == [_tier(each) for each in wanted["tiers"]]
    if not same:
        raise InvalidPlan(f"Stripe has another price under {key}. Give the plan a new version: prices never change.")


def _tier(tier: Mapping[str, Any]) -> tuple[int | None, float]:
    up_to = tier["up_to"]
    return None if up_to in {"inf", None} else int(up_to), float(
        tier["unit_amount_decimal"] or tier["unit_amount"] or 0
    )


def _sync_endpoint(synced: Synced) -> None:
    """Its version is the client's. One of another version is only named: Stripe cannot change it."""
    url = f"{get_config().public_url}/stripe/webhook"
    for each in pages(lambda stripe, params: stripe.v1.webhook_endpoints.list(params), {}):
        if each["url"] == url and each["api_version"] == API_VERSION and set(HANDLED) <= set(each["enabled_events"]):
            synced.kept += 1
            return
    params = {"url": url, "api_version": API_VERSION, "enabled_events": list(HANDLED)}
    made = call(lambda stripe: stripe.v1.webhook_endpoints.create(params))
    synced.made.append(f"webhook endpoint {url}")
    synced.secret = made["secret"]

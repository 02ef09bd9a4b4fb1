"""The catalogue at Stripe is made of the plans in code: once, and found again; a price never changes."""

from dataclasses import replace

import pytest
from django.utils import timezone

from billing.errors import InvalidPlan, StripeUnavailable
from billing.models import Meter
from billing.plans import BY_KEY, COUPONS, CURRENCIES, PLANS, Plan
from billing.statements import MODEL_TOKENS, MeterSum, make_statement
from billing.stripe import catalogue, coupons
from billing.stripe.catalogue import find_prices, parts_of, price_params, sync_catalogue
from billing.stripe.money import to_micros, to_minor, unit_price
from billing.terms import Term
from tests.billing.stripe.machine import StripeMachine


def test_it_is_made_once(machine: StripeMachine) -> None:
    first = sync_catalogue(has_endpoint=True)
    assert first.secret.startswith("whsec_")
    assert len(machine.all("product")) == 3
    assert [(each["id"], each["percent_off"], each["amount_off"]) for each in machine.all("coupon").values()] == [
        ("rapport-LAUNCH", 20, None), ("rapport-NONPROFIT", 50, None), ("rapport-HELLO50", None, 5_000),
    ]  # fmt: skip
    assert [each["code"] for each in machine.all("promotion_code").values()] == ["LAUNCH", "HELLO50"]  # of those open
    again = sync_catalogue(has_endpoint=True)
    assert (again.made, again.secret, again.kept) == ([], "", len(first.made))
    endpoint = next(iter(machine.all("webhook_endpoint").values()))
    assert endpoint["api_version"] == "2026-08-26.dahlia"
    assert set(find_prices(BY_KEY["team"])) == set(parts_of(BY_KEY["team"]))


def test_a_plan_that_was_changed_without_a_new_version_is_refused(
    machine: StripeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_catalogue()
    dearer = replace(BY_KEY["team"], month_micros=120_000_000)
    monkeypatch.setattr(catalogue, "PLANS", (dearer,))
    with pytest.raises(InvalidPlan, match="new version"):
        sync_catalogue()
    monkeypatch.setattr(catalogue, "PLANS", (replace(dearer, version="2027-01"),))
    assert len(sync_catalogue().made) == len(parts_of(dearer)) * len(CURRENCIES)
    monkeypatch.setattr(coupons, "COUPONS", {"LAUNCH": replace(COUPONS["LAUNCH"], percent=9_000)})
    with pytest.raises(InvalidPlan, match="coupon LAUNCH"):
        sync_catalogue()
    other = {"EUR": 1_000_000}
    monkeypatch.setattr(coupons, "COUPONS", {"HELLO50": replace(COUPONS["HELLO50"], elsewhere=other)})
    with pytest.raises(InvalidPlan, match="other amounts"):
        sync_catalogue()


def test_nothing_is_sold_before_the_catalogue_is_there(machine: StripeMachine) -> None:
    with pytest.raises(StripeUnavailable, match="sync-catalogue"):
        find_prices(BY_KEY["payg"])


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("listed", [each for each in PLANS if each.rates], ids=lambda each: each.key)
@pytest.mark.parametrize("quantity", [0, 1, 4_999, 5_000, 5_001, 20_000, 20_001, 99_999, 150_001, 400_000, 10**12])
def test_stripes_graduated_prices_come_to_what_the_statement_says(listed: Plan, quantity: int, currency: str) -> None:
    """To less than a cent, or a yen: Stripe rounds a line once."""
    now, plan, cent = timezone.now(), listed.priced_in(currency), to_micros(1, currency)
    meters = {part: part for part in parts_of(plan)}
    for meter in plan.rates:
        if meter.value not in meters:
            continue
        price = quantity * plan.rates[meter] // 1_000_000
        sums = [MeterSum(meter.value, "USD", quantity, 0, price, 1)]
        statement = make_statement(sums, Term(replace(plan, month_micros=0)), starts_at=now, ends_at=now)
        charged = _charge(price_params(plan, meter.value, meters), quantity)
        assert abs(charged * cent - statement.due_micros) < 2 + quantity * plan.rates[meter] * 1e-12, meter


def test_tokens_are_told_as_what_they_are_listed_at() -> None:
    params = price_params(BY_KEY["team"], MODEL_TOKENS, {MODEL_TOKENS: "mtr"})
    assert _charge(params, 20_000_000) == 0
    assert _charge(params, 21_000_000) == pytest.approx(100)  # a dollar beyond what is included


def _charge(params: dict[str, object], quantity: int) -> float:
    """Cents, as Stripe's graduated tiers add up."""
    tiers = params.get("tiers") or [{"up_to": "inf", "unit_amount_decimal": params["unit_amount_decimal"]}]
    cents, below = 0.0, 0
    for tier in tiers:  # type: ignore[attr-defined]
        above = quantity if tier["up_to"] == "inf" else min(quantity, int(tier["up_to"]))
        cents += max(0, above - below) * float(tier["unit_amount_decimal"])
        below = max(below, above)
    return cents


def test_currencies_have_as_many_digits_as_stripe_counts() -> None:
    assert (to_minor(99_000_000, "USD"), to_minor(9_900_000_000, "JPY"), to_minor(1_230_000, "KWD")) == (
        9_900,
        9_900,
        1_230,
    )
    assert [to_micros(100, each) for each in ("USD", "JPY", "KWD")] == [1_000_000, 100_000_000, 100_000]
    assert unit_price(4_000_000_000, "USD") == "0.4"
    assert unit_price(15, "USD") == "0.0000000015"
    assert unit_price(4_000_000_000, "JPY") == "0.004"
    for micros, currency in ((5_000, "USD"), (500_000, "JPY"), (1_234_000, "KWD")):
        with pytest.raises(InvalidPlan):
            to_minor(micros, currency)


def test_every_meter_of_the_plans_is_a_meter_of_the_ledger() -> None:
    for plan in PLANS:
        counted = set(parts_of(plan)) - {"base", "seat", MODEL_TOKENS}
        assert counted <= set(Meter.values)

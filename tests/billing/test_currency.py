"""A company is charged in one currency: chosen before its first charge, and the same in every sum from then on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from billing.errors import CurrencyFixed, InvalidCurrency
from billing.models import Meter, UsageRecord
from billing.periods import get_statement
from billing.plans import COUPONS, CURRENCIES, DOLLARS, PLANS, find_plan
from billing.price import COSTS_IN
from billing.rating import OTHER_CURRENCY, RateCard, currency_of
from billing.selectors import show_row
from billing.services import record_count
from billing.statements import MeterSum, make_statement
from billing.terms import Term, choose_currency, current_term, is_charged, set_plan
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.selectors import get_tenant
from tests.cast import Cast

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def _use(tenant_id: object, *, messages: int = 0, cost_micros: int = 0) -> None:
    counts = {"messages": messages, "output_tokens": 1_000 if cost_micros else 0}
    record_count(
        tenant_id=tenant_id,  # type: ignore[arg-type]
        source_event_id=new_id(),
        step="chat",
        counts={meter: quantity for meter, quantity in counts.items() if quantity},
        costs={"output_tokens": cost_micros} if cost_micros else {},
        occurred_at=timezone.now(),
    )


def test_tokens_cost_dollars_and_are_charged_in_the_plans_currency() -> None:
    card = RateCard("v", "JPY", {}, 12_000, DOLLARS["JPY"])
    assert card.charge("output_tokens", 9, 1_000_000, "USD") == (180_000_000, "v")  # a dollar and a fifth: 180 yen
    assert RateCard("v", "EUR", {}, 10_000, 925_000).charge("output_tokens", 9, 2, "USD") == (2, "v")  # 1.85
    assert card.charge("output_tokens", 9, 5, "JPY") == (6, "v")
    assert card.charge("output_tokens", 9, 5, "EUR") == (0, OTHER_CURRENCY)
    assert RateCard("v", "JPY").charge("output_tokens", 9, 5, "EUR") == (0, "v")  # tokens are not charged at all


def test_a_statement_is_in_one_currency() -> None:
    term = Term(find_plan("team").priced_in("JPY"), version="v", starts_at=NOW, coupon=COUPONS["HELLO50"])
    sums = [
        MeterSum("output_tokens", "USD", 9, 1_000_001, 0, 1),
        MeterSum("input_tokens", "USD", 9, 2, 0, 1),
        MeterSum("input_tokens", "EUR", 9, 7, 0, 1),
    ]
    found = make_statement(sums, term, starts_at=NOW, ends_at=NOW + timedelta(days=30))
    assert (found.currency, found.due_micros) == ("JPY", 14_800_000_000 - 7_500_000_000)
    assert (found.cost_micros, found.other_currencies) == (150_000_450, {"EUR": 7})


@pytest.mark.parametrize("plan", [each for each in PLANS if each.is_priced], ids=lambda each: each.key)
def test_a_plan_has_a_price_for_the_same_things_in_every_currency(plan: object) -> None:
    listed = find_plan(plan.key)  # type: ignore[attr-defined]
    for currency in CURRENCIES:
        there = listed.priced_in(currency)
        assert {meter for meter, rate in there.rates.items() if rate} == {m for m, rate in listed.rates.items() if rate}
        for name in ("month_micros", "seat_micros", "included_token_micros"):
            assert bool(getattr(there, name)) == bool(getattr(listed, name)), name
        worth = {meter: rate * 1_000_000 / there.dollar for meter, rate in there.rates.items() if rate}
        for meter, rate in worth.items():  # a slip of a digit would be seen
            assert 0.85 < rate / listed.rates[meter] < 1.2, (currency, meter)


def test_a_company_chooses_before_its_first_charge(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    choose_currency(tenant_id=tenant_id, currency="EUR", actor=SYSTEM)
    set_plan(tenant_id=tenant_id, plan="team", is_trial=True, actor=SYSTEM)  # for nothing
    choose_currency(tenant_id=tenant_id, currency="GBP", actor=SYSTEM)
    choose_currency(tenant_id=tenant_id, currency="EUR", actor=SYSTEM)
    assert not is_charged(tenant_id=tenant_id)
    set_plan(tenant_id=tenant_id, plan="payg", included={"tool_calls": 5}, actor=SYSTEM)
    assert is_charged(tenant_id=tenant_id)
    _use(tenant_id, messages=2, cost_micros=2_000_000)
    with tenant_scope(tenant_id):
        rows = {row.meter: show_row(row) for row in UsageRecord.objects.all()}
        assert AuditEntry.objects.filter(action="currency.chosen").count() == 3
    assert (rows["messages"].price_micros, rows["messages"].price_currency) == (2 * 3_700, "EUR")
    assert (rows["output_tokens"].cost_micros, rows["output_tokens"].currency) == (2_000_000, "USD")
    assert rows["output_tokens"].price_micros == 2_000_000 * 1.2 * 0.925
    statement = get_statement(tenant_id=tenant_id)
    assert (statement.currency, statement.cost_micros) == ("EUR", 1_850_000)
    assert statement.due_micros == 7_400 + 2_220_000
    assert get_tenant(cast.other.tenant_id).currency == "USD"


@pytest.mark.parametrize("after", ["payg", "free"])
def test_it_is_not_switched_in_mid_period_nor_later(cast: Cast, after: str) -> None:
    tenant_id = cast.acme.tenant_id
    set_plan(tenant_id=tenant_id, plan="payg", currency="EUR", actor=SYSTEM)
    _use(tenant_id, messages=1)
    set_plan(tenant_id=tenant_id, plan=after, actor=SYSTEM)
    for change in (
        lambda: choose_currency(tenant_id=tenant_id, currency="USD", actor=SYSTEM),
        lambda: set_plan(tenant_id=tenant_id, plan="team", currency="USD", actor=SYSTEM),
        lambda: set_plan(
            tenant_id=tenant_id,
            plan="team",
            currency="JPY",
            starts_at=timezone.now() + timedelta(days=90),
            actor=SYSTEM,
        ),
    ):
        with pytest.raises(CurrencyFixed, match="charged in EUR"):
            change()
    term = current_term(tenant_id=tenant_id)
    assert (term.plan.key, term.plan.currency) == (after, "EUR")
    statement = get_statement(tenant_id=tenant_id)  # what was charged before it became free keeps its currency
    assert (statement.currency, statement.list_micros) == ("EUR", 3_700)
    assert get_tenant(tenant_id).currency == "EUR"


def test_what_the_installation_charges_everybody_counts_from_its_first_row(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id = cast.acme.tenant_id
    monkeypatch.setattr("billing.terms.default_term", lambda: Term(find_plan("payg"), version="payg-2026-11"))
    choose_currency(tenant_id=tenant_id, currency="JPY", actor=SYSTEM)
    assert current_term(tenant_id=tenant_id).plan.rates[Meter.MESSAGES] == 600_000 * 1_000_000
    _use(cast.other.tenant_id, messages=1)
    with pytest.raises(CurrencyFixed, match="charged in USD"):
        choose_currency(tenant_id=cast.other.tenant_id, currency="JPY", actor=SYSTEM)


def test_nothing_is_sold_in_a_currency_without_a_price_list(cast: Cast) -> None:
    for currency in ("CHF", "eur", "", "<b>"):
        with pytest.raises(InvalidCurrency):
            choose_currency(tenant_id=cast.acme.tenant_id, currency=currency, actor=SYSTEM)
    with pytest.raises(InvalidCurrency, match="USD, EUR, GBP, JPY"):
        set_plan(tenant_id=cast.acme.tenant_id, plan="team", currency="CHF", actor=SYSTEM)
    assert get_tenant(cast.acme.tenant_id).currency == "USD"


def test_a_rows_rates_name_its_currency(cast: Cast) -> None:
    seen = set()
    for tenant, currency in ((cast.acme, "EUR"), (cast.other, "USD")):
        for own in ({}, {"messages": 7_000_000}):
            set_plan(tenant_id=tenant.tenant_id, plan="enterprise", currency=currency, rates=own, actor=SYSTEM)
            version = current_term(tenant_id=tenant.tenant_id).version
            seen.add(version)
            assert currency_of(version) == currency
    assert len(seen) == 4
    assert [currency_of(each) for each in ("", "trial", "own-account", "team-2026-11+a.eurx")] == [COSTS_IN] * 4

"""A statement is arithmetic over sums: included quantities, volume, coupons and trials, to the micro-unit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.models import Meter
from billing.plans import BY_KEY, COUPONS, PLANS
from billing.rating import OTHER_CURRENCY, RateCard
from billing.statements import MODEL_TOKENS, MeterSum, Statement, make_statement
from billing.terms import Term

STARTS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
TEAM = BY_KEY["team"]


def _term(plan: str = "team", **given: object) -> Term:
    return Term(BY_KEY[plan], version="v", starts_at=STARTS, **given)  # type: ignore[arg-type]


def _statement(*sums: MeterSum, term: Term | None = None) -> Statement:
    return make_statement(sums, term or _term(), starts_at=STARTS, ends_at=ENDS)


def _messages(quantity: int) -> MeterSum:
    return MeterSum("messages", "USD", quantity, 0, quantity * 4_000, quantity)


@pytest.mark.parametrize(
    ("quantity", "due"),
    [
        (0, 0),
        (5_000, 0),
        (5_001, 4_000),
        (20_000, 15_000 * 4_000),
        (20_001, 15_000 * 4_000 + 3_400),
        (100_002, 15_000 * 4_000 + 80_000 * 3_400 + 2 * 2_800),
    ],
)
def test_what_is_included_and_what_volume_takes_off(quantity: int, due: int) -> None:
    assert _statement(_messages(quantity)).due_micros == TEAM.month_micros + due


def test_tokens_have_an_included_amount() -> None:
    found = _statement(
        MeterSum("input_tokens", "USD", 9, 1, 15_000_000, 1), MeterSum("output_tokens", "USD", 9, 1, 7_000_000, 1)
    )
    [line] = [each for each in found.lines if each.key == MODEL_TOKENS]
    assert (line.quantity, line.list_micros, line.due_micros) == (18, 22_000_000, 2_000_000)


def test_seats_coupons_and_trials() -> None:
    assert _statement(term=_term(seats=2)).due_micros == TEAM.month_micros + 2 * TEAM.seat_micros
    assert _statement(term=_term(coupon=COUPONS["LAUNCH"])).due_micros == TEAM.month_micros * 4 // 5
    assert _statement(term=_term(coupon=COUPONS["HELLO50"])).due_micros == TEAM.month_micros - 50_000_000
    over = replace(_term(coupon=COUPONS["HELLO50"]), starts_at=datetime(2026, 10, 31, tzinfo=UTC))
    assert _statement(term=over).due_micros == TEAM.month_micros
    assert _statement(term=_term(is_trial=True)).due_micros == 0


def test_what_was_taken_back_is_given_back_whole() -> None:
    assert _statement(MeterSum("messages", "USD", -3, 0, -12_000, 1)).due_micros == TEAM.month_micros - 12_000


def test_a_plan_does_not_charge_what_cost_another_currency() -> None:
    assert RateCard("v", "USD", {}, 12_000).charge("input_tokens", 9, 500, "EUR") == (0, OTHER_CURRENCY)
    found = _statement(MeterSum("input_tokens", "EUR", 9, 500, 0, 1))
    assert (found.cost_micros, found.other_currencies) == (0, {"EUR": 500})


def test_a_fact_is_never_negative() -> None:
    for numbers in ((-1, 0), (1, -1)):
        with pytest.raises(ValueError, match="never negative"):
            RateCard("v", "USD").charge("messages", *numbers, "USD")


_QUANTITIES = st.dictionaries(st.sampled_from([each.value for each in Meter]), st.integers(0, 10**9), max_size=6)


@settings(max_examples=40)
@given(plan=st.sampled_from([each.key for each in PLANS]), quantities=_QUANTITIES)
def test_no_line_takes_off_more_than_it_has(plan: str, quantities: dict[str, int]) -> None:
    term = _term(plan)
    sums = []
    for meter, quantity in quantities.items():
        price, _ = term.card.charge(meter, quantity, quantity, "USD")
        sums.append(MeterSum(meter, "USD", quantity, quantity, price, 1))
    found = _statement(*sums, term=term)
    assert all(line.due_micros >= 0 for line in found.lines)
    assert found.list_micros == sum(each.price_micros for each in sums)
    assert found.due_micros <= found.list_micros + term.plan.month_micros


@given(
    plan=st.sampled_from([each.key for each in PLANS]),
    facts=st.lists(st.integers(0, 10**6), max_size=9),
    data=st.data(),
)
def test_the_order_of_facts_is_nothing(plan: str, facts: list[int], data: st.DataObject) -> None:
    card = _term(plan).card
    mixed = data.draw(st.permutations(facts))
    assert sum(card.charge("stored_bytes", each, 0, "USD")[0] for each in facts) == sum(
        card.charge("stored_bytes", each, 0, "USD")[0] for each in mixed
    )

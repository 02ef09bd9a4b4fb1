"""Tokens are counted once, in disjoint classes; costs are whole micro-units, rounded up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Meter
from billing.prices import PRICES, UNPRICED, TokenCounts, cost_of, find_price, price_meter
from billing.usage import UsageFact

counts = st.integers(min_value=0, max_value=10**9)


def test_a_cost_is_rounded_up_per_class() -> None:
    cost = cost_of("builtin-extractive-1", TokenCounts(input=1, output=1))
    assert (cost.micros, cost.currency) == (2, "USD")
    assert cost_of("builtin-extractive-1", TokenCounts(input=1_000_000)).micros == 20_000


def test_nothing_used_costs_nothing() -> None:
    assert cost_of("builtin-extractive-1", TokenCounts()).micros == 0


def test_a_model_without_a_price_says_so() -> None:
    cost = cost_of("somebodys-own-model", TokenCounts(input=1000))
    assert (cost.micros, cost.version) == (0, UNPRICED)


def test_an_old_version_of_a_price_stays_findable() -> None:
    price = PRICES[0]
    assert find_price(f"{price.model}x", version=price.version) == price
    assert find_price(f"{price.model}x", version="never") is None


def test_cached_tokens_without_a_price_of_their_own_cost_what_input_costs() -> None:
    price = PRICES[0]
    assert price_meter(price, Meter.CACHED_INPUT_TOKENS, 5000) == price_meter(price, Meter.INPUT_TOKENS, 5000)


def test_the_classes_are_disjoint() -> None:
    tokens = TokenCounts(input=5, cached_input=128_955, cache_write=1_253)
    assert sum(tokens.by_meter().values()) == 130_213


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        TokenCounts(output=-1)


@given(counts, counts, counts, counts, counts, counts)
def test_a_fact_survives_its_event(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    fact = UsageFact(
        "chat", "builtin-extractive-1", TokenCounts(a, b, c, d, e, f), "2026-11-computing", {"messages": 1}
    )
    assert UsageFact.from_json(fact.to_json()) == fact

"""Tokens are counted once, in disjoint classes; costs are whole micro-units, rounded half up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import InvalidUsage
from billing.models import Meter
from billing.prices import PRICES, UNPRICED, TokenCounts, cost_micros, cost_of, find_price, price_meter
from billing.usage import UsageFact, read_facts, turn_cost
from rapport.config import get_config

counts = st.integers(min_value=0, max_value=10**9)


@pytest.mark.parametrize(("tokens", "micros"), [(24, 0), (25, 1), (74, 1), (75, 2), (1_000_000, 20_000)])
def test_a_cost_is_rounded_half_up(tokens: int, micros: int) -> None:
    assert cost_micros("builtin-extractive-1", Meter.INPUT_TOKENS, tokens) == micros


def test_each_class_is_rounded_by_itself() -> None:
    cost = cost_of("builtin-extractive-1", TokenCounts(input=25, output=25, reasoning=24))
    assert (cost.micros, cost.currency) == (2, "USD")


def test_the_built_in_embedder_costs_half_of_the_model() -> None:
    assert cost_micros("minilm-l6-v2-int8-1", Meter.EMBEDDING_TOKENS, 1_000_000) == 10_000


@given(st.sampled_from(list(Meter)), counts, counts)
def test_parts_cost_what_the_whole_costs_but_for_rounding(meter: Meter, one: int, other: int) -> None:
    parts = [cost_micros("builtin-extractive-1", meter, each) for each in (one, other)]
    assert min(parts) >= 0
    assert abs(sum(parts) - cost_micros("builtin-extractive-1", meter, one + other)) <= 1


@given(st.lists(st.tuples(st.sampled_from(["builtin-x", "minilm-x", "unknown"]), counts, counts), max_size=5))
def test_a_turn_costs_the_sum_of_its_calls(calls: list[tuple[str, int, int]]) -> None:
    facts = [UsageFact("chat", model, TokenCounts(input=read, output=written)) for model, read, written in calls]
    assert turn_cost(facts) == sum(cost_of(fact.model, fact.tokens).micros for fact in facts)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tokens", {"input": -1}),
        ("tokens", {"input": 1.5}),
        ("tokens", {"input": True}),
        ("tokens", {"input": "7"}),
        ("tokens", {"thoughts": 1}),
        ("tokens", [1]),
        ("counts", {"messages": -1}),
        ("counts", {"pigeons": 1}),
        ("step", ""),
        ("step", None),
        ("model", "m" * 121),
    ],
)
def test_a_fact_that_cannot_be_true_is_refused(field: str, value: object) -> None:
    stored = {"step": "chat", "model": "builtin-x", "tokens": {"input": 1}} | {field: value}
    with pytest.raises(InvalidUsage) as refused:
        read_facts([stored])
    assert refused.value.param == field


@pytest.mark.parametrize("stored", [None, "usage", {"step": "chat"}, [1]])
def test_usage_is_a_list_of_facts(stored: object) -> None:
    with pytest.raises(InvalidUsage, match="list of objects"):
        read_facts(stored)


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


def test_the_operators_own_model_costs_what_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(get_config(), llm_url="https://models.example/v1?model=tiny-1", llm_input_price=150_000)
    monkeypatch.setattr("billing.prices.get_config", lambda: config)
    cost = cost_of("tiny-1", TokenCounts(input=1_000_000, cached_input=10, output=500))
    assert (cost.micros, cost.version) == (150_000 + 2, "settings-150000-0")
    assert cost_of("another", TokenCounts(input=1_000_000)).version == UNPRICED


def test_a_model_that_nobody_priced_is_unpriced(monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(get_config(), llm_url="https://models.example/v1", llm_model="tiny-1")
    monkeypatch.setattr("billing.prices.get_config", lambda: config)
    assert cost_of("tiny-1", TokenCounts(input=1_000_000)).version == UNPRICED

"""Which models are asked, row by row of `routing_decisions.csv`; and the prices by which they are told apart."""

import csv
from pathlib import Path

import pytest

from agents.llm.catalogue import BUILTIN, CATALOGUE, EXTRACTIVE, Feature, find_entry, unknown_entry
from agents.llm.choosing import TYPICAL
from agents.llm.routing import Offer, Wanted, route
from billing.prices import UNPRICED, cost_of

ROWS = list(csv.DictReader((Path(__file__).parent / "routing_decisions.csv").open()))


def offer(name: str) -> Offer:
    if name in {"platform", "house"}:
        return Offer(unknown_entry("openai_compatible", name), None, is_platform=name == "platform")
    entry = EXTRACTIVE if name == BUILTIN else find_entry(name)
    assert entry is not None, name
    return Offer(entry, cost_of(name, TYPICAL, provider=entry.provider).micros)


@pytest.mark.parametrize("row", ROWS, ids=[row["why"] for row in ROWS])
def test_a_row_of_the_table(row: dict[str, str]) -> None:
    features: set[Feature] = {each for each in ("tools", "json", "vision") if each in row["features"].split()}
    wanted = Wanted(
        frozenset(features),
        row["capability"],
        row["region"],
        int(row["most_latency_ms"]) if row["most_latency_ms"] else None,
        int(row["most_micros"]) if row["most_micros"] else None,
    )
    chain = row["chain"].split() or [""]
    found = route(chain, [offer(name) for name in row["reachable"].split()], wanted, preferred=row["preferred"])
    assert [each.entry.name for each in found] == row["expected"].split()


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_every_model_of_the_catalogue_has_a_published_price(entry: object) -> None:
    assert cost_of(entry.name, TYPICAL, provider=entry.provider).version != UNPRICED  # type: ignore[attr-defined]


def test_a_version_with_a_date_is_the_same_model() -> None:
    found = find_entry("claude-haiku-4-5-20251001")
    assert found is not None
    assert (found.name, found.window, found.provider) == ("claude-haiku-4-5-20251001", 200_000, "anthropic")
    assert find_entry("gpt-5-mini", provider="anthropic") is None
    assert find_entry("gpt-55") is None

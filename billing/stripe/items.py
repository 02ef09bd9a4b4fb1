"""What a subscription is made of: one line for each part of a plan, and what has to change for it to become another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from billing.stripe.catalogue import BASE, SEAT


def lines_of(prices: Mapping[str, str], seats: int) -> dict[str, dict[str, object]]:
    """By part, as Stripe is asked for it: what is counted has no quantity, and no seat is no line."""
    quantities = {BASE: 1, SEAT: seats}
    return {
        part: {"price": price, **({"quantity": quantities[part]} if part in quantities else {})}
        for part, price in prices.items()
        if part != SEAT or seats
    }


def changes_of(items: Iterable[dict[str, Any]], wanted: Mapping[str, dict[str, object]]) -> Iterator[dict[str, Any]]:
    """From Stripe's items to these lines. An item keeps its id where its part stays, so that what it has counted stays
    with it; one that is none of ours is left alone."""
    known = {part_of(each): each for each in items}
    for part, line in wanted.items():
        if part not in known:
            yield line
        elif (known[part]["price"]["id"], known[part].get("quantity")) != (line["price"], line.get("quantity")):
            yield {"id": known[part]["id"], **line}
    for part, each in known.items():
        if part and part not in wanted:
            yield {"id": each["id"], "deleted": True}


def part_of(item: Mapping[str, Any]) -> str:
    """By what we wrote on its price; "" for a price of somebody else."""
    return str((item["price"].get("metadata") or {}).get("rapport_part", ""))

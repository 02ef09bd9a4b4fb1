"""Choosing what the model gets to read: the most valuable passages that fit into a budget of tokens.

Best first, and past one that does not fit to smaller ones behind it, so that one long passage does not waste what is
left. It never cuts a passage: half a passage is cited wrongly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Reason = Literal["budget", "limit", "duplicate"]


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """`tokens`: what it takes with its title; `text` only tells twins."""

    item: T
    tokens: int
    text: str


@dataclass(frozen=True, slots=True)
class Packed(Generic[T]):
    """`kept` in their order; `dropped` with why."""

    kept: tuple[Candidate[T], ...]
    dropped: tuple[tuple[Candidate[T], Reason], ...]


def pack(candidates: Iterable[Candidate[T]], *, budget_tokens: int, limit: int) -> Packed[T]:
    """`candidates` best first. The best one is kept even when it alone is over the budget: without any there is no
    answer."""
    kept: list[Candidate[T]] = []
    dropped: list[tuple[Candidate[T], Reason]] = []
    seen: set[str] = set()
    left = budget_tokens
    for each in candidates:
        text = " ".join(each.text.split())
        if text in seen:
            dropped.append((each, "duplicate"))
        elif len(kept) >= limit:
            dropped.append((each, "limit"))
        elif each.tokens > left and kept:
            dropped.append((each, "budget"))
        else:
            kept.append(each)
            seen.add(text)
            left -= each.tokens
    return Packed(tuple(kept), tuple(dropped))

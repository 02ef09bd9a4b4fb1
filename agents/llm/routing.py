"""Which models are asked, and in which order: a pure function of a task's chain, its limits and what can be reached.

A name in the chain is that model; AUTO is every model that can be reached, cheapest first; "" is the platform's own.
Whoever cannot do what is asked is left out, whatever its place; the first that is left is asked, and the next ones when
it cannot answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from agents.llm.catalogue import BUILTIN, Feature, ModelEntry

Task = Literal["answer", "classify", "extract", "summarise", "judge"]
AUTO = "auto"
PLATFORM = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`most_micros` is for one typical answer; "" and None ask for nothing. `features` follow from the request."""

    features: frozenset[Feature] = frozenset()
    capability: str = "any"
    region: str = ""
    most_latency_ms: int | None = None
    most_micros: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A model that can be reached, and what a typical answer of it costs; None when nobody knows."""

    entry: ModelEntry
    micros: int | None
    is_platform: bool = False  # what the operator has set, for everybody who names none


def route(chain: Sequence[str], offers: Sequence[Offer], wanted: Wanted, *, preferred: str = "") -> list[Offer]:
    """In the order in which they are asked. `preferred`: who answered this conversation before goes first, so that what
    its provider keeps of the prompt is used, and a model that failed is not asked first each time."""
    able = [offer for offer in offers if _is_able(offer, wanted)]
    ordered = list(_once(_named(chain, able)))
    return sorted(ordered, key=lambda offer: offer.entry.name != preferred) if preferred else ordered


def _is_able(offer: Offer, wanted: Wanted) -> bool:
    entry = offer.entry
    return (
        entry.can(wanted.features, wanted.capability)
        and (not wanted.region or wanted.region in entry.regions)
        and (wanted.most_latency_ms is None or entry.latency_ms <= wanted.most_latency_ms)
        and (wanted.most_micros is None or (offer.micros is not None and offer.micros <= wanted.most_micros))
    )


def _named(chain: Sequence[str], able: Sequence[Offer]) -> Iterator[Offer]:
    for name in chain:
        if name == AUTO:
            yield from sorted(able, key=_by_cost)
        elif name == PLATFORM:
            yield from (offer for offer in able if offer.is_platform)
        else:
            yield from (offer for offer in able if offer.entry.name == name)


def _by_cost(offer: Offer) -> tuple[bool, bool, int, int, str]:
    """The built-in model costs next to nothing and only quotes: it comes last; before it what nobody knows the price
    of. Of two that cost the same, the faster comes first."""
    return (
        offer.entry.provider == BUILTIN,
        offer.micros is None,
        offer.micros or 0,
        offer.entry.latency_ms,
        offer.entry.name,
    )


def _once(offers: Iterable[Offer]) -> Iterator[Offer]:
    seen: set[tuple[str, str]] = set()
    for offer in offers:
        key = (offer.entry.provider, offer.entry.name)
        if key not in seen:
            seen.add(key)
            yield offer

"""What was served, and what it costs: as a provider's invoice has it, reckoned apart from the product's own sums."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from tests.providers.answer import Counted

MILLION = 1_000_000


@dataclass(frozen=True)
class Served:
    """One call. `ended` is "whole", "refused", "cut", "stalled", "garbled", "overloaded" or "left" (the caller went).

    What was begun is charged, as far as it came: all that was read, and the tokens that were written until then.
    """

    provider: str
    model: str
    key: str
    status: int
    ended: str
    charged: Counted
    seconds: float = 0.0


Prices = Mapping[str, Mapping[str, int]]  # model → class of token → millionths of a dollar for a million tokens


def total(served: Iterable[Served], prices: Prices) -> int:
    """Millionths of a dollar; each class of each call rounded half up."""
    return sum(line(each, prices[each.model]) for each in served)


def line(served: Served, rates: Mapping[str, int]) -> int:
    counts: dict[str, int] = asdict(served.charged)
    return sum((2 * count * rates[name] + MILLION) // (2 * MILLION) for name, count in counts.items() if count)

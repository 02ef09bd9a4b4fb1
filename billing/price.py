"""A price: how many micro-units a million tokens of each class cost, and which version of it that is."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.models import Meter

MILLION = 1_000_000
COSTS_IN = "USD"  # what providers ask for


@dataclass(frozen=True, slots=True)
class Price:
    """`model` prices every model whose name begins so; `per_million` in micro-units per million tokens."""

    model: str
    version: str
    currency: str
    per_million: Mapping[Meter, int]

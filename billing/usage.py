"""The contract by which other floors tell what was used: a fact per call, carried in their events as plain numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Self

from billing.errors import InvalidUsage
from billing.models import Meter
from billing.prices import TokenCounts, cost_of

_MOST = 2**53  # beyond it JSON readers lose digits


@dataclass(frozen=True, slots=True)
class UsageFact:
    """One call to a model. `step` is unique within its event ("chat", "embed_query", …)."""

    step: str
    model: str
    tokens: TokenCounts
    price_version: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)  # other meters, e.g. {"messages": 1}
    costs: Mapping[str, int] | None = None  # micro-units by meter, as reckoned when the call was made
    is_own: bool = False  # by a key of the company's, which pays its provider itself: it is not charged for

    def to_json(self) -> dict[str, object]:
        tokens = {name: count for name, count in asdict(self.tokens).items() if count}
        return {
            "step": self.step,
            "model": self.model,
            "price_version": self.price_version,
            "tokens": tokens,
            "counts": dict(self.counts),
            **({} if self.costs is None else {"costs": dict(self.costs)}),
            **({"is_own": True} if self.is_own else {}),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Self:
        """Raises InvalidUsage when it is not what `to_json` writes, or a number is negative or not whole."""
        counts = _numbers(stored, "counts")
        if unknown := counts.keys() - set(Meter.values):
            raise InvalidUsage(f"No meter is called {min(unknown)}.", param="counts")
        try:
            tokens = TokenCounts(**_numbers(stored, "tokens"))
        except TypeError:
            raise InvalidUsage("Tokens are counted in classes that do not exist.", param="tokens") from None
        version = stored.get("price_version", "")
        costs = None if stored.get("costs") is None else _numbers(stored, "costs")
        names = _name(stored, "step", 40), _name(stored, "model", 120)
        return cls(*names, tokens, str(version), counts, costs, is_own=stored.get("is_own") is True)

    @property
    def micros(self) -> int:
        """What it cost: as reckoned then, else by the version of the price that it names."""
        if self.costs is not None:
            return sum(self.costs.values())
        return cost_of(self.model, self.tokens, version=self.price_version).micros


def read_facts(stored: object) -> list[UsageFact]:
    """The `usage` of an event's data. Raises InvalidUsage when it is not a list of facts."""
    if (
        not isinstance(stored, Sequence)
        or isinstance(stored, str)
        or not all(isinstance(row, Mapping) for row in stored)
    ):
        raise InvalidUsage("Usage is a list of objects, one for each call of a model.", param="usage")
    return [UsageFact.from_json(row) for row in stored]


def turn_cost(facts: Iterable[UsageFact]) -> int:
    """Micro-units of several calls together: the sum that the ledger will hold for them."""
    return sum(fact.micros for fact in facts)


def _numbers(stored: Mapping[str, object], name: str) -> dict[str, int]:
    numbers = stored.get(name, {})
    if not isinstance(numbers, Mapping):
        raise InvalidUsage(f"The {name} of a usage fact are an object of numbers.", param=name)
    for count in numbers.values():
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= _MOST:
            raise InvalidUsage(f"The {name} of a usage fact are whole numbers from 0 up.", param=name)
    return {str(key): count for key, count in numbers.items()}


def _name(stored: Mapping[str, object], name: str, limit: int) -> str:
    text = stored.get(name)
    if not isinstance(text, str) or len(text) > limit or (name == "step" and not text):
        raise InvalidUsage(f"The {name} of a usage fact is a text of at most {limit} characters.", param=name)
    return text

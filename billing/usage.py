"""The contract by which other floors tell what was used: a fact per call, carried in their events as plain numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from billing.prices import TokenCounts


@dataclass(frozen=True, slots=True)
class UsageFact:
    """One call to a model. `step` is unique within its event ("chat", "embed_query", …)."""

    step: str
    model: str
    tokens: TokenCounts
    price_version: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)  # other meters, e.g. {"messages": 1}

    def to_json(self) -> dict[str, object]:
        tokens = {name: count for name, count in asdict(self.tokens).items() if count}
        return {
            "step": self.step,
            "model": self.model,
            "price_version": self.price_version,
            "tokens": tokens,
            "counts": dict(self.counts),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "UsageFact":
        """Raises KeyError, TypeError or ValueError when it is not what `to_json` writes."""
        tokens, counts = stored["tokens"], stored.get("counts", {})
        if not isinstance(tokens, Mapping) or not isinstance(counts, Mapping):
            raise TypeError("tokens and counts are objects of numbers")
        return cls(
            step=str(stored["step"]),
            model=str(stored["model"]),
            tokens=TokenCounts(**{str(name): int(count) for name, count in tokens.items()}),
            price_version=str(stored.get("price_version", "")),
            counts={str(name): int(count) for name, count in counts.items()},
        )

"""The arms of an experiment."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Arm:
    """A version of the agent, and the part of its contacts that get it, 1 to 99 per cent."""

    version: int
    percent: int

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(int(stored["version"]), int(stored["percent"]))

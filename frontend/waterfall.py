"""A trace's spans as rows of a waterfall: where each bar begins, how wide it is, how deep it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ArmRow:
    """One candidate of a search: the ranks and scores that the arms gave it, by name."""

    title: str
    href: str
    figures: dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """`left` and `width` are percent of the whole; `kind` chooses the bar's colour."""

    anchor: str
    label: str
    kind: str
    depth: int
    left: float
    width: float
    start_us: int
    duration_us: int
    status: str
    tokens: int
    cost_micros: int
    attributes: Sequence[tuple[str, str]] = field(default_factory=list)
    arms: Sequence[ArmRow] = ()

    @property
    def indents(self) -> range:
        return range(self.depth)

    @property
    def columns(self) -> list[str]:
        """Names of all the candidates' figures, in the order of their first appearance."""
        return list(dict.fromkeys(name for arm in self.arms for name in arm.figures))

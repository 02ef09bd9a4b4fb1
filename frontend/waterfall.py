"""A trace's spans as rows of a waterfall: where each bar begins, how wide it is, how deep it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableRow:
    """One thing that a step names: its title, where it leads ("" for nowhere), and its figures by name."""

    title: str
    href: str
    figures: dict[str, str]


@dataclass(frozen=True, slots=True)
class StepTable:
    """What a step recorded as a list, for example the passages that a search found."""

    title: str
    rows: Sequence[TableRow]

    @property
    def columns(self) -> list[str]:
        """Names of all the rows' figures, in the order of their first appearance."""
        return list(dict.fromkeys(name for row in self.rows for name in row.figures))


@dataclass(frozen=True, slots=True)
class Step:
    """`left` and `width` are percent of the whole; `kind` chooses the bar's colour."""

    anchor: str
    label: str
    name: str
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
    tables: Sequence[StepTable] = ()

    @property
    def indents(self) -> range:
        return range(self.depth)

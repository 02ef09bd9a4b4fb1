"""What a comparison found, by kind, and what of it was mended. Counts only: no names, no text."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """One way in which a store and PostgreSQL can differ; the label is for people."""

    VECTORS_MISSING = "vectors_missing"
    VECTORS_LEFT_OVER = "vectors_left_over"
    VECTORS_MISLABELLED = "vectors_mislabelled"
    VECTORS_NOT_FOUND = "vectors_not_found"
    NODES_MISSING = "nodes_missing"
    EDGES_MISSING = "edges_missing"
    EDGES_LEFT_OVER = "edges_left_over"
    VERSIONS_LEFT_OVER = "versions_left_over"
    NODES_LOOSE = "nodes_loose"
    TENANTS_LEFT_OVER = "tenants_left_over"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Kind.VECTORS_MISSING: "Passages missing from the vector store",
    Kind.VECTORS_LEFT_OVER: "Passages left over in the vector store",
    Kind.VECTORS_MISLABELLED: "Passages under a wrong document or version",
    Kind.VECTORS_NOT_FOUND: "Passages stored but not found by searching",
    Kind.NODES_MISSING: "Nodes missing from the graph",
    Kind.EDGES_MISSING: "Edges missing from the graph",
    Kind.EDGES_LEFT_OVER: "Edges left over in the graph",
    Kind.VERSIONS_LEFT_OVER: "Removed versions left over in the graph",
    Kind.NODES_LOOSE: "Nodes of no version in the graph",
    Kind.TENANTS_LEFT_OVER: "Removed tenants left over in a store",
}


@dataclass(slots=True)
class Tally:
    """`checked` counts what was looked at: "passages", "searches", "versions"."""

    found: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)

    def note(self, kind: Kind, count: int, *, mended: bool) -> None:
        if count:
            self.found[kind] += count
            self.mended[kind] += count if mended else 0

    def add(self, other: "Tally") -> None:
        self.found += other.found
        self.mended += other.mended
        self.checked += other.checked

    @property
    def left(self) -> int:
        """Found and not mended."""
        return sum(self.found.values()) - sum(self.mended.values())

    def to_json(self) -> dict[str, dict[str, int]]:
        return {"checked": dict(self.checked), "found": dict(self.found), "mended": dict(self.mended)}

    @classmethod
    def from_json(cls, data: dict[str, dict[str, int]]) -> "Tally":
        return cls(*(Counter(data.get(name, {})) for name in ("found", "mended", "checked")))

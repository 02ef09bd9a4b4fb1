"""What a graph store promises. A projection of PostgreSQL: it can be dropped and rebuilt at any time.

Nodes are shared between documents (two pages may mention one entity), so a node lives as long as some version
contributes to it; edges belong to exactly one document version. Every call names the tenant first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Node:
    """`key` is unique within the tenant, e.g. "page:<document id>", "section:<chunk id>", "entity:postgresql"."""

    key: str
    kind: str  # "page" | "section" | "entity" | "url" | …
    name: str
    properties: dict[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edge:
    """`id` is deterministic (uuid5 of version, source, kind, target): writing it twice changes nothing."""

    id: UUID
    source_key: str
    target_key: str
    kind: str  # "contains" | "links_to" | "mentions" | …
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node reached from a start node. `path` lists node keys from start to this node, both included."""

    node: Node
    hops: int
    path: tuple[str, ...]
    weight: float  # product of edge weights along the path


@dataclass(frozen=True, slots=True)
class GraphCounts:
    nodes: int
    edges: int


class GraphStore(Protocol):
    """Semantics that every implementation is put to in `tests/contract/`.

    - `upsert` is one transaction: all nodes and edges of the call, or none. An edge whose ends are neither in the call
      nor in the store raises `GraphWriteFailed`. Re-writing a version replaces nothing and duplicates nothing.
    - A completed write is visible to the next call of any process.
    - Unreachable store: `GraphStoreUnavailable` (retryable).
    """

    def prepare(self) -> None: ...

    def upsert(
        self,
        tenant_id: UUID,
        *,
        document_id: UUID,
        version_id: UUID,
        nodes: Sequence[Node],
        edges: Sequence[Edge],
    ) -> None: ...

    def find(self, tenant_id: UUID, keys: Sequence[str]) -> dict[str, Node]: ...

    def neighbours(
        self,
        tenant_id: UUID,
        keys: Sequence[str],
        *,
        hops: int = 1,
        edge_kinds: Sequence[str] = (),
        limit: int = 50,
    ) -> list[Neighbour]:
        """Breadth first over edges in both directions, nearest and heaviest first, start nodes excluded. hops ≤ 3."""
        ...

    def version_counts(self, tenant_id: UUID, version_id: UUID) -> GraphCounts:
        """How many nodes and edges this version contributes to. What "verify the counts" asks."""
        ...

    def delete_version(self, tenant_id: UUID, document_id: UUID, version_id: UUID) -> GraphCounts:
        """Remove the version's edges, and nodes that no version contributes to any more."""
        ...

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> GraphCounts: ...

    def delete_tenant(self, tenant_id: UUID) -> None: ...

    def counts(self, tenant_id: UUID) -> GraphCounts: ...

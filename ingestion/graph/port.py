"""What a graph store promises. A projection of PostgreSQL: it can be dropped and rebuilt at any time.

Nodes are shared between documents (two pages may mention one entity), so a node lives as long as some version
contributes to it: by naming it, or by an edge that it ends. Edges belong to exactly one document version, so taking one
version out never changes what another holds. Every call names the tenant first.
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
class VersionNodes:
    """All that one document version contributes."""

    document_id: UUID
    version_id: UUID
    nodes: Sequence[Node]
    edges: Sequence[Edge]


@dataclass(frozen=True, slots=True)
class VersionContents:
    """What the store really holds of a version: keys of the nodes it contributes to, ids of its edges."""

    node_keys: frozenset[str]
    edge_ids: frozenset[UUID]


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

    - `upsert_versions` is one transaction: all nodes and edges of the call, or none. An edge whose ends are neither in
      the call nor in the store raises `GraphWriteFailed`. Writing a version again replaces nothing and duplicates
      nothing; of a node that several versions name, the last writer's name and properties stay.
    - A completed write is visible to the next call of any process.
    - Unreachable store: `GraphStoreUnavailable` (retryable).
    """

    def prepare(self) -> None:
        """Create or check what the store needs, before anything else is asked. Raises GraphStoreMisconfigured."""
        ...

    def check(self) -> None:
        """Whether the store is there and whole, within a few seconds: for the health page. Raises what is wrong."""
        ...

    def incarnation(self) -> str:
        """Another value once what holds the data was started again, and may have lost what was not yet on its disk; ""
        when that cannot be said. Raises as `check`."""
        ...

    def upsert_versions(self, tenant_id: UUID, versions: Sequence[VersionNodes]) -> None: ...

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
        """Breadth first over edges in both directions, nearest and heaviest first, start nodes excluded. hops ≤ 3.

        Bounded work, also in a dense graph: see `ingestion.graph.walk` for which edges are followed.
        """
        ...

    def counts_of_versions(self, tenant_id: UUID, version_ids: Sequence[UUID]) -> dict[UUID, GraphCounts]:
        """How many nodes and edges each version contributes; zeros for one that is not there."""
        ...

    def delete_versions(self, tenant_id: UUID, versions: Sequence[tuple[UUID, UUID]]) -> GraphCounts:
        """Remove the edges of each (document id, version id), and nodes that no version contributes to any more.

        Returns the sum of what these versions held. What is not there is nothing, not an error.
        """
        ...

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> GraphCounts: ...

    def delete_tenant(self, tenant_id: UUID) -> None: ...

    def counts(self, tenant_id: UUID) -> GraphCounts: ...

    def list_tenants(self, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        """Tenants of whom the store holds anything, in the order of their ids, beginning after `after`."""
        ...

    def list_versions(self, tenant_id: UUID, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        """Versions of which the store holds anything, in the order of their ids, beginning after `after`."""
        ...

    def contents_of_versions(self, tenant_id: UUID, version_ids: Sequence[UUID]) -> dict[UUID, VersionContents]:
        """What each version holds, to compare with what it should; empty for one that is not there."""
        ...

    def delete_edges(self, tenant_id: UUID, version_id: UUID, edge_ids: Sequence[UUID]) -> None:
        """Remove these edges of the version, and nodes that no version contributes to any more."""
        ...

    def delete_loose_nodes(self, tenant_id: UUID, *, limit: int = 1000, is_dry: bool = False) -> list[str]:
        """Remove up to `limit` nodes that no version contributes to (none, unless someone meddled)."""
        ...

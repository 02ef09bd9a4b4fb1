"""A version as graph: its page, its passages as sections, the pages it links to, the things it mentions."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin
from uuid import UUID, uuid5

from ingestion.graph.port import Edge, Node
from ingestion.models import Chunk, Document
from ingestion.parsing.document import Link
from ingestion.pipeline.entities import find_entities

_MOST_LINKS = 200


@dataclass(frozen=True, slots=True)
class VersionGraph:
    nodes: list[Node]
    edges: list[Edge]


def build_graph(
    document: Document, version_id: UUID, *, title: str, targets: Sequence[str], chunks: Sequence[Chunk]
) -> VersionGraph:
    """Deterministic. The page is_at its address and links_to addresses, so links meet pages without either knowing.

    `targets` are what `link_targets` found; they are kept with the version, so that the graph can be made again.
    """
    graph = _Builder(version_id)
    page = graph.node(f"page:{document.id}", "page", title, source_id=str(document.source_id))
    address = document.url or document.external_id
    graph.edge(page, graph.node(f"url:{_address(address)}", "url", address), "is_at")
    for target in targets:
        graph.edge(page, graph.node(f"url:{target}", "url", target), "links_to")
    for chunk in chunks:
        _add_section(graph, page, title, chunk)
    return VersionGraph(list(graph.nodes.values()), list(graph.edges.values()))


def _add_section(graph: "_Builder", page: str, title: str, chunk: Chunk) -> None:
    name = (chunk.heading_path or [title])[-1]
    section = graph.node(f"section:{chunk.id}", "section", name, ordinal=chunk.ordinal, anchor=chunk.anchor)
    graph.edge(page, section, "contains")
    for entity in find_entities(f"{' . '.join(chunk.heading_path)} . {chunk.text}"):
        mentioned = graph.node(f"entity:{entity.key}", "entity", entity.name, form=entity.kind)
        graph.edge(section, mentioned, "mentions", weight=float(entity.count))


def link_targets(document: Document, links: Sequence[Link]) -> list[str]:
    """Addresses that the page's own text links to, resolved, each once, at most 200."""
    address = document.url or document.external_id
    found: dict[str, None] = {}
    for link in links:
        target = _address(_joined(address, link.target)) if link.is_content else ""
        if target and target != _address(address):
            found.setdefault(target)
    return list(found)[:_MOST_LINKS]


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return ""


def _address(url: str) -> str:
    if url.startswith(("mailto:", "tel:", "javascript:", "data:")):
        return ""
    return urldefrag(url)[0].rstrip("/")[:1000]


class _Builder:
    """Collects nodes and edges once each; an edge's id is derived from what it joins."""

    def __init__(self, version_id: UUID) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: dict[UUID, Edge] = {}
        self._version_id = version_id

    def node(self, key: str, kind: str, name: str, **properties: str | int) -> str:
        if key not in self.nodes:  # most are mentioned many times
            self.nodes[key] = Node(key, kind, name[:300], dict(properties))
        return key

    def edge(self, source: str, target: str, kind: str, *, weight: float = 1.0) -> None:
        identity = uuid5(self._version_id, f"{kind}\x1f{source}\x1f{target}")
        self.edges.setdefault(identity, Edge(identity, source, target, kind, weight))

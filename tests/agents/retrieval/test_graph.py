"""The graph's arms: passages that mention the same things, and pages that a found page links to."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import numpy as np
import pytest

from agents.retrieval.graph import GraphArms
from agents.retrieval.retriever import Question
from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.graph.port import Edge, Node, VersionNodes
from ingestion.pipeline.entities import find_entities
from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.port import SearchScope, VectorChunk

ACME, OTHER = uuid4(), uuid4()
PAGES = {
    "plans": ("The Pro plan includes priority support, see the service levels.", ("levels",)),
    "levels": ("Answers come within two hours on weekdays.", ("holidays",)),
    "holidays": ("On holidays nobody answers.", ()),
    "lamp": ("The Aurora Lamp needs a bulb of 40 watts.", ()),
}


class Shelf:
    """Pages of a few words in both stores, as the pipeline would have written them."""

    def __init__(self, folder: Path) -> None:
        self.vectors = EmbeddedVectorStore(folder / "vectors.sqlite3")
        self.vectors.prepare(model_key="none-1", dimensions=2)
        self.graph = EmbeddedGraphStore(folder / "graph.sqlite3")
        self.graph.prepare()
        self.arms = GraphArms(lambda: self.graph, self.vectors)

    def write(self, tenant: UUID) -> None:
        for name, (text, links) in PAGES.items():
            chunk = chunk_of(tenant, name)
            self.vectors.upsert(tenant, [chunk], np.ones((1, 2), np.float32))
            self.graph.upsert_versions(tenant, [_version(chunk, name, text, links)])


def chunk_of(tenant: UUID, name: str) -> VectorChunk:
    page = uuid5(tenant, name)
    return VectorChunk(uuid5(page, "0"), page, page, tenant, 0, name.capitalize(), (), PAGES[name][0], "en")


def _version(chunk: VectorChunk, name: str, text: str, links: Sequence[str]) -> VersionNodes:
    page, section = f"page:{chunk.document_id}", f"section:{chunk.id}"
    ends = [(page, f"url:{name}", "is_at"), (page, section, "contains")]
    ends += [(page, f"url:{link}", "links_to") for link in links]
    ends += [(section, f"entity:{entity.key}", "mentions") for entity in find_entities(text)]
    keys = {key for source, target, _ in ends for key in (source, target)}
    nodes = [Node(key, key.split(":")[0], key) for key in sorted(keys)]
    edges = [Edge(uuid5(chunk.id, f"{kind} {target}"), source, target, kind) for source, target, kind in ends]
    return VersionNodes(chunk.document_id, chunk.version_id, nodes, edges)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.write(ACME)
    shelf.write(OTHER)
    return shelf


def ask(text: str, *, tenant: UUID = ACME, scope: SearchScope | None = None) -> Question:
    return Question(tenant, text, 10, scope or SearchScope())


def test_what_is_named_is_found_however_it_is_written(shelf: Shelf) -> None:
    for text in ("Which bulb fits the Aurora Lamp?", "which bulb fits the aurora lamp?"):
        assert [hit.chunk for hit in shelf.arms.search_entities(ask(text))] == [chunk_of(ACME, "lamp")]
    assert shelf.arms.search_entities(ask("What does it cost?")) == []


def test_a_page_that_is_linked_to_is_found_from_the_page_that_links(shelf: Shelf) -> None:
    seeds = [chunk_of(ACME, "plans")]
    found = shelf.arms.follow_links(ask("How soon does one get answers with the Pro plan?"), seeds)
    assert [hit.chunk for hit in found] == [chunk_of(ACME, "levels")]


def test_pages_that_link_to_the_same_place_are_not_linked(shelf: Shelf) -> None:
    assert shelf.arms.follow_links(ask("answers"), [chunk_of(ACME, "holidays")]) == []


def test_links_stay_in_the_scope_and_with_their_tenant(shelf: Shelf) -> None:
    seeds = [chunk_of(ACME, "plans")]
    only = SearchScope(document_ids=(chunk_of(ACME, "plans").document_id, chunk_of(ACME, "lamp").document_id))
    assert shelf.arms.follow_links(ask("answers", scope=only), seeds) == []
    assert shelf.arms.search_entities(ask("Aurora Lamp", scope=SearchScope(source_ids=(OTHER,)))) == []
    assert shelf.arms.follow_links(ask("answers", tenant=OTHER), seeds) == []
    theirs = shelf.arms.search_entities(ask("Aurora Lamp", tenant=OTHER))
    assert [hit.chunk for hit in theirs] == [chunk_of(OTHER, "lamp")]

"""What the graph adds to a search: passages that mention what the question names, and passages of pages that the best
finds link to.

Links are the tenant's own: a page links to an address, and another page is at that address. The graph says which pages
to look at, the vector store which of their passages; whatever it says is held against the search's scope.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from agents.retrieval.fusion import ArmHit, Weighting, fuse
from agents.retrieval.retriever import Question
from ingestion.graph.port import GraphStore, Neighbour
from ingestion.pipeline.entities import find_entities
from ingestion.vectors.port import Hit, SearchScope, VectorChunk, VectorStore

MOST_KEYS = 40
MOST_SECTIONS = 60
MOST_LINKED_PAGES = 200
LINKED_PASSAGES = 10


@dataclass(frozen=True, slots=True)
class GraphArms:
    """`open_graph` is asked with each question; it may raise what a store raises that is away."""

    open_graph: Callable[[], GraphStore]
    vectors: VectorStore

    def search_entities(self, question: Question) -> list[Hit]:
        """Passages by how many of the question's entities they mention, rare entities first."""
        graph = self.open_graph()
        named = graph.find(question.tenant_id, _possible_keys(question.text))
        mentions: dict[UUID, float] = defaultdict(float)
        for key in named:
            sections = graph.neighbours(
                question.tenant_id, [key], hops=1, edge_kinds=("mentions",), limit=MOST_SECTIONS
            )
            for section in sections:
                if chunk_id := _id_of(section, "section:"):
                    mentions[chunk_id] += (1 + min(section.weight, 5.0) / 10) / len(sections)
        best = sorted(mentions, key=lambda each: (-mentions[each], each))[: question.limit]
        chunks = self.vectors.fetch(question.tenant_id, best)
        return [Hit(chunks[each], mentions[each]) for each in best if each in chunks and _is_in(question, chunks[each])]

    def follow_links(self, question: Question, seeds: Sequence[VectorChunk]) -> list[Hit]:
        """Of the pages that the seeds' pages link to, the passages nearest to the question."""
        pages = list(dict.fromkeys(chunk.document_id for chunk in seeds))
        linked = self._linked_pages(question, pages)
        if not linked:
            return []
        scope = SearchScope(question.scope.source_ids, tuple(linked))
        hits = [ArmHit("words", rank, hit.score, hit.chunk) for rank, hit in enumerate(self._words(question, scope), 1)]
        if question.vector is not None:
            near = self.vectors.search_dense(question.tenant_id, question.vector, limit=LINKED_PASSAGES, scope=scope)
            hits += [ArmHit("dense", rank, hit.score, hit.chunk) for rank, hit in enumerate(near, 1)]
        found = fuse(hits, weighting=Weighting(), limit=LINKED_PASSAGES)
        return [Hit(each.chunk, each.score) for each in found]

    def _words(self, question: Question, scope: SearchScope) -> list[Hit]:
        return self.vectors.search_words(question.tenant_id, question.text, limit=LINKED_PASSAGES, scope=scope)

    def _linked_pages(self, question: Question, pages: Sequence[UUID]) -> list[UUID]:
        """From a page to the addresses that it links to, and from each to the page that is there. Two hops, but apart:
        pages that only link to the same address have nothing to do with each other."""
        keys = [f"page:{page}" for page in pages]
        addresses = self._step(question, keys, "links_to")
        reached = self._step(question, [each.node.key for each in addresses], "is_at")
        found = [page for each in reached if (page := _id_of(each, "page:"))]
        allowed = question.scope.document_ids
        return [page for page in found if page not in pages and (not allowed or page in allowed)]

    def _step(self, question: Question, keys: Sequence[str], kind: str) -> list[Neighbour]:
        if not keys:
            return []
        graph = self.open_graph()
        return graph.neighbours(question.tenant_id, keys, hops=1, edge_kinds=(kind,), limit=MOST_LINKED_PAGES)


def _possible_keys(text: str) -> list[str]:
    """Keys that the question's names would have, as written and in small letters, alone and with their neighbours."""
    found = [entity.key for entity in find_entities(text)]
    words = [word.strip("?!.,;:()\"'“”„").casefold() for word in text.split()]
    words = [word for word in words if len(word) > 2]
    pairs = [" ".join(pair) for pair in pairwise(words)]
    return [f"entity:{key}" for key in dict.fromkeys([*found, *pairs, *words])][:MOST_KEYS]


def _id_of(neighbour: Neighbour, prefix: str) -> UUID | None:
    key = neighbour.node.key
    return UUID(key.removeprefix(prefix)) if key.startswith(prefix) else None


def _is_in(question: Question, chunk: VectorChunk) -> bool:
    scope = question.scope
    return (not scope.source_ids or chunk.source_id in scope.source_ids) and (
        not scope.document_ids or chunk.document_id in scope.document_ids
    )

"""The same pages once more, then ten of them edited: how long, and what exactly is another afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ingestion.models import Document
from tenants.context import tenant_scope
from tests.benchmarks.ingest import edit_page
from tests.benchmarks.peers.corpus import Page, StubEmbedder
from tests.benchmarks.peers.product import Shelf

EDITED = 10


@dataclass(frozen=True, slots=True)
class Contents:
    """What the stores really hold of one page: ids of passages and of edges, by the version that they say they are."""

    passages: frozenset[UUID]
    edges: frozenset[UUID]
    versions: frozenset[UUID]


def ingest_again(shelf: Shelf, pages: Sequence[Page], embedder: StubEmbedder) -> dict[str, object]:
    unchanged = shelf.ingest(pages)
    before = _contents(shelf)
    edited = [Page(page.name, edit_page(page.content)) for page in _pick(pages)]
    embedder.learn(edited)
    took = shelf.ingest(edited)
    after = _contents(shelf)
    names = {page.name for page in edited}
    others = before.keys() - names
    return {
        "unchanged_seconds": round(unchanged.submitting + unchanged.reading, 2),
        "unchanged_read": unchanged.documents,
        "edited_pages": len(edited),
        "edited_seconds": round(took.submitting + took.reading, 2),
        "edited_that_are_new": sum(_is_new(before[name], after[name]) for name in names),
        "others_that_differ": sum(before[name] != after.get(name) for name in others),
        "pages_that_came_or_went": len(before.keys() ^ after.keys()),
    }


def _pick(pages: Sequence[Page]) -> list[Page]:
    """From all over the manual, and sql.html: its name is a word of many others'."""
    named = [page for page in pages if page.name == "sql.html"]
    rest = [page for page in pages if page.name != "sql.html"]
    wanted = EDITED - len(named)
    return [*rest[:: max(1, len(rest) // wanted)][:wanted], *named]


def _is_new(before: Contents, after: Contents) -> bool:
    """Everything of the one version went, and one other is there whole."""
    return (
        len(after.versions) == 1
        and bool(after.passages)
        and not before.versions & after.versions
        and not before.passages & after.passages
        and not before.edges & after.edges
    )


def _contents(shelf: Shelf) -> dict[str, Contents]:
    """By page: every passage and every edge that the stores list for the tenant, also of versions that no row knows."""
    stores, tenant = shelf.stores, shelf.tenant_id
    with tenant_scope(tenant):
        names = dict(Document.objects.values_list("id", "external_id"))
        owners = dict(
            Document.objects.exclude(current_version_id=None).values_list("current_version_id", "external_id")
        )
    passages: dict[str, set[UUID]] = {name: set() for name in names.values()}
    versions: dict[str, set[UUID]] = {name: set() for name in names.values()}
    edges: dict[str, set[UUID]] = {name: set() for name in names.values()}
    after = None
    while held := stores.vectors.list_chunks(tenant, after=after):
        for each in held:
            name = names.get(each.document_id, f"unknown {each.document_id}")
            passages.setdefault(name, set()).add(each.id)
            versions.setdefault(name, set()).add(each.version_id)
        after = held[-1].id
    known = list(_graph_versions(shelf))
    for start in range(0, len(known), 200):
        for version, contents in stores.graph.contents_of_versions(tenant, known[start : start + 200]).items():
            name = owners.get(version, f"unknown version {version}")
            edges.setdefault(name, set()).update(contents.edge_ids)
            versions.setdefault(name, set()).add(version)
    return {
        name: Contents(
            frozenset(passages.get(name, ())), frozenset(edges.get(name, ())), frozenset(versions.get(name, ()))
        )
        for name in passages.keys() | edges.keys() | versions.keys()
    }


def _graph_versions(shelf: Shelf) -> list[UUID]:
    found: list[UUID] = []
    while page := shelf.stores.graph.list_versions(shelf.tenant_id, after=found[-1] if found else None):
        found += page
    return found

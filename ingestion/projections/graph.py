"""The graph beside the rows: each version's nodes and edges by id, versions of no one, nodes of no version."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from ingestion.graph.port import VersionContents, VersionNodes
from ingestion.projections import truth
from ingestion.projections.findings import Kind, Tally
from ingestion.projections.steps import Page, Task

DOCUMENTS = 100  # of one page
VERSIONS = 1000
MOST_LOOSE = 1000
EMPTY = VersionContents(frozenset(), frozenset())


def compare_contents(task: Task, after: UUID | None) -> Iterator[Page]:
    """Every version that answers, made again from its rows, beside what the graph holds of it."""
    while True:
        documents = truth.list_answering(task.tenant_id, after=after, limit=DOCUMENTS)
        tally = _compare_page(task, documents)
        after = documents[-1].ids.document_id if len(documents) == DOCUMENTS else None
        yield Page(after, tally)
        if after is None:
            return


def wanted_graphs(tenant_id: UUID, documents: Sequence[truth.Answering]) -> list[VersionNodes]:
    """Without those whose links are not known: of them no one can say what is missing."""
    passages = truth.load_passages(tenant_id, [each.ids.version_id for each in documents], with_vectors=False)
    graphs = [truth.graph_of(each, passages[each.ids.version_id]) for each in documents]
    return [graph for graph in graphs if graph is not None]


def _compare_page(task: Task, documents: Sequence[truth.Answering]) -> Tally:
    tally = Tally()
    wanted = wanted_graphs(task.tenant_id, documents)
    held = task.stores.graph.contents_of_versions(task.tenant_id, [each.version_id for each in wanted])
    tally.checked["versions"] += len(wanted)
    differing = [each for each in wanted if _differs(each, held.get(each.version_id, EMPTY))]
    current = truth.still_answering(task.tenant_id, [each.version_id for each in differing])
    for each in differing:
        if each.version_id in current:
            _report(task, tally, each, held.get(each.version_id, EMPTY))
    if differing and task.mends:
        write_versions(task, [each for each in differing if each.version_id in current])
    return tally


def _differs(wanted: VersionNodes, held: VersionContents) -> bool:
    return {node.key for node in wanted.nodes} != held.node_keys or {edge.id for edge in wanted.edges} != held.edge_ids


def _report(task: Task, tally: Tally, wanted: VersionNodes, held: VersionContents) -> None:
    edges = {edge.id for edge in wanted.edges}
    extra = held.edge_ids - edges
    if extra and task.mends:
        task.stores.graph.delete_edges(task.tenant_id, wanted.version_id, sorted(extra))
    lost = edges - held.edge_ids
    tally.note(Kind.NODES_MISSING, _count_missing(task, wanted, held, bool(lost or extra)), mended=task.mends)
    tally.note(Kind.EDGES_MISSING, len(lost), mended=task.mends)
    tally.note(Kind.EDGES_LEFT_OVER, len(extra), mended=task.mends)


def _count_missing(task: Task, wanted: VersionNodes, held: VersionContents, edges_differ: bool) -> int:
    """Nodes that are not there. One that others keep is only held by one less, which its missing edge tells already."""
    keys = sorted({node.key for node in wanted.nodes} - held.node_keys)
    gone = len(set(keys) - task.stores.graph.find(task.tenant_id, keys).keys()) if keys else 0
    return gone if gone or edges_differ else len(keys)


def write_versions(task: Task, versions: Sequence[VersionNodes]) -> None:
    """Write versions again; those that stopped answering meanwhile are taken out at once."""
    task.stores.graph.upsert_versions(task.tenant_id, versions)
    current = truth.still_answering(task.tenant_id, [each.version_id for each in versions])
    replaced = [(each.document_id, each.version_id) for each in versions if each.version_id not in current]
    if replaced:
        task.stores.graph.delete_versions(task.tenant_id, replaced)


def find_left_over_versions(task: Task, after: UUID | None) -> Iterator[Page]:
    """What the graph holds of versions that no one answers with and no one works on."""
    while True:
        held = task.stores.graph.list_versions(task.tenant_id, after=after, limit=VERSIONS)
        tally = Tally()
        gone = sorted(truth.leftovers(task.tenant_id, held))
        if gone and task.mends:  # their documents may be gone too; versions are enough to find what is theirs
            task.stores.graph.delete_versions(task.tenant_id, [(version, version) for version in gone])
        tally.note(Kind.VERSIONS_LEFT_OVER, len(gone), mended=task.mends)
        after = held[-1] if len(held) == VERSIONS else None
        yield Page(after, tally)
        if after is None:
            return


def find_loose_nodes(task: Task, after: UUID | None) -> Iterator[Page]:
    """There are none unless someone changed the store by hand."""
    while True:
        tally = Tally()
        keys = task.stores.graph.delete_loose_nodes(task.tenant_id, limit=MOST_LOOSE, is_dry=not task.mends)
        tally.note(Kind.NODES_LOOSE, len(keys), mended=task.mends)
        is_done = len(keys) < MOST_LOOSE or not task.mends
        yield Page(None if is_done else task.tenant_id, tally)
        if is_done:
            return

"""The contacts' part of the graph beside their rows."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from ingestion.contacts.graph import EMPTY, graphs_of, list_related, project_contacts
from ingestion.projections.findings import Kind, Tally
from ingestion.projections.steps import Page, Task

CONTACTS = 200  # of one page


def compare_contacts(task: Task, after: UUID | None) -> Iterator[Page]:
    """Every contact who has to do with something, made again from its rows, beside what the graph holds of it."""
    while True:
        contacts = list_related(task.tenant_id, after=after, limit=CONTACTS)
        tally = _compare(task, contacts)
        after = contacts[-1] if len(contacts) == CONTACTS else None
        yield Page(after, tally)
        if after is None:
            return


def _compare(task: Task, contacts: Sequence[UUID]) -> Tally:
    tally = Tally()
    tally.checked["contacts"] += len(contacts)
    held = task.stores.graph.contents_of_versions(task.tenant_id, contacts)
    differing: list[UUID] = []
    for wanted in graphs_of(task.tenant_id, contacts):
        there, edges = held.get(wanted.version_id, EMPTY).edge_ids, {edge.id for edge in wanted.edges}
        tally.note(Kind.EDGES_MISSING, len(edges - there), mended=task.mends)
        tally.note(Kind.EDGES_LEFT_OVER, len(there - edges), mended=task.mends)
        if there != edges:
            differing.append(wanted.version_id)
    if differing and task.mends:
        project_contacts(task.tenant_id, differing, task.stores.graph)
    return tally


def write_contacts(task: Task) -> None:
    """All of them again, for a rebuild."""
    after: UUID | None = None
    while contacts := list_related(task.tenant_id, after=after, limit=CONTACTS):
        project_contacts(task.tenant_id, contacts, task.stores.graph)
        after = contacts[-1]

"""Making a store again from PostgreSQL while answers go on: everything is written over what is there, under the same
ids, and only then is taken out what PostgreSQL does not know. At no moment is the store emptier than before.

It can be stopped and goes on where it was. A version that is replaced meanwhile is not left behind.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from ingestion.models import Rebuild
from ingestion.pipeline.row_vectors import with_vectors_of
from ingestion.pipeline.stores import Stores
from ingestion.projections import contacts, graph, truth, vectors
from ingestion.projections.findings import Tally
from ingestion.projections.reconcile import OF_STORE, compare
from ingestion.projections.steps import Task

DOCUMENTS = 50  # of one call to a store


class Advance(NamedTuple):
    """Documents written so far in this run, and how many there are to write in it."""

    done: int
    total: int


class Finished(NamedTuple):
    """`other_model`: passages whose vectors are another model's; they have to be embedded anew, not copied."""

    tally: Tally
    other_model: int


def rebuild(store: str, tenant_id: UUID, stores: Stores, *, on_progress: Callable[[Advance], None]) -> Finished:
    """`store` is "vectors" or "graph". Raises what the store raises; run it again and it goes on."""
    task = Task(tenant_id, stores.of(tenant_id), mends=True)
    row, _ = Rebuild.objects.get_or_create(store=store, tenant_id=tenant_id)
    write = _write_vectors if store == "vectors" else _write_graph
    done = skipped = 0
    total = truth.count_answering(tenant_id, after=row.after)
    for documents in _pages(tenant_id, row.after):
        skipped += write(task, documents)
        Rebuild.objects.filter(id=row.id).update(after=documents[-1].ids.document_id)
        done += len(documents)
        on_progress(Advance(done, max(total, done)))
    if store == "graph":
        contacts.write_contacts(task)
    tally = compare(task, OF_STORE[store])
    Rebuild.objects.filter(id=row.id).delete()
    return Finished(tally, skipped)


def forget_progress(store: str, tenant_id: UUID) -> None:
    """The next rebuild begins at the beginning."""
    Rebuild.objects.filter(store=store, tenant_id=tenant_id).delete()


def _pages(tenant_id: UUID, after: UUID | None) -> Iterator[Sequence[truth.Answering]]:
    while documents := truth.list_answering(tenant_id, after=after, limit=DOCUMENTS):
        yield documents
        after = documents[-1].ids.document_id


def _write_graph(task: Task, documents: Sequence[truth.Answering]) -> int:
    graph.write_versions(task, graph.wanted_graphs(task.tenant_id, documents))
    return 0


def _write_vectors(task: Task, documents: Sequence[truth.Answering]) -> int:
    model_key = task.stores.embedder.model.key
    versions = [each.ids.version_id for each in documents]
    passages = truth.load_passages(task.tenant_id, versions, with_vectors=True)
    rows = [row for version in versions for row in passages[version]]
    usable = with_vectors_of(task.tenant_id, rows, model_key)
    vectors.write_rows(task, usable)
    return len(rows) - len(usable)

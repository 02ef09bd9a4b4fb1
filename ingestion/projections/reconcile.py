"""Comparing one tenant's stores with PostgreSQL and mending them, step by step, within a budget of time.

Where it stopped is kept in the tenant's `ProjectionCheck` row, and the next turn goes on there; so is what it found.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from ingestion.graph.port import GraphStore
from ingestion.models import ProjectionCheck
from ingestion.pipeline.stores import Stores
from ingestion.projections import contacts, graph, vectors
from ingestion.projections.findings import Kind, Tally
from ingestion.projections.steps import Step, Task
from ingestion.vectors.port import VectorStore
from tenants.selectors import list_tenant_ids

STEPS: dict[str, Step] = {
    "vectors": vectors.compare_ids,
    "searches": vectors.search_samples,
    "graph": graph.compare_contents,
    "contacts": contacts.compare_contacts,
    "graph versions": graph.find_left_over_versions,
    "graph nodes": graph.find_loose_nodes,
}
OF_STORE = {"vectors": ("vectors", "searches"), "graph": ("graph", "contacts", "graph versions", "graph nodes")}
TENANTS = 1000


class Part(NamedTuple):
    """Something that holds tenants' data, and how much of one it holds."""

    name: str
    store: VectorStore | GraphStore
    count: Callable[[UUID], int]


class Progress(NamedTuple):
    """What a page found, and where to go on: `step` is "" at the end."""

    step: str
    after: UUID | None
    tally: Tally


def compare(task: Task, steps: Sequence[str] = tuple(STEPS)) -> Tally:
    """One tenant from beginning to end, at once. Raises what a store raises when it is away."""
    total = Tally()
    for progress in _run(task, steps, None):
        total.add(progress.tally)
    return total


def take_turn(check: ProjectionCheck, stores: Stores, *, seconds: float) -> bool:
    """Go on with a tenant's comparison for about so long, mending what it finds; True when it came to its end."""
    deadline = time.monotonic() + seconds
    tally = Tally.from_json(check.progress.get("tally", {}))
    names = list(STEPS)
    begin = names.index(check.progress["step"]) if check.progress.get("step") in STEPS else 0
    after = check.progress.get("after")
    task = Task(check.tenant_id, stores.of(check.tenant_id), mends=True)
    for progress in _run(task, names[begin:], UUID(after) if after else None):
        tally.add(progress.tally)
        if not progress.step:
            write_report(check.tenant_id, tally)
            return True
        if time.monotonic() > deadline:
            position = {"step": progress.step, "after": str(progress.after or ""), "tally": tally.to_json()}
            ProjectionCheck.objects.filter(id=check.id).update(progress=position)
            return False
    return False


def write_report(tenant_id: UUID, tally: Tally) -> None:
    """A comparison of everything came to its end."""
    ProjectionCheck.objects.update_or_create(
        tenant_id=tenant_id,
        defaults={"due_at": None, "finished_at": timezone.now(), "progress": {}, "report": tally.to_json()},
    )


def compare_tenants(stores: Stores, *, mends: bool, names: Sequence[str], owns_all: Sequence[str]) -> Tally:
    """Erase from the named stores what they hold of tenants that no longer exist.

    A server may serve other installations too: of a store not named in `owns_all` only tenants go whom this
    installation knew.
    """
    tally = Tally()
    existing = set(list_tenant_ids())
    known = set(ProjectionCheck.objects.values_list("tenant_id", flat=True)) - existing
    for part in _parts(stores, names):
        held = (
            _held_by(part.store) - existing if part.name in owns_all else {each for each in known if part.count(each)}
        )
        for tenant_id in held:
            if mends:
                part.store.delete_tenant(tenant_id)
        tally.note(Kind.TENANTS_LEFT_OVER, len(held), mended=mends)
    if mends and len(names) == len(OF_STORE):
        ProjectionCheck.objects.filter(tenant_id__in=known).delete()
    return tally


def _held_by(store: VectorStore | GraphStore) -> set[UUID]:
    held: set[UUID] = set()
    after: UUID | None = None
    while page := store.list_tenants(after=after, limit=TENANTS):
        held |= set(page)
        after = page[-1]
    return held


def _parts(stores: Stores, names: Sequence[str]) -> list[Part]:
    """The named stores; of the vector store each model's collection."""
    collections = stores.all_collections() if "vectors" in names else []
    parts = [Part("vectors", each, each.count) for each in collections]
    graph = Part("graph", stores.graph, lambda tenant_id: stores.graph.counts(tenant_id).nodes)
    return [*parts, graph] if "graph" in names else parts


def _run(task: Task, steps: Sequence[str], after: UUID | None) -> Iterator[Progress]:
    for name, following in zip(steps, [*steps[1:], ""], strict=True):
        for page in STEPS[name](task, after):
            yield Progress(name, page.after, page.tally) if page.after else Progress(following, None, page.tally)
        after = None

"""The product's side: its pipeline on its real stores, as the ingest worker runs it, without the events before it."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from ingestion.models import DocumentVersion
from ingestion.pipeline.run import Submitted, ingest_versions
from ingestion.pipeline.stores import Stores
from ingestion.services import NewDocument, SubmittedDocument, ensure_upload_source, submit_documents
from rapport.config import get_config
from rapport.events.errors import NotNow
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.services import create_tenant
from tests.benchmarks.peers.corpus import Page

TOGETHER = 16  # documents that a handler takes, as `ingestion.events` subscribes
SUBMITTED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of handing in and of everything after it, and how many documents were read."""

    submitting: float
    reading: float
    documents: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One tenant with its upload source and the stores that it is read into."""

    tenant_id: UUID
    source_id: UUID
    stores: Stores

    @classmethod
    def of_new_tenant(cls, owner_id: UUID, stores: Stores) -> "Shelf":
        tenant_id = create_tenant(name="Bench", owner_id=owner_id)
        return cls(tenant_id, ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM), stores)

    def ingest(self, pages: Sequence[Page]) -> Took:
        """Hand the pages in and read what is new. Raises what a run could not do."""
        started = time.perf_counter()
        new = [each for each in self._submit(pages) if not each.is_unchanged]
        between = time.perf_counter()
        self._read([Submitted(each.document_id, each.version_id) for each in new])
        return Took(between - started, time.perf_counter() - between, len(new))

    def stages(self) -> dict[str, float]:
        """Seconds by stage, added up over the threads that work at once."""
        total: Counter[str] = Counter()
        with tenant_scope(self.tenant_id):
            for timings in DocumentVersion.objects.values_list("timings_ms", flat=True):
                total.update(timings)
        return {stage: round(spent / 1000, 1) for stage, spent in total.items()}

    def clear(self) -> None:
        self.stores.vectors.delete_tenant(self.tenant_id)
        self.stores.graph.delete_tenant(self.tenant_id)

    def _submit(self, pages: Sequence[Page]) -> Iterator[SubmittedDocument]:
        for start in range(0, len(pages), SUBMITTED_AT_ONCE):
            documents = [NewDocument(page.name, page.content) for page in pages[start : start + SUBMITTED_AT_ONCE]]
            for result in submit_documents(
                tenant_id=self.tenant_id, actor=SYSTEM, source_id=self.source_id, documents=documents
            ):
                if isinstance(result, Exception):
                    raise result
                yield result

    def _read(self, waiting: list[Submitted]) -> None:
        """As many runs at once as a worker has slots; what a run leaves goes back to the front."""
        with ThreadPoolExecutor(get_config().ingest_slots) as pool:
            running: dict[Future[list[Exception | None]], list[Submitted]] = {}
            while waiting or running:
                while waiting and len(running) < get_config().ingest_slots:
                    group, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
                    running[pool.submit(self._run, group)] = group
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    waiting = _left(running.pop(done), done.result()) + waiting

    def _run(self, group: Sequence[Submitted]) -> list[Exception | None]:
        return ingest_versions(tenant_id=self.tenant_id, submitted=group, stores=self.stores)


def _left(group: Sequence[Submitted], outcomes: Sequence[Exception | None]) -> list[Submitted]:
    for outcome in outcomes:
        if outcome is not None and not isinstance(outcome, NotNow):
            raise outcome
    return [each for each, outcome in zip(group, outcomes, strict=True) if outcome is not None]

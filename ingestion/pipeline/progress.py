"""How far a version's ingest is, written to its row so that people can watch; throttled, since rows are not free."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from ingestion.models import DocumentVersion, IngestStage
from tenants.context import tenant_scope

_SECONDS_BETWEEN_WRITES = 0.5


class Progress:
    """One run of one version. Times are in milliseconds by stage."""

    def __init__(self, tenant_id: UUID, version_id: UUID) -> None:
        self.timings_ms: dict[str, int] = {}
        self._tenant_id = tenant_id
        self._version_id = version_id
        self._written_at = time.monotonic()

    @contextmanager
    def stage(self, stage: IngestStage, *, total: int = 0) -> Iterator[None]:
        """Enter a stage; its time counts also when it fails."""
        started = time.monotonic()
        self._write({"stage": stage, "done_units": 0, "total_units": total})
        try:
            yield
        finally:
            spent = round((time.monotonic() - started) * 1000)
            self.timings_ms[stage] = self.timings_ms.get(stage, 0) + spent

    def advance(self, done: int) -> None:
        self._write({"done_units": done})

    def _write(self, facts: dict[str, object]) -> None:
        now = time.monotonic()
        if now - self._written_at < _SECONDS_BETWEEN_WRITES:
            return
        self._written_at = now
        with tenant_scope(self._tenant_id):
            DocumentVersion.objects.filter(id=self._version_id).update(**facts)

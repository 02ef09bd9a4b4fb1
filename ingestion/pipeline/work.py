"""One version on its way through a run, and what happens when a step fails for one of several.

A step takes a group of versions at once. It is idempotent, so a step that fails for a group is done again for each
alone: what is wrong with one document then stops that one only.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from ingestion.chunking.chunk import TextChunk
from ingestion.embedding.errors import EmbeddingUnavailable
from ingestion.graph.errors import GraphStoreUnavailable
from ingestion.models import Chunk, Document, DocumentVersion, IngestStage
from ingestion.parsing.document import ParsedDocument
from ingestion.pipeline.graph_of import VersionGraph
from ingestion.pipeline.passages import Version
from ingestion.titles import readable_title
from ingestion.vectors.errors import VectorStoreUnavailable
from rapport.events.errors import LeaseLost
from rapport.giving_way import FEW, give_way
from rapport.streams.changes import note_change
from tenants.context import tenant_scope
from tenants.live import DOCUMENTS

OUTAGES = (EmbeddingUnavailable, VectorStoreUnavailable, GraphStoreUnavailable)
_SECONDS_BETWEEN_WRITES = 0.5


@dataclass(slots=True)
class Work:
    """`is_ready`: it answers already, only the clearing up is left. `error`: why it goes no further in this run;
    `has_failed`: for good, and the document says so."""

    version: Version
    document: Document
    row: DocumentVersion
    is_ready: bool
    parsed: ParsedDocument | None = None
    chunks: list[TextChunk] = field(default_factory=list)
    rows: list[Chunk] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)  # addresses that the text links to
    graph: VersionGraph = field(default_factory=lambda: VersionGraph([], []))
    timings_ms: dict[str, float] = field(default_factory=dict)
    error: Exception | None = None
    has_failed: bool = False

    @property
    def text(self) -> ParsedDocument:
        """The parsed document; only after parsing."""
        assert self.parsed is not None
        return self.parsed

    @property
    def title(self) -> str:
        return readable_title(self.text.title or self.document.external_id)


Step = Callable[[Sequence[Work]], None]


def going(works: Sequence[Work]) -> list[Work]:
    """Those that nothing has stopped yet."""
    return [work for work in works if work.error is None]


def attempt(works: Sequence[Work], step: Step) -> None:
    """Do the step for all that still go; an exception becomes the `error` of those that it stops. Raises LeaseLost."""
    group = going(works)
    if not group:
        return
    try:
        step(group)
    except LeaseLost:
        raise
    except Exception as error:
        if len(group) == 1 or isinstance(error, OUTAGES):
            for work in group:
                work.error = error
            return
        for work in group:
            attempt([work], step)


class Watch:
    """Times of each stage, and the stage written to the rows so that people can watch; throttled: rows are not free."""

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id
        self._written_at = time.monotonic()

    @contextmanager
    def stage(self, stage: IngestStage, works: Sequence[Work]) -> Iterator[None]:
        """Enter a stage with these; its time counts also when it fails, for each by its share of the passages. An
        import lets people go first."""
        if len(works) > FEW:
            give_way()
        started = time.monotonic()
        total = len(works[0].chunks) if len(works) == 1 else 0
        self._write(works, {"stage": stage, "done_units": 0, "total_units": total})
        try:
            yield
        finally:
            spent = (time.monotonic() - started) * 1000
            passages = sum(len(work.chunks) for work in works)
            for work in works:
                share = len(work.chunks) / passages if passages else 1 / len(works)
                work.timings_ms[stage] = work.timings_ms.get(stage, 0.0) + spent * share

    def advance(self, works: Sequence[Work], done: int) -> None:
        """So many passages of a group are embedded; told where the group is one document."""
        if len(works) == 1:
            self._write(works, {"done_units": done})

    def _write(self, works: Sequence[Work], facts: dict[str, object]) -> None:
        now = time.monotonic()
        if now - self._written_at < _SECONDS_BETWEEN_WRITES:
            return
        self._written_at = now
        with tenant_scope(self._tenant_id):
            DocumentVersion.objects.filter(id__in=[work.version.version_id for work in works]).update(**facts)
            note_change(self._tenant_id, DOCUMENTS)


def rounded(timings_ms: dict[str, float]) -> dict[str, int]:
    return {stage: round(spent) for stage, spent in timings_ms.items()}

"""Reads about what a tenant knows, as frozen dataclasses: for dashboard, API and the turn. Never a model row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from ingestion.errors import DocumentNotFound, SourceNotFound
from ingestion.models import Chunk, Document, DocumentState, DocumentVersion, IngestStage, Source
from tenants.context import tenant_scope

_RATE_WINDOW = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Progress:
    """`rate` is units per second (passages for a document, documents for a source); None while nothing is known."""

    done: int
    total: int
    rate: float | None
    seconds_left: float | None

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class SourceView:
    id: UUID
    kind: str
    name: str
    url: str
    documents: int
    ready: int
    waiting: int  # queued or being read
    failed: int
    crawl_state: str
    crawl_error_code: str
    crawl_error: str
    pages_seen: int
    last_crawled_at: datetime | None
    progress: Progress

    @property
    def is_busy(self) -> bool:
        return self.waiting > 0 or self.crawl_state in {"queued", "running"}


@dataclass(frozen=True, slots=True)
class DocumentView:
    """`name` is the file's name or the page's address; `error_message` says what to do."""

    id: UUID
    source_id: UUID
    name: str
    title: str
    url: str
    language: str
    size_bytes: int
    state: str
    state_label: str
    stage: str
    stage_label: str
    progress: Progress
    chunks: int
    tokens: int
    embedded: int
    error_code: str
    error_message: str
    is_answering: bool  # a version of it is in the stores, also while a newer one is read or failed
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PassageView:
    """Character offsets are into the document's text."""

    id: UUID
    document_id: UUID
    ordinal: int
    text: str
    heading_path: tuple[str, ...]
    anchor: str
    char_start: int
    char_end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    document: DocumentView
    text: str
    passages: tuple[PassageView, ...]
    timings_ms: dict[str, int]
    nodes: int
    edges: int


@dataclass(frozen=True, slots=True)
class VersionView:
    """One content of a document; `is_answering`: it is the one that the stores hold."""

    id: UUID
    stage_label: str
    chunks: int
    embedded: int  # computed for this version; the other passages were taken over
    is_answering: bool
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """What a citation needs to open its source at the passage."""

    passage: PassageView
    title: str
    name: str
    url: str  # the page's address with the passage's anchor; "" for uploads


@dataclass(frozen=True, slots=True)
class KnowledgeCounts:
    sources: int
    documents: int
    ready: int
    waiting: int
    failed: int
    passages: int


def list_sources(*, tenant_id: UUID, limit: int | None = None, before: UUID | None = None) -> list[SourceView]:
    """Newest first; sources that are being deleted are not among them. `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = _sources().filter(id__lt=before) if before else _sources()
        return [_source_view(source) for source in rows.order_by("-id")[:limit]]


def get_source(*, tenant_id: UUID, source_id: UUID) -> SourceView:
    """Raises SourceNotFound, also for another tenant's."""
    with tenant_scope(tenant_id):
        source = _sources().filter(id=source_id).first()
        if source is None:
            raise SourceNotFound("There is no such source; it may have been deleted.")
        return _source_view(source)


def list_documents(
    *,
    tenant_id: UUID,
    source_id: UUID | None = None,
    state: str = "",
    limit: int = 50,
    offset: int = 0,
    before: UUID | None = None,
) -> list[DocumentView]:
    """Newest first. `state` is a DocumentState or "" for all; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = _documents().filter(id__lt=before) if before else _documents()
        rows = rows.filter(source_id=source_id) if source_id else rows
        rows = rows.filter(state=state) if state else rows
        return _document_views(list(rows.order_by("-id")[offset : offset + limit]))


def get_document(*, tenant_id: UUID, document_id: UUID) -> DocumentView:
    """Raises DocumentNotFound, also for another tenant's."""
    with tenant_scope(tenant_id):
        return _document_views([_document(document_id)])[0]


def get_document_detail(*, tenant_id: UUID, document_id: UUID) -> DocumentDetail:
    """The version that answers, else the newest, with its text and passages. Raises DocumentNotFound."""
    with tenant_scope(tenant_id):
        document = _document(document_id)
        versions = DocumentVersion.objects.filter(document_id=document_id)
        version = (
            versions.filter(id=document.current_version_id or document.id).first() or versions.order_by("-id").first()
        )
        passages = Chunk.objects.filter(version=version).defer("embedding").order_by("ordinal") if version else ()
        return DocumentDetail(
            document=_document_views([document])[0],
            text=version.text if version else "",
            passages=tuple(_passage_view(chunk) for chunk in passages),
            timings_ms=dict(version.timings_ms) if version else {},
            nodes=version.node_count if version else 0,
            edges=version.edge_count if version else 0,
        )


def list_versions(*, tenant_id: UUID, document_id: UUID, limit: int = 10) -> list[VersionView]:
    """Newest first. Raises DocumentNotFound, also for another tenant's."""
    with tenant_scope(tenant_id):
        current = _document(document_id).current_version_id
        rows = DocumentVersion.objects.defer("text").filter(document_id=document_id).order_by("-id")[:limit]
        return [
            VersionView(
                id=row.id,
                stage_label=IngestStage(row.stage).label,
                chunks=row.chunk_count,
                embedded=row.embedded_count,
                is_answering=row.id == current,
                created_at=row.created_at,
                finished_at=row.finished_at,
            )
            for row in rows
        ]


def list_passages(*, tenant_id: UUID, document_id: UUID, limit: int, after: int = -1) -> list[PassageView]:
    """Of the version that answers, in their order; `after` is the last ordinal of the page before.

    Raises DocumentNotFound, also for another tenant's.
    """
    with tenant_scope(tenant_id):
        answering = _document(document_id).current_version_id
        if answering is None:
            return []
        rows = Chunk.objects.filter(version_id=answering, ordinal__gt=after).defer("embedding")
        return [_passage_view(chunk) for chunk in rows.order_by("ordinal")[:limit]]


def get_passages(*, tenant_id: UUID, ids: Sequence[UUID]) -> dict[UUID, CitedPassage]:
    """The passages that still exist, by id; other tenants' ids find nothing."""
    with tenant_scope(tenant_id):
        rows = Chunk.objects.filter(id__in=list(ids)).defer("embedding").select_related("document")
        return {chunk.id: _cited(chunk) for chunk in rows}


def get_neighbours(*, tenant_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[CitedPassage]]:
    """Of each passage the one before and the one after it in the same version, as far as they exist, in their order."""
    with tenant_scope(tenant_id):
        around = list(Chunk.objects.filter(id__in=list(ids)).values_list("id", "version_id", "ordinal"))
        wanted = Q(pk__in=[])
        for _, version_id, ordinal in around:
            wanted |= Q(version_id=version_id, ordinal__in=[ordinal - 1, ordinal + 1])
        rows = Chunk.objects.filter(wanted).defer("embedding").select_related("document").order_by("ordinal")
        beside = [(chunk.version_id, chunk.ordinal, _cited(chunk)) for chunk in rows]
    return {
        each: [cited for version, place, cited in beside if version == version_id and abs(place - ordinal) == 1]
        for each, version_id, ordinal in around
    }


def tally_documents(*, tenant_id: UUID, source_id: UUID | None = None) -> tuple[Counter[str], Counter[str]]:
    """How many documents are in each state, and how many failed by each code. Cheap enough to ask twice a second."""
    with tenant_scope(tenant_id):
        rows = _documents().filter(source_id=source_id) if source_id else _documents()
        states = rows.values_list("state").annotate(count=Count("id")).values_list("state", "count")
        failed = rows.filter(state=DocumentState.FAILED)
        codes = failed.values_list("error_code").annotate(count=Count("id")).values_list("error_code", "count")
        return Counter(dict(states)), Counter(dict(codes))


def measure_storage(*, tenant_id: UUID) -> tuple[int, int]:
    """(passages, bytes as they came) of what answers now."""
    with tenant_scope(tenant_id):
        current = _documents().exclude(current_version_id=None)
        versions = DocumentVersion.objects.filter(id__in=current.values("current_version_id"))
        passages = versions.aggregate(sum=Sum("chunk_count", default=0))["sum"]
        return passages, current.aggregate(sum=Sum("size_bytes", default=0))["sum"]


def count_knowledge(*, tenant_id: UUID) -> KnowledgeCounts:
    with tenant_scope(tenant_id):
        states = dict(_documents().values_list("state").annotate(count=Count("id")).values_list("state", "count"))
        current = _documents().exclude(current_version_id=None).values("current_version_id")
        passages = DocumentVersion.objects.filter(id__in=current).aggregate(sum=Sum("chunk_count"))["sum"]
        return KnowledgeCounts(
            sources=Source.objects.exclude(crawl_state="deleting").count(),
            documents=sum(states.values()),
            ready=states.get(DocumentState.READY, 0),
            waiting=states.get(DocumentState.QUEUED, 0) + states.get(DocumentState.PROCESSING, 0),
            failed=states.get(DocumentState.FAILED, 0),
            passages=passages or 0,
        )


def _sources() -> QuerySet[Source]:
    living = ~Q(documents__state=DocumentState.DELETING)
    waiting = Q(documents__state__in=[DocumentState.QUEUED, DocumentState.PROCESSING])
    since = timezone.now() - _RATE_WINDOW
    return Source.objects.exclude(crawl_state="deleting").annotate(
        document_total=Count("documents", filter=living),
        ready_total=Count("documents", filter=Q(documents__state=DocumentState.READY)),
        waiting_total=Count("documents", filter=waiting),
        failed_total=Count("documents", filter=Q(documents__state=DocumentState.FAILED)),
        lately_total=Count(
            "documents", filter=Q(documents__state=DocumentState.READY, documents__updated_at__gte=since)
        ),
    )


def _source_view(source: Source) -> SourceView:
    facts = vars(source)  # the annotations of _sources()
    total, waiting = facts["document_total"], facts["waiting_total"]
    rate = facts["lately_total"] / _RATE_WINDOW.total_seconds() if waiting and facts["lately_total"] else None
    return SourceView(
        id=source.id,
        kind=source.kind,
        name=source.name,
        url=str(source.config.get("url", "")),
        documents=total,
        ready=facts["ready_total"],
        waiting=waiting,
        failed=facts["failed_total"],
        crawl_state=source.crawl_state,
        crawl_error_code=source.crawl_error_code,
        crawl_error=source.crawl_error,
        pages_seen=source.pages_seen,
        last_crawled_at=source.last_crawled_at,
        progress=Progress(total - waiting, total, rate, waiting / rate if rate else None),
    )


def _documents() -> QuerySet[Document]:
    return Document.objects.exclude(state=DocumentState.DELETING)


def _document(document_id: UUID) -> Document:
    document = _documents().filter(id=document_id).first()
    if document is None:
        raise DocumentNotFound("There is no such document; it may have been deleted.")
    return document


def _document_views(documents: list[Document]) -> list[DocumentView]:
    ids = [document.id for document in documents]
    versions = DocumentVersion.objects.defer("text").filter(document_id__in=ids).order_by("id")
    newest = {version.document_id: version for version in versions}
    return [_document_view(document, newest.get(document.id)) for document in documents]


def _document_view(document: Document, version: DocumentVersion | None) -> DocumentView:
    stage = version.stage if version else IngestStage.FAILED
    return DocumentView(
        id=document.id,
        source_id=document.source_id,
        name=document.external_id,
        title=document.title or document.external_id,
        url=document.url,
        language=document.language,
        size_bytes=document.size_bytes,
        state=document.state,
        state_label=DocumentState(document.state).label,
        stage=stage,
        stage_label=IngestStage(stage).label,
        progress=_document_progress(version),
        chunks=version.chunk_count if version else 0,
        tokens=version.token_count if version else 0,
        embedded=version.embedded_count if version else 0,
        error_code=document.error_code,
        error_message=document.error_message,
        is_answering=document.current_version_id is not None,
        created_at=document.created_at,
        updated_at=document.updated_at,
    )


def _document_progress(version: DocumentVersion | None) -> Progress:
    if version is None or not version.total_units:
        return Progress(0, 0, None, None)
    done, total = version.done_units, version.total_units
    if version.stage == IngestStage.READY or version.started_at is None or not done:
        return Progress(done, total, None, None)
    rate = done / max((timezone.now() - version.started_at).total_seconds(), 0.1)
    return Progress(done, total, rate, (total - done) / rate)


def _passage_view(chunk: Chunk) -> PassageView:
    return PassageView(
        id=chunk.id,
        document_id=chunk.document_id,
        ordinal=chunk.ordinal,
        text=chunk.text,
        heading_path=tuple(chunk.heading_path),
        anchor=chunk.anchor,
        char_start=chunk.char_start,
        char_end=chunk.char_end,
        tokens=chunk.token_count,
    )


def _cited(chunk: Chunk) -> CitedPassage:
    document = chunk.document
    anchor = f"#{chunk.anchor}" if document.url and chunk.anchor else ""
    return CitedPassage(
        passage=_passage_view(chunk),
        title=document.title or document.external_id,
        name=document.external_id,
        url=f"{document.url}{anchor}",
    )


def is_in_knowledge(tenant_id: UUID, word: str) -> bool:
    """Whether any document has it."""
    with tenant_scope(tenant_id):
        return Chunk.objects.filter(text__icontains=word).exists()

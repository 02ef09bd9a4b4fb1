"""What a crawl reads from and writes to the database: the source's row, and what is known of its pages."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from ingestion.blobs import read_blob
from ingestion.models import Document, DocumentState, DocumentVersion, Source
from ingestion.services.sources import DEFAULT_PAGES, DELETING
from rapport.errors import RapportError
from rapport.streams.changes import note_change
from tenants.context import tenant_scope
from tenants.live import DOCUMENTS

_SECONDS_BETWEEN_WRITES = 1.0


class CrawlAbandoned(RapportError):
    """The source was deleted while it was crawled."""

    code = "crawl_abandoned"


@dataclass(frozen=True, slots=True)
class KnownPage:
    """`is_whole`: its last content was read without error, so the site need not send it again."""

    document_id: UUID
    etag: str
    last_modified: str
    is_whole: bool


@dataclass
class CrawlRecord:
    tenant_id: UUID
    source_id: UUID
    url: str
    max_pages: int
    known: dict[str, KnownPage]
    pages_seen: int = 0
    _written_at: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, tenant_id: UUID, source_id: UUID) -> "CrawlRecord | None":
        """Mark the source as running; None when it is gone or going."""
        with tenant_scope(tenant_id):
            source = Source.objects.filter(id=source_id).exclude(crawl_state=DELETING).first()
            if source is None:
                return None
            source.crawl_state, source.crawl_error_code, source.crawl_error = "running", "", ""
            source.pages_seen = 0
            source.save(update_fields=["crawl_state", "crawl_error_code", "crawl_error", "pages_seen"])
            url, max_pages = str(source.config["url"]), int(source.config.get("max_pages", DEFAULT_PAGES))
            return cls(tenant_id, source_id, url, max_pages, _known_pages(source_id))

    def count_page(self) -> None:
        self.pages_seen += 1

    def check(self) -> None:
        """Write progress now and then. Raises CrawlAbandoned when the source was deleted."""
        now = time.monotonic()
        if now - self._written_at < _SECONDS_BETWEEN_WRITES:
            return
        self._written_at = now
        with tenant_scope(self.tenant_id):
            living = Source.objects.filter(id=self.source_id).exclude(crawl_state=DELETING)
            if not living.update(pages_seen=self.pages_seen):
                raise CrawlAbandoned("The source was deleted while it was crawled.")
            note_change(self.tenant_id, DOCUMENTS)

    def close(self, state: str, error: RapportError | None) -> None:
        """`error` with state "done" is the limit at which the crawl ended."""
        with tenant_scope(self.tenant_id):
            Source.objects.filter(id=self.source_id).exclude(crawl_state=DELETING).update(
                crawl_state=state,
                crawl_error_code=error.code if error else "",
                crawl_error=error.message[:500] if error else "",
                pages_seen=self.pages_seen,
                last_crawled_at=timezone.now(),
            )
            note_change(self.tenant_id, DOCUMENTS)

    def stored_page(self, known: KnownPage) -> tuple[bytes, str]:
        """Content and content type of a page's newest version."""
        with tenant_scope(self.tenant_id):
            versions = DocumentVersion.objects.filter(document_id=known.document_id).order_by("-id")
            found = versions.values_list("blob_key", "document__media_type").first()
        return (read_blob(self.tenant_id, found[0]), found[1]) if found else (b"", "")


def _known_pages(source_id: UUID) -> dict[str, KnownPage]:
    rows = Document.objects.filter(source_id=source_id).exclude(state=DocumentState.DELETING)
    return {
        name: KnownPage(identity, etag, modified, state != DocumentState.FAILED)
        for name, identity, etag, modified, state in rows.values_list(
            "external_id", "id", "etag", "last_modified", "state"
        )
    }

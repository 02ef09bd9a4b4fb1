"""Sources are made, crawled and removed with all that came from them."""

from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from billing.quotas import STORED, require_quota
from ingestion.errors import CrawlAlreadyRunning, NotAWebsite, SourceNotFound, WebsiteAddressInvalid
from ingestion.models import Document, DocumentState, Source, SourceKind
from ingestion.services.documents import mark_deleting
from ingestion.topics import CRAWL_REQUESTED, SOURCE_DELETION_REQUESTED, SOURCES_TOPIC
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant

MOST_PAGES = 10_000
DEFAULT_PAGES = 500
DELETING = "deleting"


def create_source(
    *, tenant_id: UUID, actor: Actor, kind: str, name: str, url: str = "", max_pages: int = DEFAULT_PAGES
) -> UUID:
    """A source of either kind; `url` and `max_pages` are for websites. Raises WebsiteAddressInvalid."""
    if kind == SourceKind.WEBSITE:
        return create_website_source(tenant_id=tenant_id, actor=actor, url=url, name=name, max_pages=max_pages)
    return create_upload_source(tenant_id=tenant_id, actor=actor, name=name)


def create_upload_source(*, tenant_id: UUID, actor: Actor, name: str) -> UUID:
    """A folder for uploaded files."""
    with tenant_scope(tenant_id), transaction.atomic():
        source = Source.objects.create(kind=SourceKind.UPLOAD, name=name.strip()[:200] or "Uploaded files")
        _audit(actor, "source.created", source.id, kind=source.kind)
        return source.id


def ensure_upload_source(*, tenant_id: UUID, actor: Actor) -> UUID:
    """The tenant's first upload source, made when there is none."""
    with tenant_scope(tenant_id), transaction.atomic():
        found = Source.objects.filter(kind=SourceKind.UPLOAD).exclude(crawl_state=DELETING).order_by("id").first()
        if found is not None:
            return found.id
        return create_upload_source(tenant_id=tenant_id, actor=actor, name="Uploaded files")


def ensure_answers_source(*, tenant_id: UUID, actor: Actor) -> UUID:
    """Where the answers are that people of the company approved: one source, made with the first of them."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two who approve the first at once one makes it
        found = Source.objects.filter(kind=SourceKind.ANSWERS).exclude(crawl_state=DELETING).order_by("id").first()
        if found is not None:
            return found.id
        source = Source.objects.create(kind=SourceKind.ANSWERS, name=SourceKind.ANSWERS.label)
        _audit(actor, "source.created", source.id, kind=source.kind)
        return source.id


def create_website_source(
    *, tenant_id: UUID, actor: Actor, url: str, name: str = "", max_pages: int = DEFAULT_PAGES
) -> UUID:
    """A website or sitemap, crawled at once. Raises WebsiteAddressInvalid, QuotaExhausted, PaymentOverdue."""
    address = _website_address(url)
    config = {"url": address, "max_pages": max(1, min(max_pages, MOST_PAGES))}
    with tenant_scope(tenant_id), transaction.atomic():
        require_quota(*STORED)
        source = Source.objects.create(
            kind=SourceKind.WEBSITE,
            name=(name.strip() or urlsplit(address).hostname or address)[:200],
            config=config,
            crawl_state="queued",
        )
        _publish(CRAWL_REQUESTED, tenant_id, source.id)
        _audit(actor, "source.created", source.id, kind=source.kind)
        return source.id


def crawl_source(*, tenant_id: UUID, actor: Actor, source_id: UUID) -> None:
    """Look at a website again: new, changed and removed pages.

    Raises SourceNotFound, NotAWebsite, CrawlAlreadyRunning, QuotaExhausted, PaymentOverdue.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        require_quota(*STORED)
        source = _find(source_id)
        if source.kind != SourceKind.WEBSITE:
            raise NotAWebsite("Only a website can be crawled again; upload files anew instead.")
        if source.crawl_state in {"queued", "running"}:
            raise CrawlAlreadyRunning("This website is being crawled already; wait until that is done.")
        source.crawl_state, source.crawl_error_code, source.crawl_error = "queued", "", ""
        source.save(update_fields=["crawl_state", "crawl_error_code", "crawl_error"])
        _publish(CRAWL_REQUESTED, tenant_id, source.id)
        _audit(actor, "source.crawl_requested", source.id)


def delete_source(*, tenant_id: UUID, actor: Actor, source_id: UUID) -> None:
    """The source and its documents leave every list at once, and every store as soon as the worker gets to them."""
    with tenant_scope(tenant_id), transaction.atomic():
        source = _find(source_id)
        source.crawl_state = DELETING
        source.save(update_fields=["crawl_state"])
        for document in Document.objects.filter(source_id=source_id).exclude(state=DocumentState.DELETING):
            mark_deleting(tenant_id, document)
        _publish(SOURCE_DELETION_REQUESTED, tenant_id, source.id)
        _audit(actor, "source.deleted", source.id)


def _website_address(text: str) -> str:
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        is_good = is_good and (parts.port or 1) > 0 and address.isprintable() and " " not in address
    except ValueError:
        is_good = False
    if not is_good or len(address) > 2000:
        raise WebsiteAddressInvalid(
            "This is not a website's address. It looks like https://www.example.com/help or https://www.example.com/sitemap.xml.",
            param="url",
        )
    return address


def _find(source_id: UUID) -> Source:
    source = Source.objects.select_for_update().filter(id=source_id).exclude(crawl_state=DELETING).first()
    if source is None:
        raise SourceNotFound("There is no such source; it may have been deleted.")
    return source


def _publish(kind: str, tenant_id: UUID, source_id: UUID) -> None:
    event = Event(
        type=kind,
        tenant_id=tenant_id,
        partition_key=str(source_id),
        source="rapport/ingestion",
        subject=encode(Prefix.SOURCE, source_id),
        data={"source_id": str(source_id)},
    )
    publish(SOURCES_TOPIC, event)


def _audit(actor: Actor, action: str, source_id: UUID, **details: object) -> None:
    record_audit(actor=actor, action=action, subject=encode(Prefix.SOURCE, source_id), details=details)

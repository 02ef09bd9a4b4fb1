"""A crawl from its first address to the last page, within limits. Run again after a crash it starts over: pages that
are here already cost one conditional request each.

It holds no transaction and no tenant scope while it waits for the site.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from billing.errors import PaymentOverdue, QuotaExhausted
from ingestion.parsing.errors import FileTooLarge
from ingestion.services.documents import delete_document, refuse_document
from ingestion.services.submitting import submit_document
from ingestion.sources.website.addresses import canonical_address, site_of
from ingestion.sources.website.errors import (
    ByteLimitReached,
    CrawlForbidden,
    PageLimitReached,
    PageMissing,
    PageTypeUnsupported,
    SitemapBroken,
    TimeLimitReached,
)
from ingestion.sources.website.frontier import Frontier
from ingestion.sources.website.pages import Fetcher, Known, Outlook, Page, look_into
from ingestion.sources.website.records import CrawlAbandoned, CrawlRecord, KnownPage
from ingestion.sources.website.robots import Robots, fetch_robots
from ingestion.sources.website.sitemap import is_sitemap, read_sitemap
from rapport.config import get_config
from rapport.errors import RapportError
from rapport.outbound import Limits, OutboundClient, refuse_private
from rapport.outbound.errors import RedirectRefused
from tenants.actors import SYSTEM

_PAUSE_SECONDS = 0.25  # between two requests, unless robots.txt asks for more


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """Of one crawl. Reaching one ends it; what was read is kept and nothing is taken for removed."""

    max_bytes: int = 500 * 1024 * 1024
    max_seconds: float = 3_600
    pause_seconds: float = _PAUSE_SECONDS


DEFAULT_LIMITS = CrawlLimits()


def crawl_website(*, tenant_id: UUID, source_id: UUID, limits: CrawlLimits = DEFAULT_LIMITS) -> None:
    """Bring the source's documents in line with the site. A site that cannot be crawled is recorded, not raised."""
    record = CrawlRecord.open(tenant_id, source_id)
    if record is None:
        return
    outbound = Limits(max_bytes=get_config().max_upload_bytes)
    with OutboundClient(limits=outbound) as client:
        try:
            Crawl(record, client, limits).run()
        except CrawlAbandoned:
            return
        except RapportError as error:
            _refuse(record, record.url, error)
            record.close("failed", error)
        except Exception:
            record.close("failed", RapportError("Something went wrong on our side. Crawl again."))
            raise


def _stays(url: str, site: str) -> bool:
    """Whether a redirect stays on the site. Raises AddressRefused when it leads into a private network."""
    if site_of(canonical_address(url)) == site:
        return True
    refuse_private(url)
    return False


def _refuse(record: CrawlRecord, url: str, error: RapportError) -> None:
    refuse_document(tenant_id=record.tenant_id, actor=SYSTEM, source_id=record.source_id, name=url, error=error)


@dataclass
class Crawl:
    """One run. `ended_early` is the limit that was reached, if any."""

    record: CrawlRecord
    client: OutboundClient
    limits: CrawlLimits
    ended_early: RapportError | None = None
    kept: set[str] = field(default_factory=set)  # names of documents that the site still has
    _visited: int = 0
    _robots: Robots = field(default_factory=Robots)
    _started: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        start = canonical_address(self.record.url)
        self._robots = fetch_robots(self.client, start)
        pause = max(self.limits.pause_seconds, self._robots.delay_seconds)
        fetcher = Fetcher(self.client, pause, may_follow=lambda _: True, heartbeat=self.record.check)
        self._check_allowed(start)
        first = fetcher.fetch_raw(start)
        landed = canonical_address(first.url) or start
        frontier = Frontier(site_of(landed))
        fetcher.may_follow = lambda url: _stays(url, frontier.site)
        follows = not is_sitemap(landed, first.content)
        if follows:
            frontier.add(landed, depth=0)
        for address in self._listed(landed, first.content, fetcher, is_list=not follows):
            frontier.add(address, depth=0)
        self._walk(frontier, fetcher, follows=follows)
        if follows and self.ended_early is None:
            for name in self.record.known:  # no longer linked is not gone: the page itself is asked
                frontier.add(name, depth=0)
            self._walk(frontier, fetcher, follows=True)
        if self.ended_early is None:
            self._remove_missing()
        self.record.close("done", self.ended_early)

    def _check_allowed(self, url: str) -> None:
        if not self._robots.allows(url):
            raise CrawlForbidden(
                "The site's robots.txt does not let Rapport read this address. Allow RapportBot there, "
                "or upload the pages."
            )

    def _listed(self, url: str, content: bytes, fetcher: Fetcher, *, is_list: bool) -> list[str]:
        """Addresses from the sitemap that was given, or from those that robots.txt names when a whole site was."""

        def fetch(address: str) -> bytes:
            if site_of(address) != site_of(url) or not self._robots.allows(address):
                return b""
            answer = fetcher.fetch_raw(address)
            return answer.content if answer.status == 200 else b""

        if is_list:
            pages = read_sitemap(url, content, fetch, limit=self.record.max_pages * 2)
            if not any(site_of(page) == site_of(url) for page in pages):
                raise SitemapBroken("This sitemap names no page of its site. Check it, or give the address of a page.")
            return pages
        if not url.endswith("/") or url.count("/") > 3:
            return []
        listed: list[str] = []
        for sitemap in self._robots.sitemaps[:5]:
            try:
                listed += read_sitemap(sitemap, fetch(sitemap), fetch, limit=self.record.max_pages)
            except RapportError:
                continue  # a broken list that nobody asked for is no reason to stop
        return listed

    def _walk(self, frontier: Frontier, fetcher: Fetcher, *, follows: bool) -> None:
        while (entry := frontier.next()) is not None:
            self.record.check()
            self.ended_early = self._limit_reached(fetcher)
            if self.ended_early:
                return
            url, depth = entry
            if not self._robots.allows(url):
                continue
            try:
                outlook = self._visit(url, fetcher, frontier)
            except (QuotaExhausted, PaymentOverdue) as error:  # it says so, and what is here stays
                self.ended_early = error
                return
            except RapportError as error:
                self._failed(url, error)
                outlook = Outlook()
            self._visited += 1
            for link in outlook.links if follows else ():
                frontier.add(link, depth=depth + 1)

    def _limit_reached(self, fetcher: Fetcher) -> RapportError | None:
        if self.record.pages_seen >= self.record.max_pages:
            return PageLimitReached(
                f"Stopped after {self.record.max_pages:,} pages, the limit of this source. Raise it to read more; "
                "if the site makes up pages without end, give the address of its sitemap instead."
            )
        if fetcher.bytes_read > self.limits.max_bytes:
            return ByteLimitReached(
                f"Stopped after {self.limits.max_bytes // 1024 // 1024:,} MB. Give the address of a part of the site."
            )
        if time.monotonic() - self._started > self.limits.max_seconds:
            return TimeLimitReached(
                f"Stopped after {self.limits.max_seconds / 60:,.0f} minutes. Give the address of a part of the site."
            )
        return None

    def _visit(self, url: str, fetcher: Fetcher, frontier: Frontier) -> Outlook:
        known = self.record.known.get(url)
        page = fetcher.fetch(url, Known(known.etag, known.last_modified) if known and known.is_whole else None)
        if page.content is None and known is not None:
            self.kept.add(url)
            self.record.count_page()
            content, content_type = self.record.stored_page(known)
            return look_into(url, content, content_type)
        outlook = look_into(page.url, page.content or b"", page.content_type)
        address = self._true_address(url, page, outlook, frontier)
        if outlook.is_kept and address:
            self._submit(address, page)
        return outlook

    def _true_address(self, url: str, page: Page, outlook: Outlook, frontier: Frontier) -> str:
        """Under which address the page is kept; "" when that one was visited under its own."""
        address = page.url
        if outlook.canonical and site_of(outlook.canonical) == frontier.site:
            address = outlook.canonical
        if address != url and (address in frontier.seen or address in self.kept):
            return ""
        frontier.seen.add(address)
        return address

    def _submit(self, address: str, page: Page) -> None:
        self.kept.add(address)
        with suppress(FileTooLarge):  # its failed document says so
            submit_document(
                tenant_id=self.record.tenant_id,
                actor=SYSTEM,
                source_id=self.record.source_id,
                name=address,
                content=page.content or b"",
                content_type=page.content_type,
                url=address,
                etag=page.etag,
                last_modified=page.last_modified,
            )
        self.record.count_page()

    def _failed(self, url: str, error: RapportError) -> None:
        """A known page that is gone is removed at the end; one that only fails today is kept. Without its first page
        the site says nothing: the crawl fails."""
        is_known = url in self.record.known
        if not self._visited:
            raise error
        if isinstance(error, PageMissing | PageTypeUnsupported | RedirectRefused):
            return
        self.kept.add(url)
        if not is_known:
            _refuse(self.record, url, error)
            self.record.count_page()

    def _remove_missing(self) -> None:
        for name, known in self.record.known.items():
            if name not in self.kept:
                self._delete(known)

    def _delete(self, known: KnownPage) -> None:
        try:
            delete_document(tenant_id=self.record.tenant_id, actor=SYSTEM, document_id=known.document_id)
        except RapportError as error:
            if error.status != 404:
                raise

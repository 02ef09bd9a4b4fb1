"""One page of a crawl: fetched politely, conditionally where it is known, and looked into for links."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.parsing.document import DocumentKind, ParsedDocument
from ingestion.parsing.errors import ParsingError
from ingestion.parsing.sandbox import parse_limited
from ingestion.sources.website.addresses import canonical_address
from ingestion.sources.website.errors import PageMissing, PageRefused, PageTypeUnsupported, PageUnavailable
from rapport.outbound import OutboundClient, Response

_LONGEST_WAIT_SECONDS = 60
_TYPES = frozenset(
    "text/html application/xhtml+xml text/plain text/markdown text/csv application/pdf "
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document".split()
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a page that was taken before."""

    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class Page:
    """`content` is None when the page has not changed since it was taken."""

    url: str
    content: bytes | None
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass
class Fetcher:
    """Fetches with a pause between requests. `pause_seconds` grows when the site asks for it."""

    client: OutboundClient
    pause_seconds: float
    may_follow: Callable[[str], bool]
    heartbeat: Callable[[], None] = lambda: None
    bytes_read: int = 0
    _last: float = 0.0

    def fetch(self, url: str, known: Known | None = None) -> Page:
        """Raises PageMissing, PageRefused, PageUnavailable, PageTypeUnsupported, and errors of `rapport.outbound`."""
        response = self._polite(url, _conditions(known))
        self.bytes_read += len(response.content)
        final = canonical_address(response.url) or url
        if response.status == 304 and known is not None:
            return Page(final, None, etag=known.etag, last_modified=known.last_modified)
        _check_status(final, response.status)
        content_type = response.headers.get("content-type", "")
        if content_type and content_type.partition(";")[0].strip().lower() not in _TYPES:
            raise PageTypeUnsupported(f"This address holds {content_type[:60]}, which is not a page or document.")
        headers = response.headers
        return Page(final, response.content, content_type, headers.get("etag", ""), headers.get("last-modified", ""))

    def fetch_raw(self, url: str) -> Response:
        """Whatever is there, as it is."""
        response = self._polite(url, {})
        self.bytes_read += len(response.content)
        return response

    def _polite(self, url: str, headers: dict[str, str]) -> Response:
        self._wait(self.pause_seconds - (time.monotonic() - self._last))
        response = self.client.fetch(url, headers=headers, may_follow=self.may_follow)
        if response.status in {429, 503}:
            asked = response.headers.get("retry-after", "")
            seconds = min(int(asked), _LONGEST_WAIT_SECONDS) if asked.isdigit() else 5
            self.pause_seconds = max(self.pause_seconds * 2, 1.0)
            self._wait(seconds)
            response = self.client.fetch(url, headers=headers, may_follow=self.may_follow)
        self._last = time.monotonic()
        return response

    def _wait(self, seconds: float) -> None:
        while seconds > 0:
            self.heartbeat()
            time.sleep(min(seconds, 2))
            seconds -= 2


def _conditions(known: Known | None) -> dict[str, str]:
    """Both validators when both are known (RFC 9110 §13.1)."""
    if known is None:
        return {}
    headers = {"if-none-match": known.etag, "if-modified-since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _check_status(url: str, status: int) -> None:
    if status in {404, 410}:
        raise PageMissing("There is no page at this address. Check it, or remove it from the sitemap.")
    if status in {401, 403, 407, 451}:
        raise PageRefused(
            f"The site does not show this page to Rapport (status {status}). Make it public, or upload it."
        )
    if status >= 400 or status < 200:
        raise PageUnavailable(f"The site answered with status {status}. Try again later.")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a page says to crawlers: where it leads, its true address, and whether it wants to be kept."""

    links: tuple[str, ...] = ()
    canonical: str = ""
    is_kept: bool = True


def look_into(url: str, content: bytes, content_type: str) -> Outlook:
    """Links and directives of an HTML page, read in the parser process. A page that cannot be read has none: that it
    cannot is told where the document is ingested."""
    try:
        parsed = parse_limited(content, name=url, content_type=content_type)
    except ParsingError:
        return Outlook()
    return _outlook(url, parsed) if parsed.kind is DocumentKind.HTML else Outlook()


def _outlook(url: str, parsed: ParsedDocument) -> Outlook:
    base = canonical_address(parsed.metadata.get("base", ""), url) or url
    robots = {word.strip() for word in parsed.metadata.get("robots", "").split(",")}
    follows = not robots & {"nofollow", "none"}
    links = (canonical_address(link.target, base) for link in parsed.links) if follows else ()
    return Outlook(
        links=tuple(dict.fromkeys(link for link in links if link)),
        canonical=canonical_address(parsed.metadata.get("canonical", ""), url)
        if "canonical" in parsed.metadata
        else "",
        is_kept=not robots & {"noindex", "none"},
    )

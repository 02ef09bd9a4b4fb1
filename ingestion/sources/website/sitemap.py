"""Sitemaps: lists of addresses as XML or text, packed or not, and indexes of them (sitemaps.org/protocol.html)."""

import zlib
from collections.abc import Callable
from urllib.parse import urlsplit

from lxml import etree

from ingestion.sources.website.addresses import canonical_address
from ingestion.sources.website.errors import SitemapBroken

_MOST_BYTES = 50 * 1024 * 1024  # unpacked, as the protocol says
_MOST_SITEMAPS = 100


def is_sitemap(url: str, content: bytes) -> bool:
    """By its first bytes, or by its name when it is packed."""
    head = _unpacked(content)[:1000].lstrip()
    if b"<urlset" in head or b"<sitemapindex" in head:
        return True
    return "sitemap" in urlsplit(url).path.lower() and head.startswith((b"http://", b"https://"))


def read_sitemap(url: str, content: bytes, fetch: Callable[[str], bytes], *, limit: int) -> list[str]:
    """Page addresses in order, those of nested lists included; at most `limit`. Raises SitemapBroken.

    `fetch` gets a nested list's bytes, or b"" when it cannot be had.
    """
    pages: dict[str, None] = {}
    waiting, seen = [(url, content)], {url}
    while waiting and len(pages) < limit:
        address, body = waiting.pop(0)
        found, nested = _parse(address, body)
        for page in found:
            pages.setdefault(page)
        for sitemap in nested:
            if sitemap not in seen and len(seen) < _MOST_SITEMAPS:
                seen.add(sitemap)
                waiting.append((sitemap, fetch(sitemap)))
    return list(pages)[:limit]


def _parse(url: str, content: bytes) -> tuple[list[str], list[str]]:
    """(pages, nested sitemaps)."""
    body = _unpacked(content).strip()
    if not body:
        return [], []
    if not body.startswith(b"<") and not body.startswith(b"\xef\xbb\xbf<"):
        return _addresses(body.decode("utf-8", errors="replace").split(), url), []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser=parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or not isinstance(root.tag, str):
        raise SitemapBroken("This sitemap cannot be read as XML. Check it, or give the address of a page instead.")
    locations = [
        (element.text or "").strip()
        for element in root.iter("{*}loc")
        if _name(element.getparent()) in {"url", "sitemap"}
    ]
    if _name(root) == "sitemapindex":
        return [], _addresses(locations, url)
    return _addresses(locations, url), []


def _name(element: etree._Element | None) -> str:
    return etree.QName(element).localname if element is not None else ""


def _addresses(texts: list[str], base: str) -> list[str]:
    return [address for address in (canonical_address(text, base) for text in texts if text) if address]


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, _MOST_BYTES)
    except zlib.error:
        return b""

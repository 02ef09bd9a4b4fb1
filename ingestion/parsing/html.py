"""HTML → blocks: scripts, styles and navigation gone, anchors kept. It never fetches, runs or follows anything."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from lxml import etree, html

from ingestion.parsing.boilerplate import content_root, is_boilerplate, is_invisible
from ingestion.parsing.charset import declared_in_html, decode_text
from ingestion.parsing.document import DocumentKind, Draft, Link, ParsedDocument, lay_out
from ingestion.parsing.errors import FileBroken, FileHasNoText
from ingestion.parsing.html_blocks import BlockWalker, inline_text
from ingestion.parsing.language import detect_language

_MOST_LINKS = 5_000
_MOST_LINK_CHARACTERS = 2_000


def parse_html(content: bytes, *, name: str, declared_charset: str = "") -> ParsedDocument:
    """A page as its reader sees it. Raises FileHasNoText when scripts would have to build it first."""
    text = decode_text(content, declared=declared_charset or declared_in_html(content))
    return parse_page(text, name=name, kind=DocumentKind.HTML)


def parse_page(page: str, *, name: str, kind: DocumentKind, title: str = "") -> ParsedDocument:
    """Parse decoded HTML. `title` wins over the page's own; `kind` is what the bytes were (Markdown becomes HTML)."""
    root = _tree(page)
    try:
        drafts, content_links = _content(root, keep_everything=kind is not DocumentKind.HTML)
    except RecursionError as error:
        raise FileBroken(
            "The elements of this page are nested without end. Save it as PDF or text and upload that."
        ) from error
    text, blocks = lay_out(drafts)
    if not text:
        raise FileHasNoText(
            "This page has no text of its own; scripts may build it in the browser. "
            "Give the address of a page that carries its text, or save it as PDF and upload that."
        )
    return ParsedDocument(
        kind=kind,
        title=title or _title(root, drafts, name),
        language=detect_language(text) or _declared_language(root),
        text=text,
        blocks=blocks,
        links=tuple(content_links) + tuple(_other_links(root, content_links)),
        metadata=_metadata(root),
    )


def _tree(page: str) -> etree._Element:
    # libxml2 decides by bytes; a declaration inside the text must not win over what we already decoded. Its own limit
    # on depth would silently drop what lies deeper; memory is limited by the process.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    content = page.encode("utf-8", errors="replace")
    try:
        return html.document_fromstring(content or b"<html></html>", parser=parser)
    except etree.ParserError:
        return html.document_fromstring(b"<html><body></body></html>", parser=parser)


def _content(root: etree._Element, *, keep_everything: bool) -> tuple[list[Draft], list[Link]]:
    body = root.find("body") if root.find("body") is not None else root
    assert body is not None
    if not keep_everything:
        walker = BlockWalker(skips=lambda element: is_invisible(element) or is_boilerplate(element))
        walker.walk_root(content_root(body))
        if any(len(draft.text) > 1 for draft in walker.drafts):
            return walker.drafts, walker.links
    walker = BlockWalker(skips=is_invisible)
    walker.walk_root(body)
    return walker.drafts, walker.links


def _title(root: etree._Element, drafts: Iterable[Draft], name: str) -> str:
    """The first top heading where the <title> contains it ("Install" of "Install – Acme docs"), else the <title>."""
    element = root.find(".//title")
    named = inline_text(element) if element is not None else ""
    heading = next((draft.text for draft in drafts if draft.level == 1), "")
    if heading and (not named or heading.casefold() in named.casefold()):
        return heading[:300]
    return (named or heading or PurePosixPath(name).stem or name)[:300]


def _declared_language(root: etree._Element) -> str:
    code = (root.get("lang") or "").split("-")[0].lower()
    return code if len(code) == 2 and code.isalpha() else ""


def _other_links(root: etree._Element, content_links: list[Link]) -> list[Link]:
    seen = {link.target for link in content_links}
    others: dict[str, Link] = {}
    for element in root.iter("a", "area"):
        target = (element.get("href") or "").strip()
        if target and not target.startswith("#") and target not in seen and len(target) <= _MOST_LINK_CHARACTERS:
            others.setdefault(target, Link(target, inline_text(element)[:200], is_content=False))
        if len(others) >= _MOST_LINKS:
            break
    return list(others.values())


def _metadata(root: etree._Element) -> dict[str, str]:
    facts: dict[str, str] = {}
    for element in root.iter("link", "meta", "base"):
        if element.tag == "link" and "canonical" in (element.get("rel") or "").lower().split():
            facts.setdefault("canonical", (element.get("href") or "").strip())
        elif element.tag == "meta" and (element.get("name") or "").lower() == "robots":
            facts.setdefault("robots", (element.get("content") or "").lower())
        elif element.tag == "base" and element.get("href"):
            facts.setdefault("base", (element.get("href") or "").strip())
    return facts

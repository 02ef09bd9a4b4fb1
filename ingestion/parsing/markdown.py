"""Markdown → blocks, by way of the HTML it renders to, so that both are read alike. Headings get GitHub's anchors."""

import re
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingestion.parsing.charset import decode_text
from ingestion.parsing.document import DocumentKind, ParsedDocument
from ingestion.parsing.html import parse_page

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_CUSTOM_ANCHOR = re.compile(r"\s*\{#([\w.:-]+)\}\s*$")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")


def parse_markdown(content: bytes, *, name: str) -> ParsedDocument:
    """CommonMark with tables and strike-through; front matter gives the title and is not text."""
    source = decode_text(content)
    front = _FRONT_MATTER.match(source)
    body = source[front.end() :] if front else source
    page, first_heading = render_markdown(body)
    named = _FRONT_TITLE.search(front.group(1)) if front else None
    title = (named.group(1) if named else "") or first_heading or PurePosixPath(name).stem
    return parse_page(f"<html><body>{page}</body></html>", name=name, kind=DocumentKind.MARKDOWN, title=title[:300])


def render_markdown(source: str) -> tuple[str, str]:
    """HTML with an id on each heading, and the first top heading's text. Raw HTML is kept: trust the source first."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(source)
    first_heading = _anchor_headings(tokens)
    return parser.renderer.render(tokens, parser.options, {}), first_heading


def _anchor_headings(tokens: list[Token]) -> str:
    """Give each heading an id as GitHub does; returns the first top heading's text."""
    seen: dict[str, int] = {}
    first = ""
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        opening.attrs["id"] = _anchor(inline, seen)
        if opening.tag == "h1" and not first:
            first = _plain(inline)
    return first


def _anchor(inline: Token, seen: dict[str, int]) -> str:
    custom = _CUSTOM_ANCHOR.search(inline.content)
    if custom:
        _cut_custom_anchor(inline)
        return custom.group(1)
    slug = _NOT_IN_SLUG.sub("", _plain(inline).lower()).replace(" ", "-")
    count = seen.get(slug, 0)
    seen[slug] = count + 1
    return f"{slug}-{count}" if count else slug


def _cut_custom_anchor(inline: Token) -> None:
    for child in reversed(inline.children or []):
        if child.type == "text":
            child.content = _CUSTOM_ANCHOR.sub("", child.content)
            return


def _plain(inline: Token) -> str:
    children: list[Any] = inline.children or []
    return "".join(child.content for child in children if child.type in {"text", "code_inline"}).strip()

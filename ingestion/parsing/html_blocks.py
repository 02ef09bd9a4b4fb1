"""The walk over an HTML tree that turns elements into block drafts. It knows elements, not pages or sites."""

import re
from collections.abc import Callable

from lxml import etree

from ingestion.parsing.boilerplate import INVISIBLE_TAGS
from ingestion.parsing.document import BlockKind, Draft, Link

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "header hgroup hr li main nav p section summary table tbody td tfoot th thead tr html".split()
)
_COMPLEX_IN_LIST = frozenset(["pre", "table", "dl", "blockquote", *_HEADINGS])
_LINE_BREAK = "\u2028"  # stands for <br> until spaces are collapsed
_SPACES = re.compile(r"[^\S\u2028]+")
_BREAKS = re.compile(r" ?\u2028 ?")
_PERMALINKS = frozenset({"", "#", "¶", "§", "🔗"})
_DEEPEST = 150  # elements nested deeper are read as plain text
_LONGEST_LIST_ITEM = 1_500


def inline_text(element: etree._Element) -> str:
    """An element's text on one line."""
    return _collapse("".join(_strings(element))).replace("\n", " ")


def _strings(element: etree._Element) -> list[str]:
    """All visible text under an element, in order, its own tail not included."""
    if element.tag in INVISIBLE_TAGS:
        return []
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            if child.tag == "br":
                parts.append(_LINE_BREAK)
            elif not _is_permalink(child):
                spaced = child.tag in _BLOCK_TAGS
                parts += [" ", *_strings(child), " "] if spaced else _strings(child)
        parts.append(child.tail or "")
    return parts


def _collapse(text: str) -> str:
    return _BREAKS.sub("\n", _SPACES.sub(" ", text)).strip()


def _is_permalink(element: etree._Element) -> bool:
    if element.tag != "a" or not (element.get("href") or "").startswith("#"):
        return False
    return "".join(str(part) for part in element.itertext()).strip() in _PERMALINKS


class BlockWalker:
    """Walks once, collecting drafts and links. `skips` says which elements are left out with all they hold."""

    def __init__(self, *, skips: Callable[[etree._Element], bool]) -> None:
        self.drafts: list[Draft] = []
        self.links: list[Link] = []
        self._skips = skips
        self._buffer: list[str] = []
        self._prefix = ""
        self._anchor = ""

    def walk_root(self, element: etree._Element) -> None:
        self._visit(element, depth=0)
        self._flush()

    def _visit(self, element: etree._Element, *, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or (depth and self._skips(element)):
            return
        if depth > _DEEPEST:
            self._buffer.extend([" ", *[str(part) for part in element.itertext()]])
            return
        self._note_anchor(element)
        if tag in _HEADINGS:
            self._heading(element, _HEADINGS[tag])
        elif tag == "pre":
            self._block(BlockKind.CODE, _code_text(element))
        elif tag in {"ul", "ol"}:
            self._list(element, depth=depth)
        elif tag == "dl":
            self._definitions(element, depth=depth)
        elif tag == "table":
            self._table(element, depth=depth)
        elif tag == "br":
            self._buffer.append(_LINE_BREAK)
        else:
            self._container(element, depth=depth)

    def _container(self, element: etree._Element, *, depth: int) -> None:
        if element.tag == "a":
            self._note_link(element)
            if _is_permalink(element):
                return
        is_block = element.tag in _BLOCK_TAGS
        if is_block:
            self._flush()
        self._children(element, depth=depth)
        if is_block:
            self._flush()

    def _children(self, element: etree._Element, *, depth: int) -> None:
        self._buffer.append(element.text or "")
        for child in element:
            self._visit(child, depth=depth + 1)
            self._buffer.append(child.tail or "")

    def _note_anchor(self, element: etree._Element) -> None:
        anchor = element.get("id") or (element.get("name") if element.tag == "a" else "") or ""
        is_weak = element.tag == "a"  # index terms and permalinks only fill a gap
        if anchor and not "".join(self._buffer).strip() and not (is_weak and self._anchor):
            self._anchor = anchor[:200]

    def _note_link(self, element: etree._Element) -> None:
        target = (element.get("href") or "").strip()
        if target and not target.startswith(("#", "javascript:", "data:")) and len(target) <= 2_000:
            self.links.append(Link(target, inline_text(element)[:200]))

    def _note_links_inside(self, element: etree._Element) -> None:
        for link in element.iter("a"):
            self._note_link(link)

    def _take_anchor(self) -> str:
        anchor, self._anchor = self._anchor, ""
        return anchor

    def _flush(self) -> None:
        text = _collapse("".join(self._buffer))
        self._buffer.clear()
        if text:
            prefix, self._prefix = self._prefix, ""
            self.drafts.append(Draft(BlockKind.PARAGRAPH, prefix + text, anchor=self._take_anchor()))

    def _flush_prefix(self) -> None:
        self._flush()
        if self._prefix.strip("-: "):
            self.drafts.append(Draft(BlockKind.PARAGRAPH, self._prefix.strip(), anchor=self._take_anchor()))
        self._prefix = ""

    def _block(self, kind: BlockKind, text: str) -> None:
        self._flush_prefix()
        if text.strip():
            self.drafts.append(Draft(kind, text, anchor=self._take_anchor()))

    def _heading(self, element: etree._Element, level: int) -> None:
        self._flush_prefix()
        self._note_links_inside(element)
        inner = next((child.get("id") or child.get("name") for child in element.iter() if child.get("id")), None)
        text = inline_text(element)
        if text:
            pending = self._take_anchor()
            self.drafts.append(Draft(BlockKind.HEADING, text, level, element.get("id") or inner or pending))

    def _list(self, element: etree._Element, *, depth: int) -> None:
        if _is_simple_list(element):
            self._note_links_inside(element)
            self._block(BlockKind.LIST, "\n".join(_list_lines(element, indent=0)))
            return
        self._flush()
        for number, item in enumerate(_children_of(element, "li"), start=1):
            self._prefix = f"{number}. " if element.tag == "ol" else "- "
            self._visit(item, depth=depth + 1)
            self._flush_prefix()

    def _definitions(self, element: etree._Element, *, depth: int) -> None:
        """Each term is put before its description, so that a reader of one has both."""
        self._flush()
        terms: list[str] = []
        for child in element.iter("dt", "dd"):
            if next(child.iterancestors("dl"), None) is not element:
                continue
            if child.tag == "dt":
                self._note_anchor(child)
                self._note_links_inside(child)
                terms.append(inline_text(child))
                continue
            self._prefix = f"{', '.join(filter(None, terms))}: " if terms else ""
            terms = []
            self._visit(child, depth=depth + 1)
            self._flush_prefix()
        for term in terms:
            self._block(BlockKind.PARAGRAPH, term)

    def _table(self, element: etree._Element, *, depth: int) -> None:
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table"), None) is element]
        if _is_layout(element, rows):
            self._container(element, depth=depth)
            return
        caption = element.find("caption")
        if caption is not None:
            self._block(BlockKind.PARAGRAPH, inline_text(caption))
        self._note_links_inside(element)
        self._block(BlockKind.TABLE, "\n".join(filter(None, map(_row_text, rows))))


def _children_of(element: etree._Element, tag: str) -> list[etree._Element]:
    return [child for child in element if child.tag == tag]


def _code_text(element: etree._Element) -> str:
    """Text as written, spaces and line ends kept."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            parts.append("\n" if child.tag == "br" else _code_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _is_simple_list(element: etree._Element) -> bool:
    for item in element.iter("li"):
        paragraphs = [part for part in item.iter() if part.tag == "p" or part.tag in _COMPLEX_IN_LIST]
        own = [part for part in paragraphs if next(part.iterancestors("li"), None) is item]
        if len(own) > 1 or any(part.tag != "p" for part in own):
            return False
        if sum(len(text) for text in item.itertext()) > _LONGEST_LIST_ITEM:
            return False
    return True


def _list_lines(element: etree._Element, *, indent: int) -> list[str]:
    lines = []
    for number, item in enumerate(_children_of(element, "li"), start=1):
        nested = [child for child in item.iter("ul", "ol") if next(child.iterancestors("li"), None) is item]
        own = _collapse("".join(_strings_without(item, nested))).replace("\n", " ")
        mark = f"{number}." if element.tag == "ol" else "-"
        if own:
            lines.append(f"{'  ' * indent}{mark} {own}")
        for child in nested:
            lines += _list_lines(child, indent=indent + 1)
    return lines


def _strings_without(element: etree._Element, left_out: list[etree._Element]) -> list[str]:
    parts = [element.text or ""]
    for child in element:
        is_shown = isinstance(child.tag, str) and child.tag not in INVISIBLE_TAGS and not _is_permalink(child)
        if is_shown and child not in left_out:
            parts += [" " if child.tag in _BLOCK_TAGS else "", *_strings_without(child, left_out)]
        parts.append(child.tail or "")
    return parts


def _is_layout(table: etree._Element, rows: list[etree._Element]) -> bool:
    """Tables that only place things: one column, tables or headings inside, or declared so."""
    if table.get("role") in {"presentation", "none"} or any(True for _ in table.iter("pre", *_HEADINGS)):
        return True
    widest = max((len(_cells(row)) for row in rows), default=0)
    return widest < 2 or sum(1 for _ in table.iter("table")) > 1


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _row_text(row: etree._Element) -> str:
    cells = [inline_text(cell) for cell in _cells(row)]
    return " | ".join(cells) if any(cells) else ""

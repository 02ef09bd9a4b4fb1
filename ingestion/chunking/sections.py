"""The document's sections by its headings, small ones joined with their siblings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.parsing.document import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Section:
    """A run of blocks under one heading path. `first`/`last` are places in the document's blocks, `last` exclusive.

    The headings of `path` are not among the blocks; headings of joined sections are. `heading_tokens`: of the heading
    right before the blocks, which joins them when the path is cut short.
    """

    path: tuple[str, ...]
    first: int
    last: int
    tokens: int
    heading_tokens: int = 0


def split_sections(blocks: Sequence[Block], tokens: Sequence[int]) -> list[Section]:
    """One section a heading. A heading with nothing under it but deeper headings lives on in their paths; a heading
    with nothing under it at all is its own content."""
    sections: list[Section] = []
    for path, heading, first, last in _runs(blocks):
        if first < last:
            own = tokens[heading] if heading >= 0 else 0
            sections.append(Section(path, first, last, sum(tokens[first:last]), own))
        elif heading >= 0 and not _has_children(blocks, heading):
            sections.append(Section(path[:-1], heading, last, tokens[heading]))
    return sections


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], int, int, int]]:
    """(path, place of the heading or -1, first, last) of every stretch between headings."""
    stack: list[Block] = []
    heading, first = -1, 0
    for place, block in enumerate(blocks):
        if block.kind is not BlockKind.HEADING:
            continue
        if place > first or heading >= 0:
            yield tuple(open_heading.text for open_heading in stack), heading, first, place
        while stack and stack[-1].level >= block.level:
            stack.pop()
        stack.append(block)
        heading, first = place, place + 1
    yield tuple(open_heading.text for open_heading in stack), heading, first, len(blocks)


def _has_children(blocks: Sequence[Block], heading: int) -> bool:
    following = blocks[heading + 1] if heading + 1 < len(blocks) else None
    return following is not None and following.kind is BlockKind.HEADING and following.level > blocks[heading].level


def join_small(sections: Sequence[Section], *, at_least: int, at_most: int) -> list[Section]:
    """Join a section with the next related one while it is too small; a small last sibling joins the one before it."""
    joined: list[Section] = []
    for place, section in enumerate(sections):
        before = joined[-1] if joined else None
        if before is not None and _fits(before, section, at_most) and _are_related(before.path, section.path):
            after = sections[place + 1] if place + 1 < len(sections) else None
            is_last = after is None or not _are_related(section.path, after.path)
            if before.tokens < at_least or (section.tokens < at_least and is_last):
                joined[-1] = _join(before, section)
                continue
        joined.append(section)
    return joined


def _fits(one: Section, other: Section, at_most: int) -> bool:
    return _join(one, other).tokens <= at_most


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _are_related(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Siblings, or the second lies under the first."""
    shared = _shared(one, other)
    return shared == len(one) or shared >= max(len(one), len(other)) - 1


def _join(one: Section, other: Section) -> Section:
    """Under the path that both share; a heading that is in no path any more is in the text."""
    shared = _shared(one.path, other.path)
    keeps_heading = shared < len(one.path)
    tokens = one.tokens + other.tokens + other.heading_tokens + (one.heading_tokens if keeps_heading else 0)
    return Section(one.path[:shared], one.first - keeps_heading, other.last, tokens)

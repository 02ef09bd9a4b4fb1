"""What differs between two configurations: one change for each dotted path, long texts word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from agents.configuration.document import AgentConfig, to_document

Kind = Literal["added", "removed", "changed"]
LONG_TEXT = 60  # characters from which a text is compared by words

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text that was compared: `op` "same", "removed" or "added"."""

    op: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are JSON, None where there was nothing. `segments`: for long texts, else empty."""

    path: str
    kind: Kind
    before: object
    after: object
    segments: tuple[Segment, ...] = ()

    @property
    def section(self) -> str:
        return self.path.partition(".")[0]


def compare(before: AgentConfig, after: AgentConfig) -> list[Change]:
    """In the document's order; empty when they are equal."""
    return list(_compare("", to_document(before), to_document(after)))


def _compare(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from _member(_join(path, name), before, after, name)
    elif _holds_objects(before, after):
        for place in range(max(len(before), len(after))):
            yield from _member(_join(path, place), dict(enumerate(before)), dict(enumerate(after)), place)
    else:
        yield Change(path, "changed", before, after, _segments(before, after))


def _member(path: str, before: dict[Any, Any], after: dict[Any, Any], name: int | str) -> Iterator[Change]:
    if name not in before:
        yield Change(path, "added", None, after[name])
    elif name not in after:
        yield Change(path, "removed", before[name], None)
    else:
        yield from _compare(path, before[name], after[name])


def _join(path: str, name: int | str) -> str:
    return f"{path}.{name}" if path else str(name)


def _holds_objects(before: Any, after: Any) -> bool:
    """Lists of names are one value; lists of objects are compared place by place."""
    both = isinstance(before, list) and isinstance(after, list)
    return both and all(isinstance(each, dict) for each in (*before, *after))


def _segments(before: object, after: object) -> tuple[Segment, ...]:
    if not (isinstance(before, str) and isinstance(after, str)) or max(len(before), len(after)) < LONG_TEXT:
        return ()
    return compare_texts(before, after)


def compare_texts(before: str, after: str) -> tuple[Segment, ...]:
    """Word by word."""
    return tuple(_merge(_pieces(_WORDS.findall(before), _WORDS.findall(after))))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Segment]:
    for op, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            yield Segment("same", "".join(old[old_start:old_end]))
            continue
        yield Segment("removed", "".join(old[old_start:old_end]))
        yield Segment("added", "".join(new[new_start:new_end]))


def _merge(pieces: Iterator[Segment]) -> Iterator[Segment]:
    """White space alone between two changes belongs to both: words that changed together read together."""
    removed = added = ""
    for each in pieces:
        if each.op == "same" and (each.text.strip() or not (removed or added)):
            yield from _flushed(removed, added)
            removed = added = ""
            yield each
            continue
        removed += each.text if each.op != "added" else ""
        added += each.text if each.op != "removed" else ""
    yield from _flushed(removed, added)


def _flushed(removed: str, added: str) -> Iterator[Segment]:
    if removed:
        yield Segment("removed", removed)
    if added:
        yield Segment("added", added)

"""Answers for the ear: marks of citations, formatting and addresses are for the eye, and are left out. Pure.

Works on text as it comes: what may become one of these is held until it is sure.
"""

import re

_CITATION = re.compile(r"\s?\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[^\s.,;:!?)]")
_FORMAT = re.compile(r"\*\*|__|`+|~~|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])")
_LINE_START = re.compile(r"(?:^|(?<=\n))[ \t]*(?:#{1,6}|[-*+•>]|\|)[ \t]*")
_CLOSED = re.compile(r"\[[^\]]*\](?:\([^)]*\)|(?!\()(?=.))", re.DOTALL)  # a bracket, or a whole link
_LINES = re.compile(r"\s*\n\s*")
MOST_HELD = 400  # characters; then it is no link any more


class Ear:
    """One answer. `feed` gives what can be said by now, `rest` what was held at its end."""

    def __init__(self) -> None:
        self._held = ""
        self._is_begun = False

    def feed(self, text: str) -> str:
        self._held += text
        end = self._sure()
        sure, self._held = self._held[:end], self._held[end:]
        return self._told(sure)

    def rest(self) -> str:
        sure, self._held = self._held, ""
        return self._told(sure).rstrip()

    def _sure(self) -> int:
        """Up to the last space before which nothing is open."""
        if len(self._held) > MOST_HELD:
            return len(self._held)
        end = max(self._held.rfind(" "), self._held.rfind("\n"))
        opened = self._held.rfind("[")
        closed = _CLOSED.match(self._held, opened) if opened >= 0 else None
        if opened >= 0 and (closed is None or end < closed.end()):
            end = min(end, opened - 1 if opened and self._held[opened - 1] == " " else opened)
        return max(end, 0)

    def _told(self, text: str) -> str:
        told = for_the_ear(text, is_line_start=not self._is_begun)
        self._is_begun |= bool(told.strip())
        return told if self._is_begun else told.lstrip()


def for_the_ear(text: str, *, is_line_start: bool = True) -> str:
    """A whole text; a line's end becomes a pause."""
    text = _CITATION.sub("", _LINK.sub(r"\1", text))
    text = _ADDRESS.sub("", text)
    text = _LINE_START.sub("", text) if is_line_start else _LINE_START.sub("", f"\0{text}")[1:]
    text = _FORMAT.sub("", text)
    return _LINES.sub(" ", text)

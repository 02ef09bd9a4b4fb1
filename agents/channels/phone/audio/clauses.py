"""An answer in pieces that can be spoken, as it comes: the first is short, so that it is heard early. Pure.

Pieces keep their spaces: joined they are the answer, which is how much of it was heard is told.
"""

import re

FIRST_CHARACTERS = 16  # before it no comma ends the first piece
MOST_FIRST_CHARACTERS = 45  # speaking takes a voice as long as it is; while the first is heard, the next is made
MOST_CHARACTERS = 240
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.!?:;])\s+|(?<=\d[.!?:;])\s+(?=[^\W\d_])|(?<=[)\"”»][.!?:;])\s+|\n+\s*")
_PAUSE = re.compile(r"(?<=[,;:–—])\s+")
_JOINT = re.compile(
    r"\s(?=(?:and|or|but|so|because|if|when|that|which|who|where|while|und|oder|aber|weil|wenn|dass)\s)"
)

_LEANS = re.compile(  # on what follows
    r"(?:^|\s)(?:the|a|an|of|to|by|in|on|at|for|with|from|as|is|are|and|or|der|die|das|den|ein|eine|von|zu|mit|im|am)\s$",
    re.IGNORECASE,
)


class Clauses:
    """One answer. `feed` gives the pieces that are whole by now, `rest` what is left at its end."""

    def __init__(self) -> None:
        self._held = ""
        self._is_first = True

    def feed(self, text: str) -> list[str]:
        self._held += text
        pieces: list[str] = []
        while (end := self._end()) is not None:
            pieces.append(self._held[:end])
            self._held = self._held[end:]
            self._is_first = False
        return pieces

    def rest(self) -> list[str]:
        held, self._held, self._is_first = self._held, "", True
        return [held] if held.strip() else []

    def _end(self) -> int | None:
        most = MOST_FIRST_CHARACTERS if self._is_first else MOST_CHARACTERS
        found = _SENTENCE_END.search(self._held, 0, most)
        if found is None and self._is_first:
            found = _PAUSE.search(self._held, FIRST_CHARACTERS, most)
        if found is not None:
            return found.end()
        return self._cut(most) if len(self._held) > most else None

    def _cut(self, most: int) -> int:
        """Where a phrase begins, else between two words."""
        joints = [found.end() for found in _JOINT.finditer(self._held, FIRST_CHARACTERS, most)]
        if joints:
            return joints[-1]
        spaces = [at for at in range(1, most) if self._held[at] == " "]
        whole = [at for at in spaces if not _LEANS.search(self._held, 0, at + 1)]
        return max(whole or spaces, default=most - 1) + 1

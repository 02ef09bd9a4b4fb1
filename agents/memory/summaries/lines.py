"""What summaries consist of, and how it is put into words, in English and German. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self
from uuid import UUID

Kind = Literal[
    "asked", "told", "answered", "unanswered", "done", "handed_off", "closed", "written", "forgets",
    "counts", "known", "conversation",
]  # fmt: skip
LONGEST = 220  # characters of what is quoted
_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "asked": "Asked: “{}”",
        "told": "Said: “{}”",
        "answered": "Answer: “{}”",
        "unanswered": "That was not answered.",
        "done": "Done: {}.",
        "handed_off": "Handed over to a person.",
        "closed": "Closed.",
        "known": "Known: {}.",
    },
    "de": {
        "asked": "Gefragt: „{}“",
        "told": "Gesagt: „{}“",
        "answered": "Antwort: „{}“",
        "unanswered": "Das blieb unbeantwortet.",
        "done": "Erledigt: {}.",
        "handed_off": "An einen Menschen übergeben.",
        "closed": "Abgeschlossen.",
        "known": "Bekannt: {}.",
    },
}
_SILENT = ("forgets",)


@dataclass(frozen=True, slots=True)
class Line:
    """`text` is a quotation for "asked", "told" and "answered", of the characters `start` to `end` of its message."""

    kind: Kind
    text: str = ""
    message_id: UUID | None = None
    start: int = 0
    end: int = 0
    at: datetime | None = None
    conversation_id: UUID | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "text": self.text,
            "message_id": str(self.message_id) if self.message_id else None,
            "start": self.start,
            "end": self.end,
            "at": round(self.at.timestamp() * 1000) if self.at else None,
            "conversation_id": str(self.conversation_id) if self.conversation_id else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            kind=stored["kind"],
            text=stored["text"],
            message_id=UUID(stored["message_id"]) if stored.get("message_id") else None,
            start=stored.get("start", 0),
            end=stored.get("end", 0),
            at=datetime.fromtimestamp(stored["at"] / 1000, UTC) if stored.get("at") else None,
            conversation_id=UUID(stored["conversation_id"]) if stored.get("conversation_id") else None,
        )


def read_lines(stored: Iterable[Mapping[str, Any]]) -> list[Line]:
    return [Line.from_json(each) for each in stored]


ABOUT = ("written", "asked", "told")


def about(lines: Sequence[Line]) -> Line | None:
    """What tells most of what it was about: a model's words, else a question, else what was said; None for nothing."""
    return next((each for kind in ABOUT for each in lines if each.kind == kind), None)


def in_words(line: Line, language: str) -> str:
    pattern = _WORDS[language].get(line.kind)
    return pattern.format(line.text) if pattern else line.text


def as_text(lines: Iterable[Line], language: str) -> str:
    return " ".join(in_words(each, language) for each in lines if each.kind not in _SILENT)


def shortened(text: str, longest: int = LONGEST) -> str:
    """On one line, cut between words."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"

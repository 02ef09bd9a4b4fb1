"""Dialogues of many sessions between two people, with questions and the turns that answer them, in LoCoMo's format."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

CUTOFFS = (5, 10, 25, 50)
CATEGORIES = {4: "single-hop", 1: "multi-hop", 2: "temporal", 3: "open", 5: "adversarial"}
BETWEEN_TURNS = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Turn:
    """`speaker` 0 is the first of the two. What a shared picture shows is part of the text."""

    id: str
    speaker: int
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    evidence: tuple[str, ...]
    category: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    names: tuple[str, str]
    sessions: tuple[tuple[Turn, ...], ...]
    questions: tuple[Question, ...]

    @property
    def turns(self) -> list[Turn]:
        return [turn for session in self.sessions for turn in session]

    @property
    def asked_at(self) -> datetime:
        """A day after all was said."""
        return max(turn.said_at for turn in self.turns) + timedelta(days=1)


def read_dialogues(path: Path) -> list[Dialogue]:
    return [_dialogue(each) for each in json.loads(path.read_text())]


def share_found(found: Sequence[str], question: Question) -> list[float]:
    """Of the turns that answer, the part among the first 5, 10, 25 and 50; all of none, as LoCoMo's own code counts."""
    wanted = question.evidence
    return [sum(each in found[:most] for each in wanted) / len(wanted) if wanted else 1.0 for most in CUTOFFS]


def _dialogue(stored: Mapping[str, Any]) -> Dialogue:
    talk = stored["conversation"]
    names = (talk["speaker_a"], talk["speaker_b"])
    sessions = []
    for number in count(1):
        if f"session_{number}_date_time" not in talk:
            break
        begins = datetime.strptime(talk[f"session_{number}_date_time"], "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        turns = talk.get(f"session_{number}", [])
        sessions.append(tuple(_turn(each, names, begins + place * BETWEEN_TURNS) for place, each in enumerate(turns)))
    return Dialogue(names, tuple(each for each in sessions if each), tuple(map(_question, stored["qa"])))


def _turn(stored: Mapping[str, Any], names: tuple[str, str], said_at: datetime) -> Turn:
    caption = stored.get("blip_caption")
    text = f"{stored['text']} [shared {caption}]" if caption else stored["text"]
    return Turn(stored["dia_id"], names.index(stored["speaker"]), text, said_at)


def _question(stored: Mapping[str, Any]) -> Question:
    return Question(stored["question"], tuple(stored.get("evidence") or ()), CATEGORIES[stored["category"]])

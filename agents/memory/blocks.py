"""What a model is always told of the contact, whatever it is asked: who it is, what it asked us never or always to do,
and what we still owe it. Bounded; its version says which facts it was made of.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from agents.llm.port import AboutContact
from agents.memory.predicates import COMMITMENT, INSTRUCTION
from agents.memory.predicates import label as label_of
from agents.memory.tiers import is_always

MOST_CHARACTERS = 800  # of each
_LONGEST = 160  # of one value
_VERSION = 12  # characters
_LABELS = {"profile": "Profile", INSTRUCTION: "Standing instructions", COMMITMENT: "Open commitments"}


@dataclass(frozen=True, slots=True)
class Known:
    """A fact that holds. `is_told`: always, or None when that follows from its kind."""

    id: UUID
    predicate: str
    value: str
    is_told: bool | None = None


def always_shown(fact: Known) -> bool:
    return is_always(fact.predicate) if fact.is_told is None else fact.is_told


def blocks_of(facts: Iterable[Known]) -> tuple[AboutContact, ...]:
    """`facts` in the order of their weight: what does not fit any more is left out from the end."""
    parts: dict[str, list[Known]] = {"profile": [], INSTRUCTION: [], COMMITMENT: []}
    for fact in facts:
        if always_shown(fact):
            parts[fact.predicate if fact.predicate in parts else "profile"].append(fact)
    return tuple(_block(_LABELS[name], each) for name, each in parts.items() if each)


def _block(label: str, facts: Sequence[Known]) -> AboutContact:
    lines: list[str] = []
    shown: list[Known] = []
    left = MOST_CHARACTERS
    for fact in facts:
        line = _line(fact)
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
        shown.append(fact)
    return AboutContact(label, "\n".join(lines), _version(shown), tuple(fact.id for fact in shown))


def _line(fact: Known) -> str:
    value = " ".join(fact.value.split())
    value = f"{value[: _LONGEST - 1]}…" if len(value) > _LONGEST else value
    return f"- {value}" if fact.predicate in (INSTRUCTION, COMMITMENT) else f"- {label_of(fact.predicate)}: {value}"


def _version(facts: Iterable[Known]) -> str:
    text = "\x1f".join(f"{fact.id}:{fact.value}" for fact in facts)
    return hashlib.sha256(text.encode()).hexdigest()[:_VERSION]

"""Writing a summary where its inputs changed, and only there. In the caller's scope and transaction, under the
contact's lock.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import F

from agents.memory.summaries.lines import Line, as_text
from agents.models import Summary, SummaryLevel

EXTRACTOR, VERSION = "rules", 1
Input = tuple[str, str, str]  # what it is, its id, a digest of what it says


@dataclass(frozen=True, slots=True)
class Made:
    """A summary as it should be."""

    level: SummaryLevel
    key: UUID
    contact_id: UUID
    lines: tuple[Line, ...]
    inputs: tuple[Input, ...]
    language: str
    conversation_id: UUID | None = None
    sequences: tuple[int, int] = (0, 0)
    times: tuple[datetime | None, datetime | None] = (None, None)
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return digest_of([VERSION, self.contact_id.hex, *self.inputs])

    @property
    def facts_digest(self) -> str:
        return facts_digest(self.inputs)


def digest_of(what: object) -> str:
    return hashlib.sha256(json.dumps(what, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def facts_digest(inputs: Iterable[Input]) -> str:
    """ "" where there are none."""
    facts = [each for each in inputs if each[0] == "fact"]
    return digest_of(facts)[:16] if facts else ""


def input_of(kind: str, identity: object, says: object) -> Input:
    return kind, str(identity), digest_of(says)[:16]


def keep(made: Made, known: Summary | None) -> bool:
    """`known`: the row that there is. False when it was made of the same already, by rules or by a model."""
    if known is not None and known.digest == made.digest:
        return False
    values = {
        "contact_id": made.contact_id,
        "conversation_id": made.conversation_id,
        "first_sequence": made.sequences[0],
        "last_sequence": made.sequences[1],
        "language": made.language,
        "text": as_text(made.lines, made.language),
        "lines": [each.to_json() for each in made.lines],
        "inputs": [list(each) for each in made.inputs],
        "digest": made.digest,
        "facts_digest": made.facts_digest,
        "numbers": dict(made.numbers),
        "extractor": EXTRACTOR,
        "version": VERSION,
        "first_at": made.times[0],
        "last_at": made.times[1],
    }
    if known is None:
        Summary.objects.create(level=made.level, key=made.key, **values)
        return True
    for name, value in values.items():
        setattr(known, name, value)
    known.times_made = F("times_made") + 1
    known.save()
    return True


def says(row: Summary) -> list[str]:
    """What the summaries above it are made of."""
    return [row.language, row.text]

"""What a turn is told of the contact: one fact that holds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.memory.tiers import Tier


@dataclass(frozen=True, slots=True)
class RememberedFact:
    """`message_id`: the message that said it last, None where something else did; `said_at`: since when it holds.
    `is_pinned`: a person of the company holds to it. `tier` and `weight`: see `agents.memory.tiers`."""

    id: UUID
    predicate: str
    value: str
    message_id: UUID | None = None
    said_at: datetime | None = None
    is_pinned: bool = False
    tier: Tier = "recent"
    weight: float = 1.0

"""What recall gives back: plain values, so that the turn knows no tables of memory."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Remembered:
    """One thing known of the contact, in the words it was said in.

    `sentence` is the contact's own sentence, which says the value; `message_id` the message it stands in.
    """

    fact_id: UUID
    predicate: str  # "name", "email", "phone", "order", "place", "prefers", "avoids"
    value: str
    sentence: str
    message_id: UUID
    said_at: datetime

"""What is to be written into the ledger, as plain objects: a model's instance costs more than charging it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.models import Meter

Key = tuple[UUID, str, str, str]
UNITS: dict[str, str] = {each.value: each.unit for each in Meter}


@dataclass(slots=True)
class Entry:
    """One row to come; see `UsageRecord`. `id` None: it gets one when it is written. `meter`: its value."""

    source_event_id: UUID
    meter: str
    model: str
    step: str
    quantity: int
    cost_micros: int
    currency: str
    price_version: str
    rate_version: str
    occurred_at: datetime
    agent_id: UUID | None = None
    conversation_id: UUID | None = None
    turn_id: UUID | None = None
    document_id: UUID | None = None
    price_micros: int = 0
    billed_at: datetime | None = None
    corrects_id: UUID | None = None
    id: UUID | None = None

    @property
    def key(self) -> Key:
        return self.source_event_id, self.meter, self.model, self.step


def merge(entries: Iterable[Entry]) -> list[Entry]:
    """Of one event: two calls of one model in one step are one row. Costs are added after rounding, as they are on the
    spans."""
    merged: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        known = merged.setdefault((entry.meter, entry.model, entry.step), entry)
        if known is not entry:
            known.quantity += entry.quantity
            known.cost_micros += entry.cost_micros
            known.rate_version = known.rate_version or entry.rate_version  # what is mixed is not charged
    return list(merged.values())

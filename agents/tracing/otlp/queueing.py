"""Saying that a turn's trace is whole, in the transaction that ends the turn: a company that exports none pays one
question to an index.

Traces of attempts that are tried again are not told: what they cost is part of the last one's.
"""

from uuid import UUID, uuid5

from agents.models import TraceExport
from agents.tracing.otlp.topics import TRACE_FINISHED, TRACES
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import require_tenant_id


def queue_export(*, turn_id: UUID, trace_id: UUID, told_by: UUID | None = None) -> None:
    """In the open scope and transaction. Told twice by the same attempt, it is one fact."""
    if not TraceExport.objects.filter(is_enabled=True).exists():
        return
    data = {"turn_id": str(turn_id), "trace_id": str(trace_id)}
    event = Event(
        TRACE_FINISHED,
        require_tenant_id(),
        str(turn_id),
        data,
        subject=encode(Prefix.TRACE, trace_id),
        id=uuid5(told_by or trace_id, "finished"),
    )
    publish(TRACES, event)

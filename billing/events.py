"""What this app handles. Imported when Django starts.

Billing stands below the floors whose events it reads, so their names are written here; payloads are ids and numbers.
"""

from uuid import UUID

from rapport.events.envelope import Event
from rapport.events.topics import subscribe

TURNS_COMPLETED = "agents.turns.completed"
TURN_COMPLETED = "rapport.agents.turn.completed.v1"
DOCUMENTS = "ingestion.documents"
DOCUMENT_EMBEDDED = "rapport.ingestion.document.embedded.v1"


@subscribe("bill-turns", topic=TURNS_COMPLETED, types={TURN_COMPLETED})
def bill_turn(event: Event) -> None:
    """Data: agent_id, conversation_id, turn_id, usage ([UsageFact.to_json()])."""
    from billing.services import UsageSubject, record_usage
    from billing.usage import UsageFact

    data = event.data
    record_usage(
        tenant_id=event.tenant_id,
        source_event_id=event.id,
        facts=[UsageFact.from_json(each) for each in data["usage"]],
        subject=UsageSubject(
            agent_id=UUID(data["agent_id"]),
            conversation_id=UUID(data["conversation_id"]),
            turn_id=UUID(data["turn_id"]),
        ),
        occurred_at=event.time,
    )


@subscribe("bill-documents", topic=DOCUMENTS, types={DOCUMENT_EMBEDDED})
def bill_document(event: Event) -> None:
    """Data: document_id, model, tokens (embedded now; reused passages cost nothing)."""
    from billing.prices import TokenCounts
    from billing.services import UsageSubject, record_usage
    from billing.usage import UsageFact

    data = event.data
    fact = UsageFact("embed_document", str(data["model"]), TokenCounts(embedding=int(data["tokens"])))
    record_usage(
        tenant_id=event.tenant_id,
        source_event_id=event.id,
        facts=[fact],
        subject=UsageSubject(document_id=UUID(data["document_id"])),
        occurred_at=event.time,
    )

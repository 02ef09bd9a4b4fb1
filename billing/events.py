"""What this app handles. It emits nothing. Imported when Django starts.

Billing stands below the floors whose events it reads, so their names are written here; payloads are ids and numbers.

`rapport.agents.turn.completed.v1` on `agents.turns.completed`. Billing reads agent_id, conversation_id, turn_id,
occurred_at (ISO 8601 with its offset: when the turn ended) and usage: [UsageFact.to_json()], one a call. Other names
in it (contact_id, question_message_id, answer_message_id) are for memory: the ledger names no contact.

`rapport.agents.call.counted.v1` on `agents.calls`. Billing reads call_id, conversation_id, agent_id, line (whose price
it has), seconds and occurred_at.

`rapport.ingestion.document.embedded.v1` on `ingestion.documents`. Billing reads document_id, version_id, model and
tokens (those embedded now; reused passages cost nothing), and occurred_at if it is there.
"""

from datetime import datetime
from uuid import UUID

from rapport.events.envelope import Data, Event
from rapport.events.topics import subscribe

TURNS_COMPLETED = "agents.turns.completed"
TURN_COMPLETED = "rapport.agents.turn.completed.v1"
CALLS = "agents.calls"
CALL_COUNTED = "rapport.agents.call.counted.v1"
SPEECH_COUNTED = "rapport.agents.call.speech_counted.v1"
DOCUMENTS = "ingestion.documents"
DOCUMENT_EMBEDDED = "rapport.ingestion.document.embedded.v1"


@subscribe("bill-turns", topic=TURNS_COMPLETED, types={TURN_COMPLETED})
def bill_turn(event: Event) -> None:
    """Write what a turn used, and that there was a conversation. Delivered again, it adds nothing."""
    from billing.budgets import settle_budget
    from billing.services import UsageSubject, record_conversation, record_usage
    from billing.usage import read_facts

    facts = read_facts(event.data.get("usage"))
    agent_id, conversation_id = _id(event.data, "agent_id"), _id(event.data, "conversation_id")
    moment = _occurred_at(event)
    record_usage(
        tenant_id=event.tenant_id,
        source_event_id=event.id,
        facts=facts,
        subject=UsageSubject(agent_id, conversation_id, _id(event.data, "turn_id")),
        occurred_at=moment,
    )
    settle_budget(tenant_id=event.tenant_id, turn_id=_id(event.data, "turn_id"), facts=facts)
    record_conversation(
        tenant_id=event.tenant_id, agent_id=agent_id, conversation_id=conversation_id, occurred_at=moment
    )


@subscribe("bill-calls", topic=CALLS, types={CALL_COUNTED})
def bill_call(event: Event) -> None:
    """Write how long a telephone call lasted, and what its carrier asks for it. Delivered again, it adds nothing."""
    from billing.calls import record_call
    from billing.errors import InvalidUsage
    from billing.services import UsageSubject

    line, seconds = event.data.get("line"), event.data.get("seconds")
    if not isinstance(line, str) or not isinstance(seconds, int) or not 0 <= seconds < 10**7:
        raise InvalidUsage("A call has a line, and whole seconds that it lasted.", param="seconds")
    record_call(
        tenant_id=event.tenant_id,
        call_id=_id(event.data, "call_id"),
        line=line,
        seconds=seconds,
        subject=UsageSubject(_id(event.data, "agent_id"), _id(event.data, "conversation_id")),
        occurred_at=_occurred_at(event),
    )


@subscribe("bill-speech", topic=CALLS, types={SPEECH_COUNTED})
def bill_speech(event: Event) -> None:
    """Write what providers of speech listened to and spoke in a call. Delivered again, it adds nothing."""
    from billing.calls import SPEECH, SpeechFact, record_speech
    from billing.errors import InvalidUsage
    from billing.services import UsageSubject

    spent = []
    for meter, whose in SPEECH.items():
        provider, count = event.data.get(whose), event.data.get(meter.value)
        if not isinstance(provider, str) or not isinstance(count, int) or not 0 <= count < 10**7:
            raise InvalidUsage("Speech has a provider, and whole numbers of what it did.", param=meter.value)
        spent.append(SpeechFact(meter, provider, count, is_own=event.data.get(f"is_own_{whose}") is True))
    record_speech(
        tenant_id=event.tenant_id,
        event_id=event.id,
        spent=spent,
        subject=UsageSubject(_id(event.data, "agent_id"), _id(event.data, "conversation_id")),
        at=_occurred_at(event),
    )


@subscribe("bill-documents", topic=DOCUMENTS, types={DOCUMENT_EMBEDDED}, is_per_tenant=True)
def bill_document(event: Event) -> None:
    """Write what a document's embedding used, in the place of what was kept aside for its version. Delivered again, it
    adds nothing."""
    from billing.reserving import give_back
    from billing.services import UsageSubject, record_usage
    from billing.usage import UsageFact

    tokens = {"embedding": event.data.get("tokens")}
    fact = {"step": "embed_document", "model": event.data.get("model"), "tokens": tokens}
    record_usage(
        tenant_id=event.tenant_id,
        source_event_id=event.id,
        facts=[UsageFact.from_json(fact)],
        subject=UsageSubject(document_id=_id(event.data, "document_id")),
        occurred_at=_occurred_at(event),
    )
    if "version_id" in event.data:
        give_back(tenant_id=event.tenant_id, task_id=_id(event.data, "version_id"))


def _id(data: Data, name: str) -> UUID:
    """Raises InvalidUsage."""
    from billing.errors import InvalidUsage

    try:
        return UUID(str(data.get(name)))
    except ValueError:
        raise InvalidUsage(f"The event names no {name}.", param=name) from None


def _occurred_at(event: Event) -> datetime:
    """When it happened, not when it was told. Raises InvalidUsage for a time without offset: it may change its day."""
    from billing.errors import InvalidUsage

    text = event.data.get("occurred_at")
    try:
        moment = event.time if text is None else datetime.fromisoformat(str(text))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidUsage("occurred_at is an ISO 8601 time with its offset.", param="occurred_at")
    return moment

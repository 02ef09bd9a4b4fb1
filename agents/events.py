"""What this app emits and handles. Imported when Django starts.

What handlers need is imported when they run: the web process registers them too and must stay light.
"""

from uuid import UUID

from django.db import transaction

from agents.topics import TURN_COMPLETED, TURN_REQUESTED, TURNS, TURNS_COMPLETED
from ingestion.topics import CONTACT_DESCRIBED, CONTACTS_TOPIC
from rapport import logs
from rapport.events.envelope import Event
from rapport.events.topics import Failure, subscribe

log = logs.get_logger(__name__)


def turn_is_dead(event: Event, failure: Failure) -> None:
    """Every attempt failed: the turn ends, and whoever waits for the answer is told."""
    from agents.runtime.ending import say_ending
    from agents.runtime.finishing import fail_turn
    from agents.runtime.frames import FrameWriter
    from billing.visitor_budgets import release_budget
    from rapport.streams.registry import get_stream_store

    turn_id = UUID(event.data["turn_id"])
    fail_turn(turn_id=turn_id, code=failure.code)
    release_budget(tenant_id=event.tenant_id, turn_id=turn_id)
    frames = FrameWriter(get_stream_store(), event.tenant_id, turn_id)
    transaction.on_commit(lambda: say_ending(frames, tenant_id=event.tenant_id, turn_id=turn_id))


@subscribe(
    "answer-turns",
    topic=TURNS,
    types={TURN_REQUESTED},
    queue="live",
    is_transactional=False,
    max_attempts=3,
    deadline_seconds=120.0,
    on_dead=turn_is_dead,
)
def handle_turn(event: Event) -> None:
    """Answer one message; the messages of a conversation one after the other."""
    from agents.errors import TurnNotFound
    from agents.runtime.parts import get_parts
    from agents.runtime.turn import answer_turn

    try:
        answer_turn(tenant_id=event.tenant_id, turn_id=UUID(event.data["turn_id"]), parts=get_parts())
    except TurnNotFound:  # its contact was erased before its turn came: nobody waits for the answer
        log.info("turn_is_gone", turn_id=event.data["turn_id"])


@subscribe("remember-turns", topic=TURNS_COMPLETED, types={TURN_COMPLETED})
def handle_completed_turn(event: Event) -> None:
    """Remember what was said in the conversation, and what the contact said of itself."""
    from agents.memory.remember import remember_conversation

    remember_conversation(
        tenant_id=event.tenant_id,
        contact_id=UUID(event.data["contact_id"]),
        conversation_id=UUID(event.data["conversation_id"]),
    )


@subscribe("remember-traits", topic=CONTACTS_TOPIC, types={CONTACT_DESCRIBED})
def handle_described_contact(event: Event) -> None:
    """Remember what the company's own systems said of the contact."""
    from agents.memory.traits import remember_traits

    remember_traits(
        tenant_id=event.tenant_id,
        contact_id=UUID(event.data["contact_id"]),
        event_ids=[UUID(each) for each in event.data["event_ids"]],
    )

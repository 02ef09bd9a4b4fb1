"""What this app emits and handles. Imported when Django starts.

What handlers need is imported when they run: the web process registers them too and must stay light.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from agents.topics import (
    CALL_RECORDED,
    CALL_REQUESTED,
    CALL_TO_ANALYSE,
    CALLS,
    CAMPAIGN_MOVED,
    CAMPAIGNS,
    CONVERSATION_ANSWERED,
    CONVERSATION_CLOSED,
    CONVERSATION_HANDED_OFF,
    CONVERSATION_WAITS,
    CONVERSATIONS,
    MEMORY,
    MEMORY_CHANGED,
    OUTGOING_CALLS,
    TURN_COMPLETED,
    TURN_REQUESTED,
    TURN_TO_JUDGE,
    TURNS,
    TURNS_COMPLETED,
)
from agents.tracing.otlp.topics import SUBSCRIPTION, TRACE_FINISHED, TRACES
from ingestion.topics import (
    CONTACT_DESCRIBED,
    CONTACT_MERGED,
    CONTACT_RELATED,
    CONTACT_UNMERGED,
    CONTACTS_TOPIC,
    DELETION_REQUESTED,
    DOCUMENTS_TOPIC,
    READY,
)
from rapport import logs
from rapport.events.envelope import Event
from rapport.events.topics import Failure, subscribe, subscribe_together

log = logs.get_logger(__name__)


def turn_is_dead(event: Event, failure: Failure) -> None:
    """Every attempt failed: the turn ends, and whoever waits for the answer is told."""
    from agents.runtime.ending import say_ending
    from agents.runtime.finishing import fail_turn
    from agents.runtime.frames import FrameWriter
    from billing.budgets import release_budget
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
    is_direct=True,
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


def call_is_dead(event: Event, failure: Failure) -> None:
    """It was never its turn, or its carrier was away all the time."""
    from agents.channels.phone.outgoing import give_up_call

    give_up_call(tenant_id=event.tenant_id, call_id=UUID(event.data["call_id"]))


@subscribe(
    "place-calls",
    topic=OUTGOING_CALLS,
    types={CALL_REQUESTED},
    queue="calls",
    is_transactional=False,
    max_attempts=720,  # an hour of waiting, where all lines are taken
    deadline_seconds=60.0,
    on_dead=call_is_dead,
)
def handle_requested_call(event: Event) -> None:
    """Dial, when it is its turn; the calls of one carrier's account one after the other."""
    from agents.channels.phone.outgoing import place_call
    from agents.channels.phone.switchboard import Switchboard

    place_call(tenant_id=event.tenant_id, call_id=UUID(event.data["call_id"]), carrier=Switchboard())


@subscribe(
    "analyse-calls",
    topic=CALLS,
    types={CALL_TO_ANALYSE},
    queue="calls",
    is_transactional=False,
    max_attempts=2,
    deadline_seconds=60.0,
)
def handle_call_to_analyse(event: Event) -> None:
    """Let a model read what the agent asks for."""
    from agents.channels.phone.analysis.analysing import analyse_call
    from agents.llm.registry import get_gateway

    analyse_call(tenant_id=event.tenant_id, call_id=UUID(event.data["call_id"]), gateway=get_gateway())


@subscribe(
    "fetch-recordings",
    topic=CALLS,
    types={CALL_RECORDED},
    is_transactional=False,
    max_attempts=60,
    deadline_seconds=900.0,
)
def handle_recorded_call(event: Event) -> None:
    """Fetch what the carrier recorded, and delete it there."""
    from agents.channels.phone.recording.fetching import keep_recording
    from agents.channels.phone.twilio_recordings import TwilioRecordings

    keep_recording(
        tenant_id=event.tenant_id,
        number_id=UUID(event.data["number_id"]),
        call_id=UUID(event.data["call_id"]),
        recording_id=str(event.data["recording_id"]),
        recordings=TwilioRecordings(),
    )


@subscribe(
    "run-campaigns",
    topic=CAMPAIGNS,
    types={CAMPAIGN_MOVED},
    is_transactional=False,
    max_attempts=60,
    deadline_seconds=120.0,
)
def handle_moved_campaign(event: Event) -> None:
    """Ask for the calls of a campaign that may be made now."""
    from agents.channels.phone.campaigns.dialling import advance_campaign

    advance_campaign(tenant_id=event.tenant_id, campaign_id=UUID(event.data["campaign_id"]))


def traces_are_given_up(event: Event, failure: Failure) -> None:
    """The page of the export says so, and the event waits among the failed ones."""
    from agents.models import TraceExport

    TraceExport.objects.update(last_error=failure.code[:80])


@subscribe_together(
    SUBSCRIPTION,
    topic=TRACES,
    types={TRACE_FINISHED},
    queue="calls",
    most_together=20,
    max_attempts=12,  # some hours, with growing pauses
    deadline_seconds=60.0,
    on_dead=traces_are_given_up,
)
def handle_finished_traces(events: Sequence[Event]) -> Sequence[Exception | None]:
    """Send the traces of some turns of one company to its own collector."""
    from agents.tracing.otlp.exporting import export_turns

    turn_ids = [UUID(event.data["turn_id"]) for event in events]
    return export_turns(tenant_id=events[0].tenant_id, turn_ids=turn_ids)


@subscribe("remember-turns", topic=TURNS_COMPLETED, types={TURN_COMPLETED})
def handle_completed_turn(event: Event) -> None:
    """Remember what was said in the conversation, and what the contact said of itself."""
    from agents.memory.commitments import remember_actions
    from agents.memory.happenings import keep_tool_results
    from agents.memory.remember import remember_conversation

    remember_conversation(
        tenant_id=event.tenant_id,
        contact_id=UUID(event.data["contact_id"]),
        conversation_id=UUID(event.data["conversation_id"]),
    )
    remember_actions(tenant_id=event.tenant_id, conversation_id=UUID(event.data["conversation_id"]))
    keep_tool_results(tenant_id=event.tenant_id, conversation_id=UUID(event.data["conversation_id"]))


@subscribe(
    "propose-facts",
    topic=TURNS_COMPLETED,
    types={TURN_COMPLETED},
    queue="calls",
    is_transactional=False,
    max_attempts=2,
    deadline_seconds=60.0,
)
def handle_long_conversation(event: Event) -> None:
    """Let a model look for facts, when enough was said that none has read."""
    _propose(event)


@subscribe(
    "propose-last-facts",
    topic=CONVERSATIONS,
    types={CONVERSATION_CLOSED},
    queue="calls",
    is_transactional=False,
    max_attempts=2,
    deadline_seconds=60.0,
)
def handle_closed_conversation(event: Event) -> None:
    """Let a model look for facts in what is left of it."""
    _propose(event)


def _propose(event: Event) -> None:
    from agents.llm.registry import get_gateway
    from agents.memory.proposing import propose_facts

    conversation_id = UUID(event.data["conversation_id"])
    propose_facts(tenant_id=event.tenant_id, conversation_id=conversation_id, gateway=get_gateway())


@subscribe(
    "judge-answers",
    topic=TURNS_COMPLETED,
    types={TURN_TO_JUDGE},
    queue="calls",
    is_transactional=False,
    max_attempts=2,
    deadline_seconds=60.0,
)
def handle_turn_to_judge(event: Event) -> None:
    """Let a model score the answer."""
    from agents.judging.judging import judge_answer
    from agents.llm.registry import get_gateway

    judge_answer(tenant_id=event.tenant_id, turn_id=UUID(event.data["turn_id"]), gateway=get_gateway())


@subscribe("index-turns", topic=TURNS_COMPLETED, types={TURN_COMPLETED}, is_transactional=False)
def handle_turn_to_index(event: Event) -> None:
    """Make what was said in the conversation findable, once it is remembered."""
    from agents.memory.episodes.indexing import index_conversation
    from agents.memory.remember import remember_rest
    from billing.errors import BudgetExhausted

    tenant_id, conversation_id = event.tenant_id, UUID(event.data["conversation_id"])
    contact_id = UUID(event.data["contact_id"])
    remember_rest(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)
    try:
        index_conversation(tenant_id=tenant_id, conversation_id=conversation_id)
    except BudgetExhausted:  # found by its words until then: the night catches up when there is money
        log.info("left_to_the_night", conversation_id=str(conversation_id))


@subscribe("summarise-turns", topic=TURNS_COMPLETED, types={TURN_COMPLETED})
def handle_turn_to_summarise(event: Event) -> None:
    """Say in short what was said, once it is remembered."""
    from agents.memory.commitments import remember_actions
    from agents.memory.remember import remember_rest
    from agents.memory.summaries.refreshing import refresh_summaries
    from agents.memory.uses import note_uses

    tenant_id, conversation_id = event.tenant_id, UUID(event.data["conversation_id"])
    contact_id = UUID(event.data["contact_id"])
    remember_rest(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)
    remember_actions(tenant_id=tenant_id, conversation_id=conversation_id)
    note_uses(tenant_id=tenant_id, turn_id=UUID(event.data["turn_id"]))
    refresh_summaries(tenant_id=tenant_id, contact_id=contact_id, conversations=[conversation_id])


@subscribe(
    "summarise-ended",
    topic=CONVERSATIONS,
    types={CONVERSATION_CLOSED, CONVERSATION_HANDED_OFF},
    queue="calls",
    is_transactional=False,
    max_attempts=2,
    deadline_seconds=60.0,
)
def handle_ended_conversation(event: Event) -> None:
    """Say how it ended; a closed one in a model's words, where the agent has one for it."""
    from agents.llm.registry import get_gateway
    from agents.memory.summaries.writing import summarise_again, write_summary

    tenant_id, conversation_id = event.tenant_id, UUID(event.data["conversation_id"])
    summarise_again(tenant_id=tenant_id, conversation_id=conversation_id)
    if event.type == CONVERSATION_CLOSED:
        write_summary(tenant_id=tenant_id, conversation_id=conversation_id, gateway=get_gateway())


@subscribe("summarise-memory", topic=MEMORY, types={MEMORY_CHANGED})
def handle_changed_memory(event: Event) -> None:
    """Make anew what stands above what changed."""
    _summarise(event, "contact_id")


@subscribe("summarise-contacts", topic=CONTACTS_TOPIC, types={CONTACT_RELATED, CONTACT_MERGED, CONTACT_UNMERGED})
def handle_changed_contact(event: Event) -> None:
    """Two who are read as one have one summary; and an account has those who belong to it."""
    _summarise(event, "contact_id", "into_id")


def _summarise(event: Event, *names: str) -> None:
    from agents.memory.summaries.refreshing import refresh_summaries

    for name in names:
        if name in event.data:
            refresh_summaries(tenant_id=event.tenant_id, contact_id=UUID(event.data[name]))


@subscribe("remember-traits", topic=CONTACTS_TOPIC, types={CONTACT_DESCRIBED})
def handle_described_contact(event: Event) -> None:
    """Remember what the company's own systems said of the contact."""
    from agents.memory.happenings import remember_happenings

    remember_happenings(
        tenant_id=event.tenant_id,
        contact_id=UUID(event.data["contact_id"]),
        event_ids=[UUID(each) for each in event.data["event_ids"]],
    )
    _summarise(event, "contact_id")


@subscribe("mail-waiting", topic=CONVERSATIONS, types={CONVERSATION_WAITS})
def handle_waiting_conversation(event: Event) -> None:
    """Nobody was there: tell the agent's fall-back address."""
    from agents.inbox.mailing import mail_fallback

    mail_fallback(tenant_id=event.tenant_id, conversation_id=UUID(event.data["conversation_id"]))


@subscribe(
    "mail-answers",
    topic=CONVERSATIONS,
    types={CONVERSATION_ANSWERED},
    queue="calls",
    is_transactional=False,
    deadline_seconds=60.0,
)
def handle_answered_conversation(event: Event) -> None:
    """The contact is gone: what people answered goes to the address that it left."""
    from agents.inbox.answer_mail import mail_answers

    mail_answers(tenant_id=event.tenant_id, conversation_id=UUID(event.data["conversation_id"]))


@subscribe(
    "summarise-conversations",
    topic=CONVERSATIONS,
    types={CONVERSATION_HANDED_OFF},
    queue="calls",
    is_transactional=False,
    max_attempts=2,
    deadline_seconds=60.0,
)
def handle_handed_off_conversation(event: Event) -> None:
    """Write for whoever takes the conversation what it was about."""
    from agents.inbox.summarising import summarise_conversation
    from agents.llm.registry import get_gateway

    conversation_id = UUID(event.data["conversation_id"])
    summarise_conversation(tenant_id=event.tenant_id, conversation_id=conversation_id, gateway=get_gateway())


@subscribe("forget-answers", topic=DOCUMENTS_TOPIC, types={READY, DELETION_REQUESTED}, is_per_tenant=True)
def handle_changed_document(event: Event) -> None:
    """Forget answers that cite what changed or goes. They are not given even before: the knowledge's version is part
    of what they are found by."""
    from agents.cache.keeping import forget_document

    forget_document(UUID(event.data["document_id"]))

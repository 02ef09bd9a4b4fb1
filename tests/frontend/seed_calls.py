"""A call in which was spoken: three questions, one answer that was cut off, what its carrier told, and its costs."""

from datetime import timedelta
from uuid import UUID

from agents.channels.phone.marks import Kind, Mark
from agents.models import Call, Message, Span, Trace, Turn
from agents.tracing import names
from billing.models import UsageRecord
from rapport.ids import new_id
from tenants.context import tenant_scope

SAID = (  # when it was understood, the question, after how long the first word came, what was heard, what was written
    (
        9_400,
        "How long does delivery within Germany take?",
        640,
        "Delivery takes 3 days [1].",
        "Delivery takes 3 days [1].",
    ),
    (
        24_800,
        "And what if I want to send something back?",
        910,
        "You may return anything within 30 days of delivery,",
        "You may return anything within 30 days of delivery, unused and in its box [1]. We refund the price within "
        "5 working days, to the card you paid with.",
    ),
    (
        36_900,
        "Within 30 days, good. Who pays for it?",
        720,
        "Shipping is not refunded [1].",
        "Shipping is not refunded [1].",
    ),
)
SPOKEN = (  # by the caller, then by the agent
    ((6_100, 9_000), (21_900, 24_300), (30_600, 36_400)),
    ((300, 5_200), (10_050, 12_100), (25_720, 30_650), (37_640, 39_500)),
)


def talk_in(call_id: UUID, tenant_id: UUID, *, has_events: bool = True) -> None:
    """`has_events`: the carrier says who speaks when."""
    with tenant_scope(tenant_id):
        call = Call.objects.select_related("conversation").get(id=call_id)
        marks = [mark for exchange in SAID for mark in _exchange(call, exchange)]
        if has_events:
            for side, kinds in enumerate(
                ((Kind.CALLER_SPEAKS, Kind.CALLER_SILENT), (Kind.AGENT_SPEAKS, Kind.AGENT_SILENT))
            ):
                marks += [Mark(at, kind) for stretch in SPOKEN[side] for at, kind in zip(stretch, kinds, strict=True)]
        call.marks = [mark.to_stored() for mark in sorted(marks, key=lambda each: each.at_ms)]
        call.interruptions = 1
        call.save(update_fields=["marks", "interruptions"])
        _costs(call)


def _exchange(call: Call, exchange: tuple[int, str, int, str, str]) -> list[Mark]:
    at_ms, question, after_ms, heard, whole = exchange
    assert call.answered_at
    at = call.answered_at + timedelta(milliseconds=at_ms)
    conversation, turn_id = call.conversation, new_id()
    sequence = 2 * Turn.objects.filter(conversation=conversation).count()
    asked, answered = (
        Message.objects.create(conversation=conversation, sequence=sequence + n, role=role, text=text, turn_id=turn_id)
        for n, role, text in ((1, "contact", question), (2, "agent", heard))
    )
    Message.objects.filter(conversation=conversation, turn_id=turn_id).update(created_at=at)
    trace = Trace.objects.create(
        turn_id=turn_id,
        conversation_id=conversation.id,
        agent_id=conversation.agent_id,
        contact_id=call.contact_id,
        agent_version=1,
        outcome="answered",
        started_at=at,
        duration_us=1000 * after_ms + 410_000,
        first_token_us=1000 * after_ms - 30_000,
        cost_micros=310,
    )
    Span.objects.create(
        trace=trace,
        sequence=1,
        name=names.INVOKE_AGENT,
        start_us=0,
        duration_us=1000 * after_ms + 410_000,
        attributes={names.WHOLE_ANSWER: whole},
    )
    Turn.objects.create(
        id=turn_id,
        conversation=conversation,
        question=asked,
        answer=answered,
        state="done",
        outcome="answered",
        trace_id=trace.id,
        heard=heard if heard != whole else None,
    )
    Turn.objects.filter(id=turn_id).update(created_at=at)
    marks = [Mark(at_ms, Kind.ASKED, turn_id), Mark(at_ms + after_ms, Kind.FIRST_WORD, turn_id)]
    return marks if heard == whole else [*marks, Mark(SPOKEN[1][2][1], Kind.CUT_OFF, turn_id)]


def _costs(call: Call) -> None:
    of_it = {"conversation_id": call.conversation_id, "currency": "USD", "occurred_at": call.answered_at}
    for step, model, meter, quantity, cost, version in (
        ("chat", "claude-haiku-4-5", "input_tokens", 2_310, 2_310, "published"),
        ("chat", "claude-haiku-4-5", "output_tokens", 118, 590, "published"),
        ("embed_query", "minilm-l6-v2-int8-1", "embedding_tokens", 31, 0, "2026-11-computing"),
        ("carrier", "twilio-inbound", "call_minutes", 3, 25_500, "included"),
    ):
        UsageRecord.objects.create(
            source_event_id=new_id(), step=step, model=model, meter=meter, quantity=quantity, cost_micros=cost,
            price_version=version, **of_it,
        )  # fmt: skip

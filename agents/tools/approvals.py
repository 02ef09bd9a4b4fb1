"""Calls that wait until somebody agrees: the contact to this very call, or a person of the company.

A decision is made once. After a person's the turn goes on as a turn of its own, with the same question; after the
contact's it is the turn of the message that said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import ApprovalDecided, ApprovalNotFound
from agents.models import ToolApproval, ToolRun, ToolRunState, Turn
from agents.tools.journal import Entry, entry_of
from agents.topics import TURN_REQUESTED, TURNS
from rapport.events.envelope import Event
from rapport.events.lease import current_lease
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor, agent_actor, visitor_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

AskedOf = Literal["person", "contact"]
State = Literal["waiting", "approved", "refused", "expired"]
LASTS = {"person": timedelta(hours=24), "contact": timedelta(minutes=30)}
BATCH = 100


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """`arguments` as the model wrote them, JSON; `result` what the agent was told, "" before it was called. Both
    are for whoever may see what tools were given and gave."""

    id: UUID
    run_id: UUID
    tool: str
    arguments: str
    result: str
    conversation_id: UUID
    contact_id: UUID
    agent_id: UUID
    asked_of: str
    state: str
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """A call that was decided on, with what the model knew when it made it."""

    entry: Entry
    exchange: tuple[dict[str, Any], ...]
    state: State


def ask_for_approval(*, tenant_id: UUID, entry: Entry, asked_of: AskedOf, exchange: Sequence[dict[str, Any]]) -> UUID:
    """The call waits from now on. Asked again for the same call it is the same approval."""
    now = timezone.now()
    with tenant_scope(tenant_id), transaction.atomic():
        current_lease().check_locked()
        run = ToolRun.objects.select_related("turn__conversation").get(id=entry.id)
        ToolRun.objects.filter(id=entry.id).update(state=ToolRunState.WAITING)
        row, is_new = ToolApproval.objects.get_or_create(
            run_id=entry.id,
            defaults={"asked_of": asked_of, "exchange": list(exchange), "expires_at": now + LASTS[asked_of]},
        )
        if is_new and asked_of == "person":
            action = "tool_approval.requested"
            _record(row, run, action, agent_actor(run.turn.conversation.agent_id))
    return row.id


def decide_approval(*, tenant_id: UUID, approval_id: UUID, is_agreed: bool, actor: Actor) -> None:
    """A person's word. The turn goes on with it. Raises ApprovalNotFound, ApprovalDecided."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(approval_id)
        if row.state != "waiting" or row.expires_at <= timezone.now():
            raise ApprovalDecided("This call waits no more: it was decided on already, or its time is over.")
        _close(row, "approved" if is_agreed else "refused", actor)
        _go_on(tenant_id, row)


def hear_contact(*, tenant_id: UUID, conversation_id: UUID, turn_id: UUID, is_agreed: bool) -> Resumed | None:
    """What the contact's message says to the call that waits for it, if one does; a turn that runs again hears the
    same. Only the next message counts: whatever else it says, the call is not made."""
    with tenant_scope(tenant_id), transaction.atomic():
        rows = ToolApproval.objects.select_for_update(of=("self",)).select_related("run__turn__conversation")
        row = rows.filter(resumed_turn_id=turn_id).first()
        if row is None:
            before = Turn.objects.filter(conversation_id=conversation_id, id__lt=turn_id).order_by("-id")
            last = before.values_list("id", flat=True)[:1]
            row = rows.filter(asked_of="contact", state="waiting", run__turn_id__in=list(last)).first()
            if row is None:
                return None
            is_late = row.expires_at <= timezone.now()
            state: State = "expired" if is_late else "approved" if is_agreed else "refused"
            row.resumed_turn_id = turn_id
            _close(row, state, visitor_actor(row.run.turn.conversation.contact_id))
        return Resumed(entry_of(row.run), tuple(row.exchange), row.state)  # type: ignore[arg-type]


def expire_approvals(*, tenant_id: UUID) -> int:
    """Those of persons whose time is over: the turn goes on without. Returns how many."""
    with tenant_scope(tenant_id), transaction.atomic():
        rows = ToolApproval.objects.select_for_update(of=("self",)).select_related("run__turn__conversation")
        due = list(rows.filter(state="waiting", asked_of="person", expires_at__lte=timezone.now())[:BATCH])
        for row in due:
            _close(row, "expired", SYSTEM)
            _go_on(tenant_id, row)
    return len(due)


def list_approvals(
    *, tenant_id: UUID, limit: int, before: UUID | None = None, state: str = "", conversation_id: UUID | None = None
) -> list[ApprovalView]:
    """Those that people decide on, newest first."""
    with tenant_scope(tenant_id):
        rows = ToolApproval.objects.select_related("run__turn__conversation").filter(asked_of="person").order_by("-id")
        rows = rows.filter(state=state) if state else rows
        rows = rows.filter(run__turn__conversation_id=conversation_id) if conversation_id else rows
        rows = rows.filter(id__lt=before) if before else rows
        return [_view(row) for row in rows[:limit]]


def get_approval(*, tenant_id: UUID, approval_id: UUID) -> ApprovalView:
    """Raises ApprovalNotFound."""
    with tenant_scope(tenant_id):
        rows = ToolApproval.objects.select_related("run__turn__conversation")
        row = rows.filter(id=approval_id, asked_of="person").first()
    if row is None:
        raise ApprovalNotFound("There is no such call that waits for a person.")
    return _view(row)


def _locked(approval_id: UUID) -> ToolApproval:
    rows = ToolApproval.objects.select_for_update(of=("self",)).select_related("run__turn__conversation")
    row = rows.filter(id=approval_id, asked_of="person").first()
    if row is None:
        raise ApprovalNotFound("There is no such call that waits for a person.")
    return row


def _close(row: ToolApproval, state: str, actor: Actor) -> None:
    row.state, row.decided_at, row.decided_by = state, timezone.now(), actor.label[:80]
    row.save(update_fields=["state", "decided_at", "decided_by", "resumed_turn_id"])
    action = "tool_approval.approved" if state == "approved" else "tool_approval.refused"
    if state == "expired":
        action = "tool_approval.expired"
    _record(row, row.run, action, actor)


def _go_on(tenant_id: UUID, row: ToolApproval) -> None:
    """A turn of its own for the same question."""
    before = row.run.turn
    turn = Turn.objects.create(
        conversation_id=before.conversation_id,
        question_id=before.question_id,
        asked={**(before.asked or {}), "resumes": str(row.id)},
    )
    row.resumed_turn_id = turn.id
    row.save(update_fields=["resumed_turn_id"])
    data = {"turn_id": str(turn.id), "conversation_id": str(turn.conversation_id)}
    subject = encode(Prefix.TURN, turn.id)
    publish(TURNS, Event(TURN_REQUESTED, tenant_id, str(turn.conversation_id), data, subject=subject))


def _record(row: ToolApproval, run: ToolRun, action: str, actor: Actor) -> None:
    conversation = run.turn.conversation
    record_audit(
        actor=actor,
        action=action,
        subject=encode(Prefix.APPROVAL, row.id),
        details={
            "tool": run.tool,
            "asked_of": row.asked_of,
            "conversation": encode(Prefix.CONVERSATION, conversation.id),
            "contact": encode(Prefix.CONTACT, conversation.contact_id),
        },
    )


def _view(row: ToolApproval) -> ApprovalView:
    run, conversation = row.run, row.run.turn.conversation
    is_late = row.state == "waiting" and row.expires_at <= timezone.now()
    return ApprovalView(
        row.id,
        run.id,
        run.tool,
        run.arguments,
        run.result,
        conversation.id,
        conversation.contact_id,
        conversation.agent_id,
        row.asked_of,
        "expired" if is_late else row.state,
        row.created_at,
        row.expires_at,
        row.decided_at,
        row.decided_by,
    )

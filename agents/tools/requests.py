"""What contacts want people of the company to do: tickets and callbacks. The webhooks' catalogue tells of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import ServiceRequestNotFound
from agents.memory.commitments import end_commitment
from agents.models import ServiceRequest
from agents.tools.port import ToolContext
from ingestion.contacts.holding import hold_contact
from rapport.ids import Prefix, encode
from tenants.actors import Actor, agent_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

Kind = Literal["ticket", "callback"]


@dataclass(frozen=True, slots=True)
class RequestView:
    id: UUID
    kind: str
    conversation_id: UUID
    contact_id: UUID
    subject: str
    text: str
    phone: str
    wanted_at: datetime | None
    is_open: bool
    created_at: datetime
    closed_at: datetime | None


def file_request(
    context: ToolContext,
    *,
    kind: Kind,
    subject: str,
    text: str = "",
    phone: str = "",
    wanted_at: datetime | None = None,
) -> str:
    """Its public id; the same call gives the same. Raises ContactNotFound for one who was erased meanwhile."""
    with tenant_scope(context.tenant_id), transaction.atomic():
        hold_contact(context.contact_id)
        row, is_new = ServiceRequest.objects.get_or_create(
            run_id=context.run_id,
            defaults={
                "kind": kind,
                "conversation_id": context.conversation_id,
                "contact_id": context.contact_id,
                "subject": subject.replace("\x00", ""),
                "text": text.replace("\x00", ""),
                "phone": phone,
                "wanted_at": wanted_at,
            },
        )
        public_id = encode(Prefix.SERVICE_REQUEST, row.id)
        if is_new:
            action = "ticket.opened" if kind == "ticket" else "callback.booked"
            record_audit(
                actor=agent_actor(context.agent_id),
                action=action,
                subject=public_id,
                details={
                    "conversation": encode(Prefix.CONVERSATION, context.conversation_id),
                    "contact": encode(Prefix.CONTACT, context.contact_id),
                },
            )
    return public_id


def list_requests(
    *,
    tenant_id: UUID,
    limit: int,
    before: UUID | None = None,
    contact_id: UUID | None = None,
    is_open: bool | None = None,
) -> list[RequestView]:
    """Newest first."""
    with tenant_scope(tenant_id):
        rows = ServiceRequest.objects.order_by("-id")
        rows = rows.filter(contact_id=contact_id) if contact_id else rows
        rows = rows.filter(is_open=is_open) if is_open is not None else rows
        rows = rows.filter(id__lt=before) if before else rows
        return [_view(row) for row in rows[:limit]]


def get_request(*, tenant_id: UUID, request_id: UUID) -> RequestView:
    """Raises ServiceRequestNotFound."""
    with tenant_scope(tenant_id):
        row = ServiceRequest.objects.filter(id=request_id).first()
    if row is None:
        raise _not_there()
    return _view(row)


def close_request(*, tenant_id: UUID, request_id: UUID, actor: Actor) -> None:
    """It is seen to. Closing it again changes nothing. Raises ServiceRequestNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = ServiceRequest.objects.select_for_update().filter(id=request_id).first()
        if row is None:
            raise _not_there()
        if not row.is_open:
            return
        row.is_open, row.closed_at = False, timezone.now()
        row.save(update_fields=["is_open", "closed_at"])
        end_commitment(run_id=row.run_id, at=row.closed_at, actor=actor)
        action = "ticket.closed" if row.kind == "ticket" else "callback.closed"
        record_audit(actor=actor, action=action, subject=encode(Prefix.SERVICE_REQUEST, row.id))


def _not_there() -> ServiceRequestNotFound:
    return ServiceRequestNotFound("There is no such ticket or callback.")


def _view(row: ServiceRequest) -> RequestView:
    return RequestView(
        row.id,
        row.kind,
        row.conversation_id,
        row.contact_id,
        row.subject,
        row.text,
        row.phone,
        row.wanted_at,
        row.is_open,
        row.created_at,
        row.closed_at,
    )

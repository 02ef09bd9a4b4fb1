"""Reads about attachments."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from agents.attachments.views import AttachmentView, attachment_view
from agents.errors import AttachmentNotFound
from agents.models.attachments import Attachment
from tenants.context import tenant_scope


def get_attachment(*, tenant_id: UUID, attachment_id: UUID, contact_id: UUID | None = None) -> AttachmentView:
    """Only of this contact's conversations, where one is given. Raises AttachmentNotFound."""
    with tenant_scope(tenant_id):
        rows = Attachment.objects.filter(id=attachment_id)
        row = (rows.filter(conversation__contact_id=contact_id) if contact_id else rows).first()
    if row is None:
        raise AttachmentNotFound("There is no such file.")
    return attachment_view(row)


def list_attachments(
    *, tenant_id: UUID, conversation_id: UUID, limit: int, after: UUID | None = None
) -> list[AttachmentView]:
    """That were sent, the earliest first; `after` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Attachment.objects.filter(conversation_id=conversation_id).exclude(message=None).order_by("id")
        return [attachment_view(row) for row in (rows.filter(id__gt=after) if after else rows)[:limit]]


def attachments_by_message(message_ids: Iterable[UUID]) -> dict[UUID, tuple[AttachmentView, ...]]:
    """In the open scope."""
    found: dict[UUID, list[AttachmentView]] = defaultdict(list)
    for row in Attachment.objects.filter(message_id__in=list(message_ids)).order_by("id"):
        if row.message_id:
            found[row.message_id].append(attachment_view(row))
    return {each: tuple(views) for each, views in found.items()}


def measure_attachments(tenant_id: UUID) -> int:
    """Bytes."""
    with tenant_scope(tenant_id):
        return int(Attachment.objects.aggregate(sum=Sum("size_bytes", default=0))["sum"])

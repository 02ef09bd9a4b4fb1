"""Attachments as others see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.attachments.kinds import KINDS
from agents.models.attachments import Attachment


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """`message_id`: None while it is not sent."""

    id: UUID
    conversation_id: UUID
    message_id: UUID | None
    name: str
    kind: str
    size_bytes: int
    created_at: datetime

    @property
    def is_picture(self) -> bool:
        return KINDS[self.kind].is_picture

    @property
    def media_type(self) -> str:
        return KINDS[self.kind].media_type


def attachment_view(row: Attachment) -> AttachmentView:
    return AttachmentView(
        row.id, row.conversation_id, row.message_id, row.name, row.kind, row.size_bytes, row.created_at
    )

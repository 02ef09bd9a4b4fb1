"""Files come before the message that they are sent with, wait for it a while, and leave with it.

A file is written in the transaction of its row, while its conversation is held: whoever erases the contact waits, and
finds both. What a killed process left, and what nobody sent, is swept away.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.attachments.files import delete_files, delete_old_drafts, list_old_files, write_file
from agents.attachments.kinds import check_file, check_name
from agents.attachments.views import AttachmentView, attachment_view
from agents.errors import (
    AttachmentNotFound,
    AttachmentSent,
    AttachmentsOff,
    ConversationNotFound,
    TooManyAttachments,
)
from agents.models import Attachment, Conversation, Message
from billing.quotas import STORED, require_quota
from ingestion.blobs import hash_content
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode, new_id
from tenants.actors import Actor
from tenants.attachments import MOST_FILES, AttachmentRules
from tenants.audit import record_audit
from tenants.context import require_tenant_id, tenant_scope, tenant_transaction
from tenants.privacy.suppression import is_contact_erased

MOST_UNSENT = 2 * MOST_FILES  # of one conversation
UNSENT_FOR = timedelta(hours=24)


def refuse_unless_on(rules: AttachmentRules) -> None:
    """Raises AttachmentsOff."""
    if not rules.kinds:
        raise AttachmentsOff("This chat takes no files. The company can allow them on the dashboard's Widget page.")


def attach_file(
    *,
    tenant_id: UUID,
    conversation_id: UUID,
    name: str,
    content: bytes,
    rules: AttachmentRules,
    actor: Actor,
    idempotency_key: str = "",
) -> AttachmentView:
    """Take a file for the conversation's next message. Raises AttachmentsOff, AttachmentTooLarge, AttachmentEmpty,
    AttachmentName, WrongAttachmentKind, TooManyAttachments, ConversationNotFound, QuotaExhausted,
    IdempotencyKeyReused."""
    refuse_unless_on(rules)
    name = check_name(name)
    kind, attachment_id = check_file(content, name=name, rules=rules), new_id()

    def keep() -> dict[str, str]:
        _hold(conversation_id)
        require_quota(*STORED)
        if Attachment.objects.filter(conversation_id=conversation_id, message=None).count() >= MOST_UNSENT:
            raise TooManyAttachments(
                f"{MOST_UNSENT} files wait to be sent already. Send some, or take some away.", param="file"
            )
        Attachment.objects.create(
            id=attachment_id, conversation_id=conversation_id, name=name, kind=kind, size_bytes=len(content)
        )
        _note("uploaded", attachment_id, conversation_id, actor, {"kind": kind, "bytes": len(content)})
        write_file(tenant_id, attachment_id, content)
        return {"attachment_id": str(attachment_id)}

    try:
        with tenant_transaction(tenant_id):
            outcome = run_once(
                tenant_id=tenant_id,
                operation=f"attach_file:{conversation_id}",
                key=idempotency_key,
                request={"name": name, "digest": hash_content(content)},
                work=keep,
            )
            row = Attachment.objects.filter(id=UUID(outcome.result["attachment_id"])).first()
            if row is None:
                raise AttachmentNotFound("This file was taken away meanwhile. Send it with another Idempotency-Key.")
            return attachment_view(row)
    except BaseException:
        delete_files(tenant_id, [attachment_id])
        raise


def remove_attachment(*, tenant_id: UUID, attachment_id: UUID, conversation_id: UUID, actor: Actor) -> None:
    """One that was not sent. Raises AttachmentNotFound, AttachmentSent."""
    with tenant_transaction(tenant_id):
        _hold(conversation_id)
        row = Attachment.objects.filter(id=attachment_id, conversation_id=conversation_id).first()
        if row is None:
            raise AttachmentNotFound("There is no such file.")
        if row.message_id is not None:
            raise AttachmentSent("This file was sent. It goes with its message.")
        row.delete()
        _note("removed", attachment_id, conversation_id, actor, {})
        delete_files(tenant_id, [attachment_id])


def find_unsent(conversation: Conversation, attachment_ids: Sequence[UUID], *, most: int) -> list[Attachment]:
    """In the order in which they were named; of a conversation whose row the caller has locked. Raises
    TooManyAttachments, AttachmentNotFound."""
    if len(attachment_ids) > most:
        raise TooManyAttachments(f"At most {most} files go with one message.", param="attachments")
    waiting = Attachment.objects.select_for_update().filter(conversation=conversation, message=None)
    rows = waiting.in_bulk(list(attachment_ids))
    if len(rows) != len(attachment_ids):
        raise AttachmentNotFound(
            "One of these files is not there any more, or was sent before. Attach it again.", param="attachments"
        )
    return [rows[each] for each in attachment_ids]


def send_with(message: Message, files: Sequence[Attachment]) -> None:
    for row in files:
        row.message = message
        row.save(update_fields=["message"])


def sweep_attachments(*, tenant_id: UUID) -> int:
    """What was not sent in time leaves, and files without a row. Returns how many."""
    with tenant_transaction(tenant_id):
        old = Attachment.objects.select_for_update().filter(message=None, created_at__lt=timezone.now() - UNSENT_FOR)
        unsent = [row.id for row in old]
        Attachment.objects.filter(id__in=unsent).delete()
        delete_files(tenant_id, unsent)
    seconds = UNSENT_FOR.total_seconds()
    delete_old_drafts(tenant_id, seconds)
    found = list_old_files(tenant_id, seconds)
    with tenant_scope(tenant_id):
        named = set(Attachment.objects.filter(id__in=found).values_list("id", flat=True))
    left = [each for each in found if each not in named]
    delete_files(tenant_id, left)
    return len(unsent) + len(left)


def delete_files_of(conversation_ids: Sequence[UUID]) -> None:
    """In the open scope and transaction, before their rows go."""
    rows = Attachment.objects.filter(conversation_id__in=conversation_ids)
    delete_files(require_tenant_id(), list(rows.values_list("id", flat=True)))
    rows.delete()


def _hold(conversation_id: UUID) -> None:
    """Raises ConversationNotFound."""
    conversation = Conversation.objects.select_for_update().filter(id=conversation_id).first()
    if conversation is None or is_contact_erased(conversation.contact_id):
        raise ConversationNotFound("There is no such conversation.")


def _note(deed: str, attachment_id: UUID, conversation_id: UUID, actor: Actor, facts: dict[str, object]) -> None:
    record_audit(
        actor=actor,
        action=f"attachment.{deed}",
        subject=encode(Prefix.ATTACHMENT, attachment_id),
        details={"conversation": encode(Prefix.CONVERSATION, conversation_id), **facts},
    )

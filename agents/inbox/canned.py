"""Replies that are written often: kept by name, put into the composer with their variables filled in.

Variables: {{contact.name}}, {{agent.name}}, {{me.name}}. What is not known is left out, with the space before it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from agents.errors import CannedReplyExists, CannedReplyNotFound, InvalidCannedReply
from agents.inbox.replies import MAX_REPLY_CHARACTERS, checked_text
from agents.models import CannedReply
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

VARIABLES = ("contact.name", "agent.name", "me.name")
MOST_REPLIES = 500
_PLACE = re.compile(r"( ?)\{\{\s*([\w.]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class CannedReplyView:
    id: UUID
    name: str
    text: str


def list_canned_replies(*, tenant_id: UUID) -> list[CannedReplyView]:
    """By name."""
    with tenant_scope(tenant_id):
        return [CannedReplyView(row.id, row.name, row.text) for row in CannedReply.objects.order_by("name")]


def get_canned_reply(*, tenant_id: UUID, reply_id: UUID) -> CannedReplyView:
    """Raises CannedReplyNotFound."""
    with tenant_scope(tenant_id):
        row = CannedReply.objects.filter(id=reply_id).first()
    if row is None:
        raise CannedReplyNotFound("There is no such reply.")
    return CannedReplyView(row.id, row.name, row.text)


def save_canned_reply(*, tenant_id: UUID, name: str, text: str, actor: Actor, reply_id: UUID | None = None) -> UUID:
    """A new one, or (`reply_id`) another text or name for one. Returns its id.

    Raises InvalidCannedReply, CannedReplyExists, CannedReplyNotFound, EmptyMessage, MessageTooLong.
    """
    name, text = _checked_name(name), checked_text(text, MAX_REPLY_CHARACTERS)
    _check_variables(text)
    with tenant_scope(tenant_id), transaction.atomic():
        row = _row(reply_id) if reply_id else CannedReply()
        if reply_id is None and CannedReply.objects.count() >= MOST_REPLIES:
            raise InvalidCannedReply(f"There are {MOST_REPLIES} replies already. Remove one first.", param="name")
        row.name, row.text = name, text
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise CannedReplyExists("There is a reply of this name. Choose another.", param="name") from error
        action = "canned_reply.changed" if reply_id else "canned_reply.created"
        record_audit(actor=actor, action=action, subject=encode(Prefix.CANNED_REPLY, row.id), details={"name": name})
    return row.id


def delete_canned_reply(*, tenant_id: UUID, reply_id: UUID, actor: Actor) -> None:
    """Raises CannedReplyNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _row(reply_id)
        subject = encode(Prefix.CANNED_REPLY, row.id)
        record_audit(actor=actor, action="canned_reply.deleted", subject=subject, details={"name": row.name})
        row.delete()


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables' values."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found[2], "")
        return f"{found[1]}{known}" if known else ""

    return _PLACE.sub(value, text)


def _row(reply_id: UUID) -> CannedReply:
    row = CannedReply.objects.select_for_update().filter(id=reply_id).first()
    if row is None:
        raise CannedReplyNotFound("There is no such reply.")
    return row


def _checked_name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not 0 < len(name) <= 60:
        raise InvalidCannedReply("A reply's name has between 1 and 60 characters.", param="name")
    return name


def _check_variables(text: str) -> None:
    unknown = sorted({found[1] for found in _PLACE.findall(text)} - set(VARIABLES))
    if unknown:
        known = ", ".join(f"{{{{{each}}}}}" for each in VARIABLES)
        raise InvalidCannedReply(f"There is no variable {unknown[0]}. You can use {known}.", param="text")

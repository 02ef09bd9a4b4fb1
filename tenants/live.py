"""What open pages of a company are told: that something of a kind changed, never what (`rapport.streams.changes`)."""

from collections.abc import Iterable
from uuid import UUID

from rapport.streams.changes import note_change

CONVERSATIONS = "conversations"
DOCUMENTS = "documents"
CALLS = "calls"
APPROVALS = "approvals"
_BY_NOUN = {
    "conversation": CONVERSATIONS,
    "document": DOCUMENTS,
    "source": DOCUMENTS,
    "call": CALLS,
    "campaign": CALLS,
    "tool_approval": APPROVALS,
}


def tell_written(tenant_id: UUID, actions: Iterable[str]) -> None:
    """By audited actions (`noun.verb-past`), in their transaction."""
    topics = {_BY_NOUN[noun] for noun in (each.partition(".")[0] for each in actions) if noun in _BY_NOUN}
    if topics:
        note_change(tenant_id, *sorted(topics))

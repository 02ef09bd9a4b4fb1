"""Of whom this app's rows and stores are."""

from collections.abc import Sequence
from uuid import UUID

from agents.forgetting import remove_old_conversations, remove_old_traces
from agents.models import Conversation
from rapport.streams.registry import get_stream_store
from tenants.privacy.directory import declare_hold
from tenants.privacy.holdings import (
    OfContact,
    OfTenant,
    Person,
    Store,
    Subject,
    by_field,
    by_links,
    declare,
    declare_links,
    declare_store,
)
from tenants.privacy.retention import declare_retention
from tenants.privacy.secrets import NoSecret, declare_secret

declare_links("conversations", "agents.Conversation", "contact_id")
declare_links("messages", "agents.Message", "conversation__contact_id")
declare_links("turns", "agents.Turn", "conversation__contact_id")
declare_links("episodes", "agents.Episode", "contact_id")
declare_links("facts", "agents.Fact", "contact_id")

declare("agents.Agent", OfTenant("how the company's agents are set up"))
declare("agents.Conversation", OfContact(by_field("contact_id")))
declare("agents.Message", OfContact(by_field("conversation__contact_id")))
declare("agents.Turn", OfContact(by_field("conversation__contact_id")))
declare("agents.Episode", OfContact(by_field("contact_id")))
declare("agents.Fact", OfContact(by_field("contact_id")))
declare("agents.FactSource", OfContact(by_field("fact__contact_id")))
declare("agents.Trace", OfContact(by_field("contact_id")))
declare("agents.Span", OfContact(by_field("trace__contact_id")))
declare("agents.CachedAnswer", OfContact(by_links("turn_id", "turns")))  # its words may be the contact's


def _hold_conversations(contacts: Sequence[UUID]) -> None:
    """Whoever writes a message, an answer, a trace or a memory holds the conversation meanwhile."""
    list(Conversation.objects.select_for_update().filter(contact_id__in=contacts).order_by("id").values_list("id"))


def _count_frames(subject: Subject) -> int:
    turns = subject.linked("turns") if isinstance(subject, Person) else None
    return get_stream_store().count_frames(subject.tenant_id, turns)


def _erase_frames(subject: Subject) -> None:
    if isinstance(subject, Person):
        get_stream_store().seal(subject.tenant_id, subject.linked("turns"))
    else:
        get_stream_store().delete_tenant(subject.tenant_id)


declare_hold(_hold_conversations)
declare_retention("conversations_days", remove_old_conversations)
declare_retention("traces_days", remove_old_traces)
declare_secret("agents.CachedAnswer", "key", NoSecret("SHA-256 over what a question was asked of"))
declare_store(Store("streams", "Answers while they are written, for a day", _count_frames, _erase_frames))

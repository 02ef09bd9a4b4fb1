"""What happens in a company now, newest first: who wrote, which call goes on, what is read or could not be."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from agents.selectors import ConversationView, list_conversations
from agents.selectors.phone import CallView, list_calls
from frontend.call_words import ENDINGS
from frontend.memory_words import named
from frontend.page import Visit
from frontend.phrases import phrase
from ingestion.selectors import DocumentView, list_documents
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

SHOWN = 8
OF_A_KIND = 4  # calls, documents: an import leaves room for what customers say


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the list. `tone` colours `state`; `is_going`: it is not over."""

    at: datetime
    icon: str
    title: str
    detail: str
    state: str
    tone: str
    is_going: bool
    href: str


def happening_now(visit: Visit) -> list[Happening]:
    """Of each kind what the person may read."""
    found: list[Happening] = []
    if visit.may(Permission.CONVERSATIONS_READ):
        talks = list_conversations(tenant_id=visit.tenant_id, limit=SHOWN)
        found += [_talk(each) for each in talks if each.channel != "phone" and each.last_message_at]
        found += [_call(each) for each in list_calls(tenant_id=visit.tenant_id, limit=OF_A_KIND)]
    if visit.may(Permission.KNOWLEDGE_READ):
        found += [_document(each) for each in list_documents(tenant_id=visit.tenant_id, limit=OF_A_KIND)]
    return sorted(found, key=lambda each: each.at, reverse=True)[:SHOWN]


_TALKS = {
    "waiting": (phrase("waits for a person"), "warn"),
    "human": (phrase("with people"), "info"),
    "closed": (phrase("closed"), ""),
}


def _talk(talk: ConversationView) -> Happening:
    assert talk.last_message_at
    state, tone = _TALKS.get(talk.state, ("", ""))
    return Happening(
        talk.last_message_at,
        "chat",
        talk.subject or gettext("(no question yet)"),
        _who_talks(talk),
        state,
        tone,
        talk.state == "waiting",
        reverse("conversation", args=[encode(Prefix.CONVERSATION, talk.id)]),
    )


def _who_talks(talk: ConversationView) -> str:
    said = (
        gettext("%(contact)s with %(agent)s, to try it")
        if talk.channel == "test"
        else gettext("%(contact)s with %(agent)s")
    )
    return said % {"contact": named(talk.contact_name), "agent": talk.agent_name}


def _who_calls(call: CallView) -> str:
    said = gettext("Called %(contact)s") if call.direction == "outbound" else gettext("Call of %(contact)s")
    return said % {"contact": named(call.contact_name)}


_CALLS = {
    "talking": phrase("under way"),
    "ringing": phrase("rings"),
    "dialling": phrase("is dialled"),
    "queued": phrase("waits its turn"),
}


def _call(call: CallView) -> Happening:
    is_going = call.state in _CALLS
    return Happening(
        call.created_at,
        "phone",
        _who_calls(call),
        call.number,
        _CALLS.get(call.state) or ENDINGS.get(call.ended_reason, call.ended_reason),
        "info" if is_going else "",
        is_going,
        reverse("call", args=[encode(Prefix.CALL, call.id)]),
    )


_DOCUMENTS = {
    "ready": (phrase("ready"), "ok"),
    "failed": (phrase("could not be read"), "bad"),
    "queued": (phrase("waits to be read"), ""),
}


def _document(document: DocumentView) -> Happening:
    state, tone = _DOCUMENTS.get(document.state, (gettext(document.stage_label.lower()), "info"))
    return Happening(
        document.updated_at,
        "file",
        document.title,
        "",
        state,
        tone,
        document.state not in _DOCUMENTS,
        reverse("document", args=[encode(Prefix.DOCUMENT, document.id)]),
    )

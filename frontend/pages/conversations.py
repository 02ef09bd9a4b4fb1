"""Conversations: the list, and one with what was said, from which sources, how fast and for how much."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from agents.feedback.selectors import ratings_by
from agents.selectors import (
    CitationView,
    MessageView,
    TurnView,
    Use,
    get_conversation,
    list_conversations,
    list_messages,
    list_turns,
    list_uses,
)
from agents.selectors.summaries import summary_of_conversation
from billing.selectors import usage_total
from frontend.page import Visit, asked_id, page, signed_in_id
from frontend.sources import citation_href
from rapport.ids import Prefix
from tenants.permissions import Permission

PAGE_SIZE = 40
_MOST_MESSAGES = 2000
CHANNELS = (("", "All"), ("chat", "Widget"), ("test", "Test"))


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands in the transcript; an agent's one with its turn and its sources' addresses."""

    message: MessageView
    turn: TurnView | None
    sources: tuple[tuple[CitationView, str], ...]


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_conversations(visit: Visit) -> HttpResponse:
    query = visit.request.GET
    before = asked_id(Prefix.CONVERSATION, query["before"]) if query.get("before") else None
    channel = query.get("channel", "")
    rows = list_conversations(tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=before, channel=channel)
    return visit.render(
        "pages/conversations/index.html",
        {
            "section": "conversations",
            "conversations": rows[:PAGE_SIZE],
            "has_more": len(rows) > PAGE_SIZE,
            "channel": channel,
            "channels": CHANNELS,
            "is_first": before is None,
        },
    )


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_conversation(visit: Visit, conversation: str) -> HttpResponse:
    conversation_id = asked_id(Prefix.CONVERSATION, conversation)
    found = get_conversation(tenant_id=visit.tenant_id, conversation_id=conversation_id)
    turns = list_turns(tenant_id=visit.tenant_id, conversation_id=conversation_id)
    messages = list_messages(tenant_id=visit.tenant_id, conversation_id=conversation_id, limit=_MOST_MESSAGES)
    is_moving = any(not turn.is_finished for turn in turns)
    return visit.render(
        "pages/conversations/one.html",
        {
            "section": "conversations",
            "conversation": found,
            "transcript": transcript_of(messages, turns),
            "unanswered": [turn for turn in turns if turn.answer_id is None],
            "is_moving": is_moving,
            "uses": {} if is_moving else uses_of(visit.tenant_id, found.contact_id),
            "usage": usage_total(tenant_id=visit.tenant_id, conversation_id=conversation_id),
            "turns": turns,
            "rated": ratings_by(
                tenant_id=visit.tenant_id, conversation_id=conversation_id, rater_id=signed_in_id(visit.request)
            ),
            "summary": summary_of_conversation(tenant_id=visit.tenant_id, conversation_id=conversation_id),
            "back": visit.request.path,
            "may_answer": visit.may(Permission.INBOX_WRITE),
            "may_erase": visit.may(Permission.CONTACTS_ERASE),
        },
    )


def uses_of(tenant_id: UUID, contact_id: UUID) -> dict[str, list[Use]]:
    """In which answers what a contact said was used, as templates ask for it: by an id's digits."""
    return {each.hex: rows for each, rows in list_uses(tenant_id=tenant_id, contact_id=contact_id).items()}


def transcript_of(messages: list[MessageView], turns: list[TurnView]) -> list[Said]:
    by_answer = {turn.answer_id: turn for turn in turns if turn.answer_id}
    return [
        Said(each, by_answer.get(each.id), tuple((citation, citation_href(citation)) for citation in each.citations))
        for each in messages
    ]

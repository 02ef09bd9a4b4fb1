"""Conversations: the list, and one with what was said, from which sources, how fast and for how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.feedback.selectors import ratings_by
from agents.selectors import (
    CitationView,
    ConversationView,
    MessageView,
    TurnView,
    Use,
    find_conversations,
    get_conversation,
    list_agents,
    list_messages,
    list_turns,
    list_uses,
)
from agents.selectors.conversation_search import Sought, said_there
from agents.selectors.summaries import SummaryView, summary_of_conversation
from billing.selectors import usage_total
from frontend.call_words import call_of
from frontend.live import live_at
from frontend.page import Visit, asked_id, page, signed_in_id
from frontend.phrases import phrase
from frontend.sources import citation_href
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PAGE_SIZE = 40
_MOST_MESSAGES = 2000
CHANNELS = (
    ("", phrase("All channels")),
    ("chat", phrase("Widget")),
    ("phone", phrase("Phone")),
    ("api", "API"),
    ("test", phrase("Test")),
)
STATE_NAMES = (
    ("", phrase("Any state")),
    ("agent", phrase("With the agent")),
    ("waiting", phrase("Waiting")),
    ("human", phrase("With people")),
    ("closed", phrase("Closed")),
)
PERIODS = (
    ("", phrase("Any time")),
    ("1", phrase("Last day")),
    ("7", phrase("Last 7 days")),
    ("30", phrase("Last 30 days")),
    ("90", phrase("Last 90 days")),
)
FIELDS = ("q", "channel", "state", "agent", "days")


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands in the transcript; an agent's one with its turn and its sources' addresses."""

    message: MessageView
    turn: TurnView | None
    sources: tuple[tuple[CitationView, str], ...]


@require_safe
@page(Permission.CONVERSATIONS_READ, in_one_scope=True)
def show_conversations(visit: Visit) -> HttpResponse:
    query = visit.request.GET
    before = asked_id(Prefix.CONVERSATION, query["before"]) if query.get("before") else None
    form = {name: query.get(name, "").strip() for name in FIELDS}
    sought = _sought(form)
    channel = form["channel"] if form["channel"] in dict(CHANNELS) else ""
    found = find_conversations(
        tenant_id=visit.tenant_id, limit=PAGE_SIZE + 1, before=before, channel=channel, sought=sought
    )
    shown = found.rows[:PAGE_SIZE]
    asked = {name: value for name, value in form.items() if value}
    last = shown[-1].id if len(found.rows) > PAGE_SIZE else found.further
    older = {**asked, "before": encode(Prefix.CONVERSATION, last)} if last else {}
    return visit.render(
        "pages/conversations/index.html",
        {
            "section": "conversations",
            "conversations": shown,
            "said_there": said_there(
                tenant_id=visit.tenant_id, conversations=[each.id for each in shown], text=sought.text
            ),
            "form": form,
            "is_asked": bool(asked),
            "channels": CHANNELS,
            "states": STATE_NAMES,
            "periods": PERIODS,
            "agents": [(encode(Prefix.AGENT, each.id), each.name) for each in list_agents(tenant_id=visit.tenant_id)],
            "is_first": before is None,
            "newest": f"?{urlencode(asked)}",
            "older": f"?{urlencode(older)}" if older else "",
        },
    )


def _sought(form: Mapping[str, str]) -> Sought:
    """What is asked for in other words than the page's own is not asked for."""
    days = form["days"] if form["days"] in dict(PERIODS) else ""
    return Sought(
        text=form["q"],
        state=form["state"] if form["state"] in dict(STATE_NAMES) else "",
        agent_id=asked_id(Prefix.AGENT, form["agent"]) if form["agent"] else None,
        since=timezone.now() - timedelta(days=int(days)) if days else None,
    )


@require_safe
@page(Permission.CONVERSATIONS_READ, in_one_scope=True)
def show_conversation(visit: Visit, conversation: str) -> HttpResponse:
    live, conversation_id = live_at(visit), asked_id(Prefix.CONVERSATION, conversation)
    found = get_conversation(tenant_id=visit.tenant_id, conversation_id=conversation_id)
    turns = list_turns(tenant_id=visit.tenant_id, conversation_id=conversation_id)
    messages = list_messages(tenant_id=visit.tenant_id, conversation_id=conversation_id, limit=_MOST_MESSAGES)
    is_moving = any(not turn.is_finished for turn in turns)
    summary = summary_of_conversation(tenant_id=visit.tenant_id, conversation_id=conversation_id)
    seen = _seen(found, messages, turns, summary)
    if visit.request.GET.get("seen") == seen:  # a page that renews itself: what was unfolded on it stays so
        return HttpResponse(status=204)
    return visit.render(
        "pages/conversations/one.html",
        {
            **live,
            "seen": seen,
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
            "summary": summary,
            "call_id": call_of(visit.tenant_id, conversation_id) if found.channel in ("phone", "test") else None,
            "back": visit.request.path,
            "may_answer": visit.may(Permission.INBOX_WRITE),
            "may_erase": visit.may(Permission.CONTACTS_ERASE),
        },
    )


def _seen(
    found: ConversationView, messages: list[MessageView], turns: list[TurnView], summary: SummaryView | None
) -> str:
    """What of a conversation its page shows, in short: it changes with it."""
    last = messages[-1].id.hex if messages else ""
    finished = sum(turn.is_finished for turn in turns)
    return f"{found.state}.{len(messages)}.{last}.{finished}.{summary.digest[:8] if summary else ''}"


def uses_of(tenant_id: UUID, contact_id: UUID) -> dict[str, list[Use]]:
    """In which answers what a contact said was used, as templates ask for it: by an id's digits."""
    return {each.hex: rows for each, rows in list_uses(tenant_id=tenant_id, contact_id=contact_id).items()}


def transcript_of(messages: list[MessageView], turns: list[TurnView]) -> list[Said]:
    by_answer = {turn.answer_id: turn for turn in turns if turn.answer_id}
    return [
        Said(each, by_answer.get(each.id), tuple((citation, citation_href(citation)) for citation in each.citations))
        for each in messages
    ]

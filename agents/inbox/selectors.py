"""Which conversations want people: the inbox's list, with the last words of each."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from agents.models import Conversation, ConversationState, Message
from agents.selectors.conversations import ConversationView, conversation_view, people_of, with_agents
from agents.selectors.summaries import short_texts
from ingestion.contacts.selectors import get_contacts
from tenants.context import tenant_scope

FILTERS = {
    "open": "Needs a person",
    "mine": "Mine",
    "waiting": "Waiting",
    "human": "With people",
    "agent": "With the agent",
    "closed": "Closed",
    "all": "All",
}
_SNIPPET = 140


@dataclass(frozen=True, slots=True)
class InboxRow:
    """`snippet`: the beginning of what was said last; `said_by`: the role of whoever said it, `author`: a person's
    name. `about`: what the conversation is about, unless that was said last."""

    conversation: ConversationView
    snippet: str
    said_by: str
    author: str = ""
    about: str = ""


def list_inbox(*, tenant_id: UUID, which: str, member_id: UUID, limit: int = 60) -> list[InboxRow]:
    """`which`: one of FILTERS. Those that wait come first, the longest first; the others latest first. Of what is
    "open" all of those that wait come before any other, however long ago something was said there."""
    with tenant_scope(tenant_id):
        last = Message.objects.filter(conversation_id=OuterRef("id")).exclude(role="system").order_by("-sequence")
        rows = with_agents().annotate(
            snippet=Subquery(last.values("text")[:1]),
            said_by=Subquery(last.values("role")[:1]),
            author=Subquery(last.values("author_name")[:1]),
        )
        wanted = rows.filter(id__in=_latest_ids(which, member_id, limit)).order_by("-last_message_at", "-id")
        page = sorted(wanted, key=_urgency)
        contacts = get_contacts(tenant_id=tenant_id, contact_ids={row.contact_id for row in page})
        people = people_of(tenant_id, page)
        about = short_texts(tenant_id=tenant_id, conversations=[row.id for row in page])
        return [
            InboxRow(
                conversation_view(row, contacts, people),
                (row.snippet or "")[:_SNIPPET],
                row.said_by or "",
                row.author or "",
                _unless_said(about.get(row.id, ""), row.snippet or ""),
            )
            for row in page
        ]


def _unless_said(about: str, last: str) -> str:
    return "" if about.rstrip("…") in " ".join(last.split()) else about


def count_waiting(*, tenant_id: UUID) -> int:
    with tenant_scope(tenant_id):
        return Conversation.objects.filter(state=ConversationState.WAITING).count()


def _which(which: str, member_id: UUID) -> list[Q]:
    """Conditions of which no two fit the same conversation."""
    if which == "mine":
        return [Q(assignee_id=member_id, state=each) for each in ConversationState if each != ConversationState.CLOSED]
    return [Q()] if which == "all" else [Q(state=which)]


def _latest_ids(which: str, member_id: UUID, limit: int) -> list[UUID]:
    """State by state: an index has each of them in this order, and not all of them together."""
    rows = Conversation.objects.exclude(last_message_at=None).order_by("-last_message_at", "-id")
    if which == "open":
        waiting = rows.filter(state=ConversationState.WAITING).order_by("handed_off_at", "id")[:limit]
        first = list(waiting.values_list("id", flat=True))
        others = rows.filter(state=ConversationState.HUMAN)[: limit - len(first)]
        return [*first, *others.values_list("id", flat=True)]
    places = rows.values_list("last_message_at", "id")
    found = [place for condition in _which(which, member_id) for place in places.filter(condition)[:limit]]
    return [each for _, each in sorted(found, reverse=True)[:limit]]


def _urgency(row: Conversation) -> tuple[int, float]:
    if row.state == ConversationState.WAITING and row.handed_off_at:
        return 0, row.handed_off_at.timestamp()
    return 1, -(row.last_message_at.timestamp() if row.last_message_at else 0)

"""Reads about conversations, their messages and turns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypedDict
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from agents.attachments.selectors import attachments_by_message
from agents.attachments.views import AttachmentView
from agents.errors import ConversationNotFound, MessageNotFound, TurnNotFound
from agents.models import Conversation, Feedback, Message, MessageRole, Rater, Trace, Turn
from agents.selectors.conversation_search import Sought, condition_of
from ingestion.contacts.merging import family_of
from ingestion.contacts.selectors import ContactView, get_contacts
from tenants.context import tenant_scope
from tenants.selectors import list_members

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _AgentName(TypedDict):
        agent_name: str

    NamedConversation = WithAnnotations[Conversation, _AgentName]

LOOKED_AT = 3_000  # conversations, where words are sought with all their messages
FINISHED = frozenset({"done", "failed"})


@dataclass(frozen=True, slots=True)
class CitationView:
    """`url` opens the source at the passage, "" when it has no page; `origin`: "document", "memory" or "file" (that
    the contact sent).

    `chunk_id` names the passage, `char_start` and `char_end` the quoted characters of the document's text.
    """

    marker: int
    title: str
    url: str
    quote: str
    document_id: UUID | None
    chunk_id: UUID | None = None
    char_start: int = 0
    char_end: int = 0
    origin: str = "document"

    def to_stored(self) -> dict[str, object]:
        """As it is kept on a message."""
        return {
            "marker": self.marker,
            "title": self.title,
            "url": self.url,
            "quote": self.quote,
            "document_id": str(self.document_id) if self.document_id else None,
            "chunk_id": str(self.chunk_id) if self.chunk_id else None,
            "char_start": self.char_start,
            "char_end": self.char_end,
            "origin": self.origin,
        }

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            marker=int(stored["marker"]),
            title=str(stored["title"]),
            url=str(stored.get("url") or ""),
            quote=str(stored["quote"]),
            document_id=UUID(stored["document_id"]) if stored.get("document_id") else None,
            chunk_id=UUID(stored["chunk_id"]) if stored.get("chunk_id") else None,
            char_start=int(stored.get("char_start") or 0),
            char_end=int(stored.get("char_end") or 0),
            origin=str(stored.get("origin", "document")),
        )


@dataclass(frozen=True, slots=True)
class MessageView:
    """`role`: "contact", "agent", "human" (a person of the company, `author_name`) or "system". `is_good`: what the
    contact thinks of an answer; None: did not say."""

    id: UUID
    sequence: int
    role: str
    text: str
    citations: tuple[CitationView, ...]
    created_at: datetime
    turn_id: UUID | None
    author_name: str = ""
    is_good: bool | None = None
    attachments: tuple[AttachmentView, ...] = ()

    @property
    def is_only_files(self) -> bool:
        """It was sent without words: its text is their names."""
        return bool(self.attachments) and self.text == ", ".join(each.name for each in self.attachments)


@dataclass(frozen=True, slots=True)
class ConversationView:
    """`contact_name` is fit to be shown, also for a visitor without a name. `state`: "agent", "waiting", "human" or
    "closed"; `assignee_name` is a colleague's, "" for nobody's.

    `reply_to`: where an answer goes by mail, as the contact said; `refuses_mail`: whoever got mail there wants none.
    `page_context`: what the page around the widget last said, by name.
    """

    id: UUID
    agent_id: UUID
    agent_name: str
    contact_id: UUID
    contact_name: str
    channel: str
    agent_version: int | None
    subject: str
    message_count: int
    created_at: datetime
    last_message_at: datetime | None
    state: str = "agent"
    assignee_id: UUID | None = None
    assignee_name: str = ""
    handoff_reason: str = ""
    handed_off_at: datetime | None = None
    handoff_summary: str = ""
    reply_to: str = ""
    refuses_mail: bool = False
    page_context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TurnView:
    """`state`: "queued", "running", "done" or "failed". Times (µs) and sums are the trace's; None or 0 before it."""

    id: UUID
    conversation_id: UUID
    state: str
    outcome: str
    error_code: str
    question_id: UUID
    answer_id: UUID | None
    trace_id: UUID | None
    created_at: datetime
    duration_us: int | None = None
    first_token_us: int | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0
    currency: str = "USD"

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


def message_view(row: Message, attachments: tuple[AttachmentView, ...] = ()) -> MessageView:
    citations = tuple(CitationView.from_stored(each) for each in row.citations)
    return MessageView(
        row.id,
        row.sequence,
        row.role,
        row.text,
        citations,
        row.created_at,
        row.turn_id,
        row.author_name,
        getattr(row, "is_good", None),
        attachments,
    )


def conversation_view(
    row: "NamedConversation", contacts: Mapping[UUID, ContactView], people: Mapping[UUID, str]
) -> ConversationView:
    contact = contacts.get(row.contact_id)
    return ConversationView(
        id=row.id,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        contact_id=row.contact_id,
        contact_name=contact.display_name if contact else "Erased contact",
        channel=row.channel,
        agent_version=row.agent_version,
        subject=row.subject,
        message_count=row.message_count,
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        state=row.state,
        assignee_id=row.assignee_id,
        assignee_name=people.get(row.assignee_id, "") if row.assignee_id else "",
        handoff_reason=row.handoff_reason,
        handed_off_at=row.handed_off_at,
        handoff_summary=row.handoff_summary,
        reply_to=row.reply_to,
        refuses_mail=row.refuses_mail,
        page_context=dict(sorted(row.page_context.items())),
    )


def with_agents() -> "QuerySet[NamedConversation]":
    """In the open scope, with what a view says of their agents."""
    return _named(Conversation.objects.all())


def _named(rows: QuerySet[Conversation]) -> "QuerySet[NamedConversation]":
    return rows.annotate(agent_name=F("agent__name"))


def people_of(tenant_id: UUID, rows: Iterable[Conversation]) -> dict[UUID, str]:
    """What to call those whose the conversations are; nobody is asked when they are nobody's."""
    if not any(row.assignee_id for row in rows):
        return {}
    return {each.user_id: each.name.strip() or "Someone from the team" for each in list_members(tenant_id)}


def get_conversation(*, tenant_id: UUID, conversation_id: UUID, contact_id: UUID | None = None) -> ConversationView:
    """Only if it is this contact's, where one is given: another's takes the same work as none. Raises
    ConversationNotFound."""
    with tenant_scope(tenant_id):
        whose = {"contact_id": contact_id} if contact_id else {}
        row = with_agents().filter(id=conversation_id, **whose).first()
        if row is None:
            raise ConversationNotFound("There is no such conversation.")
        contacts = get_contacts(tenant_id=tenant_id, contact_ids=[row.contact_id])
        return conversation_view(row, contacts, people_of(tenant_id, [row]))


def list_conversations(
    *,
    tenant_id: UUID,
    limit: int = 50,
    before: UUID | None = None,
    contact_id: UUID | None = None,
    channel: str = "",
    sought: Sought | None = None,
) -> list[ConversationView]:
    """Latest message first, those with a message only; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = _after(before)
        if contact_id:
            rows = rows.filter(contact_id__in=family_of(tenant_id=tenant_id, contact_id=contact_id))
        return _views(tenant_id, _named(_that_fit(rows, channel, sought))[:limit])


@dataclass(frozen=True, slots=True)
class FoundConversations:
    """`further`: after which conversation others were not looked at, where a page is not full."""

    rows: list[ConversationView]
    further: UUID | None


def find_conversations(
    *,
    tenant_id: UUID,
    sought: Sought,
    channel: str = "",
    limit: int = 50,
    before: UUID | None = None,
    looked_at: int | None = None,
) -> FoundConversations:
    """As `list_conversations`, among the next `looked_at` alone: what nobody said would be looked for in all that was
    ever said."""
    looked_at = looked_at or LOOKED_AT
    with tenant_scope(tenant_id):
        rows = _after(before)
        is_asked = bool(channel) or sought != Sought()
        edge = rows.values_list("last_message_at", "id")[looked_at - 1 : looked_at].first() if is_asked else None
        if edge is not None:
            at, last_id = edge
            rows = rows.filter(last_message_at__gte=at).exclude(last_message_at=at, id__lt=last_id)
        found = _views(tenant_id, _named(_that_fit(rows, channel, sought))[:limit])
    return FoundConversations(found, edge[1] if edge is not None and len(found) < limit else None)


def _after(before: UUID | None) -> QuerySet[Conversation]:
    """In the open scope, those with a message, the latest first."""
    rows = Conversation.objects.exclude(last_message_at=None).order_by("-last_message_at", "-id")
    last = Conversation.objects.filter(id=before).first() if before else None
    if last is None:
        return rows
    return rows.filter(last_message_at__lte=last.last_message_at).exclude(
        last_message_at=last.last_message_at, id__gte=last.id
    )


def _that_fit(rows: QuerySet[Conversation], channel: str, sought: Sought | None) -> QuerySet[Conversation]:
    rows = rows.filter(channel=channel) if channel else rows
    return rows.filter(condition_of(sought)) if sought else rows


def _views(tenant_id: UUID, rows: "Iterable[NamedConversation]") -> list[ConversationView]:
    page = list(rows)
    contacts = get_contacts(tenant_id=tenant_id, contact_ids={row.contact_id for row in page})
    people = people_of(tenant_id, page)
    return [conversation_view(row, contacts, people) for row in page]


def latest_conversation_id(*, tenant_id: UUID, contact_id: UUID, agent_id: UUID) -> UUID | None:
    """The contact's newest chat with the agent that holds a message; None when there is none."""
    with tenant_scope(tenant_id):
        rows = Conversation.objects.filter(contact_id=contact_id, agent_id=agent_id).exclude(last_message_at=None)
        return rows.order_by("-id").values_list("id", flat=True).first()


def conversation_of(*, tenant_id: UUID, message_id: UUID) -> UUID:
    """Raises MessageNotFound."""
    with tenant_scope(tenant_id):
        found = Message.objects.filter(id=message_id).values_list("conversation_id", flat=True).first()
    if found is None:
        raise MessageNotFound("There is no such message.")
    return found


def list_messages(*, tenant_id: UUID, conversation_id: UUID, limit: int = 100, after: int = 0) -> list[MessageView]:
    """In the order they were said; `after` is the last sequence of the previous page."""
    with tenant_scope(tenant_id):
        said = Feedback.objects.filter(message_id=OuterRef("id"), rater=Rater.CONTACT).order_by("-updated_at")
        rows = Message.objects.filter(conversation_id=conversation_id, sequence__gt=after)
        rows = rows.annotate(is_good=Subquery(said.values("is_good")[:1]))
        page = list(rows.order_by("sequence")[:limit])
        files = attachments_by_message(row.id for row in page if row.role == MessageRole.CONTACT)
        return [message_view(row, files.get(row.id, ())) for row in page]


def get_turn(*, tenant_id: UUID, turn_id: UUID, contact_id: UUID | None = None) -> TurnView:
    """Only if it is of this contact's conversation, where one is given. Raises TurnNotFound."""
    with tenant_scope(tenant_id):
        row = _within_reach(contact_id).filter(id=turn_id).first()
        if row is None:
            raise TurnNotFound("There is no such turn.")
        return _turn_views([row])[0]


def is_turn_finished(*, tenant_id: UUID, turn_id: UUID, contact_id: UUID | None = None) -> bool:
    """`get_turn` for whoever only wants to know that, before every stream of an answer. Raises TurnNotFound."""
    with tenant_scope(tenant_id):
        state = _within_reach(contact_id).filter(id=turn_id).values_list("state", flat=True).first()
    if state is None:
        raise TurnNotFound("There is no such turn.")
    return state in FINISHED


def _within_reach(contact_id: UUID | None) -> QuerySet[Turn]:
    """A contact's own turns, without what was suggested to colleagues; all where none is given."""
    if contact_id is None:
        return Turn.objects.all()
    return Turn.objects.filter(conversation__contact_id=contact_id, is_suggestion=False)


def cancelled_turns(*, tenant_id: UUID, turn_ids: Iterable[UUID]) -> list[UUID]:
    """Those of these that whoever asked does not want any more."""
    with tenant_scope(tenant_id):
        rows = Turn.objects.filter(id__in=list(turn_ids)).exclude(cancelled_at=None)
        return list(rows.values_list("id", flat=True))


def list_turns(*, tenant_id: UUID, conversation_id: UUID, with_sums: bool = True) -> list[TurnView]:
    """The turns of a conversation, oldest first, without what was only suggested; their time, tokens and cost only
    `with_sums`."""
    with tenant_scope(tenant_id):
        rows = Turn.objects.filter(conversation_id=conversation_id, is_suggestion=False)
        rows = rows.order_by("created_at", "id")
        return _turn_views(rows) if with_sums else [_turn_view(row, None) for row in rows]


def list_runs(
    *,
    tenant_id: UUID,
    limit: int = 50,
    before: UUID | None = None,
    conversation_id: UUID | None = None,
    state: str = "",
) -> list[TurnView]:
    """Turns of all conversations, newest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Turn.objects.order_by("-id")
        rows = rows.filter(conversation_id=conversation_id) if conversation_id else rows
        rows = rows.filter(state=state) if state else rows
        rows = rows.filter(id__lt=before) if before else rows
        return _turn_views(rows[:limit])


def _turn_views(rows: Iterable[Turn]) -> list[TurnView]:
    turns = list(rows)
    traces = {trace.turn_id: trace for trace in Trace.objects.filter(turn_id__in=[row.id for row in turns])}
    return [_turn_view(row, traces.get(row.id)) for row in turns]


def _turn_view(row: Turn, trace: Trace | None) -> TurnView:
    return TurnView(
        id=row.id,
        conversation_id=row.conversation_id,
        state=row.state,
        outcome=row.outcome,
        error_code=row.error_code,
        question_id=row.question_id,
        answer_id=row.answer_id,
        trace_id=row.trace_id,
        created_at=row.created_at,
        duration_us=trace.duration_us if trace else None,
        first_token_us=trace.first_token_us if trace else None,
        input_tokens=trace.input_tokens if trace else 0,
        output_tokens=trace.output_tokens if trace else 0,
        cost_micros=trace.cost_micros if trace else 0,
        currency=trace.currency if trace else "USD",
    )

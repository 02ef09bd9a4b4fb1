"""What a turn is given of summaries: the block of earlier conversations that a model is always told, and the answer to
"what was our last conversation about?". Only of the contact who asks; an account's summary never. Reads rows, writes
nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.llm.port import AboutContact
from agents.memory.episodes.times import times_in
from agents.memory.summaries.asked import asks_last_conversation
from agents.memory.summaries.keeping import digest_of
from agents.memory.summaries.lines import Line, about, as_text, read_lines
from agents.models import Conversation, Summary, SummaryLevel
from ingestion.contacts.merging import family_of
from tenants.context import tenant_scope

LABEL = "Earlier conversations"
MOST_CHARACTERS = 600
_VERSION = 12  # characters
_MOST_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class LastConversation:
    """`asked_in`: the question's language. `conversation_id` None: there is none before this one."""

    asked_in: str
    summary_id: UUID | None = None
    conversation_id: UUID | None = None
    channel: str = ""
    at: datetime | None = None
    lines: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """What was said or a model wrote stays as it is."""
        return as_text(self.lines, self.asked_in)


def earlier_conversations(contact_id: UUID, *, besides: UUID) -> tuple[AboutContact, ...]:
    """In the open scope; `contact_id`: whom the contact is read as. What does not fit is left out from the oldest."""
    row = Summary.objects.filter(level=SummaryLevel.CONTACT, key=contact_id).first()
    lines = list(_of_others(row, besides)) if row else []
    shown: list[str] = []
    left = MOST_CHARACTERS
    for each in lines:
        left -= len(each.text) + 3
        if left < 0:
            break
        shown.append(f"- {each.text}")
    if not shown:
        return ()
    text = "\n".join(shown)
    return (AboutContact(LABEL, text, digest_of(text)[:_VERSION]),)


def _of_others(row: Summary, besides: UUID) -> Iterator[Line]:
    for each in read_lines(row.lines):
        if each.kind == "conversation" and each.conversation_id != besides:
            yield each


def find_last_conversation(
    *, tenant_id: UUID, contact_id: UUID, besides: UUID, question: str, asked_at: datetime
) -> LastConversation | None:
    """What the question asks for, when it asks for no more than that; None for any other question, and where nothing
    was said in short yet of what there is."""
    if not (asked_in := asks_last_conversation(question)):
        return None
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        others = Conversation.objects.filter(contact_id__in=family, is_remembered=True).exclude(id=besides)
        if not others.exclude(last_message_at=None).exists():
            return LastConversation(asked_in=asked_in)
        rows = Summary.objects.filter(contact_id__in=family, level=SummaryLevel.CONVERSATION).exclude(key=besides)
        for wanted in times_in(question, asked_at)[:1]:
            rows = rows.filter(first_at__lt=wanted.end, last_at__gte=wanted.start)
        return _latest(list(rows.order_by("-last_at", "-key")[:_MOST_LOOKED_AT]), asked_in)


def _latest(rows: Sequence[Summary], asked_in: str) -> LastConversation | None:
    """That was about something, and not before the contact wanted all forgotten."""
    for row in rows:
        lines = read_lines(row.lines)
        if about(lines) is not None:
            channel = Conversation.objects.values_list("channel", flat=True).get(id=row.key)
            return LastConversation(asked_in, row.id, row.key, channel, row.last_at, tuple(lines))
        if any(each.kind == "forgets" for each in lines):
            break
    return None

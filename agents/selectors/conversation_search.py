"""Which conversations are sought: by words that one message says, by state, agent and time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from agents.models import ConversationState, Message
from tenants.context import tenant_scope

STATES = [str(each) for each in ConversationState.values]
MOST_WORDS = 8
_AROUND = 60  # characters before what is shown of a message


@dataclass(frozen=True, slots=True)
class Sought:
    """All that is given must fit. `text`: one message says each of these words, in whatever order."""

    text: str = ""
    state: str = ""
    agent_id: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SaidThere:
    """The first message of a conversation that fits; `match` is the first word of it that was sought."""

    before: str
    match: str
    after: str


def condition_of(sought: Sought) -> Q:
    """On conversations. Messages are looked at conversation by conversation, from the latest on, until a page is full:
    what is rare is found last."""
    found = Q()
    if sought.state:
        found &= Q(state=sought.state)
    if sought.agent_id:
        found &= Q(agent_id=sought.agent_id)
    if sought.since:
        found &= Q(last_message_at__gte=sought.since)
    if words := _words(sought.text):
        # (Not EXISTS, of which PostgreSQL makes a join with all that was ever said.)
        said = Message.objects.filter(_says(words), conversation_id=OuterRef("id"))
        found &= Q(IsNull(Subquery(said.values("id")[:1]), False))
    return found


def said_there(*, tenant_id: UUID, conversations: Sequence[UUID], text: str) -> dict[UUID, SaidThere]:
    """Where in each of these the words are."""
    words = _words(text)
    if not words:
        return {}
    with tenant_scope(tenant_id):
        rows = Message.objects.filter(_says(words), conversation_id__in=conversations).order_by("-sequence")
        said = dict(rows.values_list("conversation_id", "text"))
    return {conversation_id: _around(message, words) for conversation_id, message in said.items()}


def _words(text: str) -> list[str]:
    return text.replace("\x00", " ").split()[:MOST_WORDS]


def _says(words: Iterable[str]) -> Q:
    found = Q()
    for each in words:
        found &= Q(text__icontains=each)
    return found


def _around(message: str, words: Sequence[str]) -> SaidThere:
    places = [found for each in words if (found := re.search(re.escape(each), message, re.IGNORECASE))]
    first = min(places, key=_start, default=None)
    if first is None:  # the database folds more than we do
        return SaidThere("", "", message)
    before = message[: first.start()]
    cut = f"…{before[-_AROUND:]}" if len(before) > _AROUND else before
    return SaidThere(cut, first.group(), message[first.end() :])


def _start(match: re.Match[str]) -> int:
    return match.start()

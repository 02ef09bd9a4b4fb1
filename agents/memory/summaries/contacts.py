"""The summary of a contact: of its conversations' summaries and of what is known of it, also where it is several who
are read as one. In the caller's scope and transaction, which holds the contact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min
from django.utils import timezone

from agents.memory.predicates import label
from agents.memory.summaries.keeping import Made, input_of, keep, says
from agents.memory.summaries.lines import Line, about, in_words, read_lines, shortened
from agents.models import Conversation, Fact, Summary, SummaryLevel, holding

MOST_CONVERSATIONS = 12  # that it is made of: the latest
SHOWN_CONVERSATIONS = 6
MOST_FACTS = 12
_SHORT = 160
_FIRST = ("name", "email", "phone", "place", "language", "instruction", "commitment", "order")
_COUNTS = {
    "en": ("{} conversation, on {} ({}).", "{} conversations since {}, the last on {} ({})."),
    "de": ("{} Gespräch, am {} ({}).", "{} Gespräche seit {}, das letzte am {} ({})."),
}


def refresh_contact(family: Sequence[UUID]) -> int:
    """`family`: all who are read as one, first whom they are read as; the others have none of their own. Returns how
    many were made: 0 or 1."""
    rows = Summary.objects.filter(level=SummaryLevel.CONTACT)
    rows.filter(key__in=family[1:]).delete()
    known = rows.filter(key=family[0]).first()
    of_conversations = Summary.objects.filter(contact_id__in=family, level=SummaryLevel.CONVERSATION)
    latest = list(of_conversations.order_by("-last_at", "-key")[:MOST_CONVERSATIONS])
    if not latest:
        if known:
            known.delete()
        return 0
    return int(keep(_made(family, latest), known))


def _made(family: Sequence[UUID], latest: Sequence[Summary]) -> Made:
    talked = _talked(family)
    facts = _facts(family)
    language = latest[0].language
    shown = _since_forgotten(latest)[:SHOWN_CONVERSATIONS]
    channels = dict(Conversation.objects.filter(id__in=[row.key for row in shown]).values_list("id", "channel"))
    lines = [Line("counts", talked.words(language))]
    if facts:
        lines.append(Line("known", shortened("; ".join(_fact(each) for each in facts), 400)))
    lines += [line for row in shown if (line := _conversation(row, channels.get(row.key, "")))]
    return Made(
        level=SummaryLevel.CONTACT,
        key=family[0],
        contact_id=family[0],
        lines=tuple(lines),
        inputs=(
            *(input_of("conversation", row.key, says(row)) for row in latest),
            *(input_of("fact", each.id, [each.predicate, each.value]) for each in facts),
            input_of("contact", family[0], [talked.words("en"), *(each.hex for each in family)]),
        ),
        language=language,
        times=(talked.first, talked.last),
        numbers={
            "conversations": talked.count,
            "unanswered": _count(latest, "unanswered"),
            "handed_off": _count(latest, "handed_off"),
        },
    )


@dataclass(frozen=True, slots=True)
class _Talked:
    """How often, since when and how."""

    count: int
    first: datetime
    last: datetime
    channels: str

    def words(self, language: str) -> str:
        one, several = _COUNTS[language]
        last = f"{self.last:%Y-%m-%d}"
        if self.count == 1:
            return one.format(1, last, self.channels)
        return several.format(self.count, f"{self.first:%Y-%m-%d}", last, self.channels)


def _talked(family: Sequence[UUID]) -> _Talked:
    rows = Summary.objects.filter(contact_id__in=family, level=SummaryLevel.CONVERSATION)
    talked = rows.aggregate(count=Count("id"), first=Min("first_at"), last=Max("last_at"))
    spoken = Conversation.objects.filter(contact_id__in=family, is_remembered=True).exclude(last_message_at=None)
    channels = sorted(set(spoken.order_by().values_list("channel", flat=True).distinct()))
    return _Talked(talked["count"], talked["first"], talked["last"], ", ".join(channels))


def _facts(family: Sequence[UUID]) -> list[Fact]:
    """That hold, in an order that only they decide."""
    rows = Fact.objects.filter(holding(timezone.now()), contact_id__in=family).order_by("-valid_from", "-id")
    pinned_first = sorted(rows[:200], key=lambda row: (not row.is_pinned, _rank(row.predicate)))
    return pinned_first[:MOST_FACTS]


def _rank(predicate: str) -> int:
    return _FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)


def _fact(fact: Fact) -> str:
    return f"{label(fact.predicate)} {fact.value}"


def _since_forgotten(latest: Sequence[Summary]) -> list[Summary]:
    """From the conversation on in which the contact last wanted all forgotten."""
    found: list[Summary] = []
    for row in latest:
        found.append(row)
        if any(each.kind == "forgets" for each in read_lines(row.lines)):
            break
    return found


def _conversation(row: Summary, channel: str) -> Line | None:
    """What it was about and how it ended, in a line; None for one that was about nothing."""
    lines = read_lines(row.lines)
    if (said_of := about(lines)) is None:
        return None
    ended = [each for each in lines if each.kind in ("done", "unanswered", "handed_off")]
    said = " ".join(dict.fromkeys(in_words(each, row.language) for each in (said_of, *ended)))
    when = f"{row.last_at:%Y-%m-%d}" if row.last_at else ""
    return Line(
        "conversation", f"{when}, {channel}: {shortened(said, _SHORT)}", at=row.last_at, conversation_id=row.key
    )


def _count(rows: Sequence[Summary], kind: str) -> int:
    return sum(any(each["kind"] == kind for each in row.lines) for row in rows)

"""A call as it went: what each side said, when, how soon it was answered, and how much of the answers was heard.

Where a carrier does not say who speaks when, it is reckoned from the words, and marked so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, zip_longest
from uuid import UUID

from agents.channels.phone.ear import for_the_ear
from agents.channels.phone.marks import Kind, Mark
from agents.models import Call, Span, Turn
from agents.selectors.conversations import MessageView, TurnView, list_messages, list_turns
from agents.selectors.phone import CallView, get_call
from agents.tracing import names
from tenants.context import tenant_scope

MS_A_WORD = 380  # how long a word takes to say, where nobody measured
MOST_MESSAGES = 2000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Somebody speaks. `is_reckoned`: from the words, because the carrier did not say."""

    is_caller: bool
    begin_ms: int
    end_ms: int
    message_id: UUID | None = None
    text: str = ""
    is_reckoned: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A message, and for an answer its turn. `answer_ms`: from the question's end to the answer's first word, on our
    side of the line; `unheard`: the rest of an answer that was cut off, where it may be shown."""

    message: MessageView
    at_ms: int
    turn: TurnView | None = None
    answer_ms: int | None = None
    is_cut_off: bool = False
    unheard: str = ""


@dataclass(frozen=True, slots=True)
class CallStory:
    """`length_ms`: of the call so far; `cuts`: when the caller spoke while the agent did."""

    call: CallView
    answered_at: datetime | None
    length_ms: int
    stretches: Sequence[Stretch]
    cuts: Sequence[int]
    lines: Sequence[Line]


def get_call_story(*, tenant_id: UUID, call_id: UUID, with_unheard: bool) -> CallStory:
    """`with_unheard`: whoever asks may read traces, which alone keep what was not heard. Raises CallNotFound."""
    call = get_call(tenant_id=tenant_id, call_id=call_id)
    conversation_id = call.conversation_id
    messages = list_messages(tenant_id=tenant_id, conversation_id=conversation_id, limit=MOST_MESSAGES)
    turns = list_turns(tenant_id=tenant_id, conversation_id=conversation_id)
    with tenant_scope(tenant_id):
        row = Call.objects.only("answered_at", "ended_at", "seen_at", "marks", "created_at").get(id=call_id)
        cut = {each.id for each in Turn.objects.filter(conversation_id=call.conversation_id).exclude(heard=None)}
        whole = _whole_answers([each for each in turns if each.id in cut]) if with_unheard else {}
    began = row.answered_at or row.created_at
    marks = [Mark.from_stored(each) for each in row.marks]
    lines = _lines(messages, turns, marks, began, cut, whole)
    cuts = [mark.at_ms for mark in marks if mark.kind == Kind.CUT_OFF]
    stretches = _stretches(lines, marks, cuts)
    ended = row.ended_at or row.seen_at
    length = max([_ms(began, ended) if ended else 0, *(each.end_ms for each in stretches), *cuts, 1])
    return CallStory(call, row.answered_at, length, stretches, cuts, lines)


def unheard(whole: str, heard: str) -> str:
    """What of an answer was not played, as it would have been spoken."""
    return " ".join(for_the_ear(whole).split()[len(heard.split()) :])


def _whole_answers(turns: Iterable[TurnView]) -> dict[UUID, str]:
    """By turn, from the traces: what is not there was erased, or is from before it was kept."""
    by_trace = {turn.trace_id: turn.id for turn in turns if turn.trace_id}
    spans = Span.objects.filter(trace_id__in=by_trace, name=names.INVOKE_AGENT).only("trace_id", "attributes")
    found = {by_trace[each.trace_id]: each.attributes.get(names.WHOLE_ANSWER) for each in spans}
    return {turn_id: text for turn_id, text in found.items() if isinstance(text, str)}


def _lines(
    messages: Sequence[MessageView],
    turns: Sequence[TurnView],
    marks: Sequence[Mark],
    began: datetime,
    cut: set[UUID],
    whole: Mapping[UUID, str],
) -> list[Line]:
    by_answer = {turn.answer_id: turn for turn in turns if turn.answer_id}
    asked, first = _moments(marks, Kind.ASKED), _moments(marks, Kind.FIRST_WORD)
    lines = []
    for each in messages:
        turn = by_answer.get(each.id)
        if each.role == "contact" or turn is None:
            at = asked.get(each.turn_id) if each.turn_id and each.role == "contact" else None
            lines.append(Line(each, _ms(began, each.created_at) if at is None else at))
            continue
        begins = first.get(turn.id, _ms(began, turn.created_at) + (turn.first_token_us or 0) // 1000)
        asked_ms = asked.get(turn.id, _ms(began, turn.created_at))
        rest = unheard(whole.get(turn.id, ""), each.text) if turn.id in cut else ""
        lines.append(Line(each, begins, turn, max(0, begins - asked_ms), turn.id in cut, rest))
    return lines


def _moments(marks: Iterable[Mark], kind: Kind) -> dict[UUID, int]:
    """The first of each turn."""
    found: dict[UUID, int] = {}
    for mark in marks:
        if mark.kind == kind and mark.turn_id:
            found.setdefault(mark.turn_id, mark.at_ms)
    return found


def _stretches(lines: Sequence[Line], marks: Sequence[Mark], cuts: Sequence[int]) -> list[Stretch]:
    """As the carrier told them, for each side by itself; reckoned for a side of which it told nothing."""
    caller = _told(marks, Kind.CALLER_SPEAKS, Kind.CALLER_SILENT)
    agent = _told(marks, Kind.AGENT_SPEAKS, Kind.AGENT_SILENT)
    stretches = [Stretch(True, *each) for each in caller] + [Stretch(False, *each) for each in agent]
    if not caller:
        stretches += _reckoned_caller(lines)
    if not agent:
        stretches += _reckoned_agent(lines, cuts)
    return sorted(stretches, key=lambda each: each.begin_ms)


def _told(marks: Iterable[Mark], begin: Kind, end: Kind) -> list[tuple[int, int]]:
    """Told twice, it is once; without an end it lasts to the next thing that is known."""
    own = sorted((each for each in marks if each.kind in (begin, end)), key=lambda each: each.at_ms)
    return [(one.at_ms, other.at_ms) for one, other in pairwise(own) if one.kind == begin and other.at_ms > one.at_ms]


def _reckoned_caller(lines: Sequence[Line]) -> list[Stretch]:
    found, before = [], 0
    for line in lines:
        if line.message.role == "contact":
            begin = max(before, line.at_ms - _spoken_ms(line.message.text))
            found.append(Stretch(True, begin, max(line.at_ms, begin + 1), line.message.id, line.message.text, True))
            before = line.at_ms
    return found


def _reckoned_agent(lines: Sequence[Line], cuts: Sequence[int]) -> list[Stretch]:
    found = []
    for line, after in zip_longest(lines, lines[1:]):
        if line.turn is None or not line.message.text:
            continue
        ends = line.at_ms + _spoken_ms(for_the_ear(line.message.text))
        ends = min([ends, *(cut for cut in cuts if line.is_cut_off and cut > line.at_ms)])
        if after is not None and after.message.role != "contact":
            ends = min(ends, after.at_ms)
        found.append(Stretch(False, line.at_ms, max(ends, line.at_ms + 1), line.message.id, line.message.text, True))
    return found


def _spoken_ms(text: str) -> int:
    return MS_A_WORD * max(1, len(text.split()))


def _ms(began: datetime, moment: datetime) -> int:
    return max(0, round(1000 * (moment - began).total_seconds()))

"""The summaries of a conversation's turns, and the one that is made of them. In the caller's scope and transaction,
which holds the conversation and its contact.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from agents.memory.commitments import PREDICATE as COMMITMENT
from agents.memory.language import language_of
from agents.memory.summaries.choosing import Candidate, choose
from agents.memory.summaries.exchanges import AGENT, CONTACT, RECALLED, Exchange, Spoken, exchanges_of, lines_of
from agents.memory.summaries.keeping import Input, Made, input_of, keep, says
from agents.memory.summaries.lines import Line, read_lines
from agents.models import (
    Conversation,
    ConversationState,
    Episode,
    FactSource,
    FactStatus,
    Stance,
    Summary,
    SummaryLevel,
    Turn,
    TurnState,
)

MOST_TURNS = 200  # that a conversation's summary is made of: the first, and the latest
_ORIGINS = (CONTACT, AGENT, RECALLED)


def refresh_conversation(conversation: Conversation, *, is_whole: bool) -> int:
    """How many summaries were made. Without `is_whole` turns before the last one are taken as they are."""
    return _refresh_turns(conversation, is_whole=is_whole) + _refresh_whole(conversation)


def _refresh_turns(conversation: Conversation, *, is_whole: bool) -> int:
    rows = Summary.objects.filter(conversation_id=conversation.id, level=SummaryLevel.TURN)
    last = None if is_whole else rows.order_by("-first_sequence").first()
    start = last.first_sequence if last else 0
    known = {row.key: row for row in rows.filter(first_sequence__gte=start)}
    exchanges = _exchanges(conversation, start)
    gone = known.keys() - {each.first.message_id for each in exchanges}
    rows.filter(key__in=gone).delete()
    return sum(keep(_turn(conversation, each), known.get(each.first.message_id)) for each in exchanges)


def _exchanges(conversation: Conversation, start: int) -> list[Exchange]:
    if not conversation.is_remembered:
        return []
    rows = Episode.objects.filter(conversation_id=conversation.id, origin__in=_ORIGINS, sequence__gte=start)
    fields = ("id", "message_id", "sequence", "origin", "text", "said_at")
    groups = exchanges_of(Spoken(*each) for each in rows.order_by("sequence").values_list(*fields))
    outcomes = _outcomes(conversation, [each.message_id for group in groups for each in group])
    return [
        Exchange(tuple(group), tuple(outcomes[each.message_id] for each in group if each.message_id in outcomes))
        for group in groups
    ]


def _outcomes(conversation: Conversation, message_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Of the turns that have ended, by their question."""
    rows = Turn.objects.filter(conversation_id=conversation.id, question_id__in=message_ids, is_suggestion=False)
    ended = rows.filter(state__in=[TurnState.DONE, TurnState.FAILED]).order_by("id")
    fields = ended.values_list("question_id", "state", "outcome")
    return {question: "failed" if state == TurnState.FAILED else outcome for question, state, outcome in fields}


def _turn(conversation: Conversation, exchange: Exchange) -> Made:
    lines = tuple(lines_of(exchange))
    inputs = [input_of("episode", each.id, [each.origin, each.text]) for each in exchange.spoken]
    inputs.append(input_of("turn", exchange.first.message_id, exchange.outcomes))
    return Made(
        level=SummaryLevel.TURN,
        key=exchange.first.message_id,
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
        lines=lines,
        inputs=tuple(inputs),
        language=language_of(" ".join(each.text for each in exchange.of(CONTACT))),
        sequences=(exchange.first.sequence, exchange.last.sequence),
        times=(exchange.first.said_at, exchange.last.said_at),
    )


def _refresh_whole(conversation: Conversation) -> int:
    rows = Summary.objects.filter(conversation_id=conversation.id)
    known = rows.filter(level=SummaryLevel.CONVERSATION).first()
    turns = _turns(conversation)
    if not turns:
        if known:
            known.delete()
        return 0
    return int(keep(_whole(conversation, turns), known))


def _turns(conversation: Conversation) -> list[Summary]:
    rows = Summary.objects.filter(conversation_id=conversation.id, level=SummaryLevel.TURN)
    latest = list(rows.order_by("-first_sequence")[:MOST_TURNS])
    first = rows.order_by("first_sequence").first()
    if first is not None and first.key != latest[-1].key:
        latest[-1] = first
    return latest[::-1]


def _whole(conversation: Conversation, turns: Sequence[Summary]) -> Made:
    sources = list(_sources([conversation.id]))
    by_turn = [read_lines(each.lines) for each in turns]
    lines = list(_lines(conversation, by_turn, sources))
    inputs = [
        *(input_of("turn", each.key, says(each)) for each in turns),
        *fact_inputs(sources),
        input_of("conversation", conversation.id, _state(conversation)),
    ]
    asked = " ".join(each.text for each in lines if each.kind in ("asked", "told"))
    return Made(
        level=SummaryLevel.CONVERSATION,
        key=conversation.id,
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
        lines=tuple(lines),
        inputs=tuple(inputs),
        language=language_of(asked, otherwise=turns[0].language),
        times=(min(_times(turns)), max(_times(turns))),
    )


def _times(turns: Iterable[Summary]) -> list[datetime]:
    return [at for each in turns for at in (each.first_at, each.last_at) if at is not None]


def _state(conversation: Conversation) -> list[bool]:
    return [conversation.state == ConversationState.CLOSED, conversation.had_person]


def _lines(conversation: Conversation, by_turn: Sequence[Sequence[Line]], sources: Sequence[FactSource]) -> list[Line]:
    """What was said before the contact wanted all forgotten is not told again, nor what was taken back."""
    forgotten = [place for place, lines in enumerate(by_turn) if any(each.kind == "forgets" for each in lines)]
    after = by_turn[forgotten[-1] + 1 :] if forgotten else by_turn
    gone = _taken_back(sources)
    kept = [Candidate(tuple(each for each in lines if not _is_within(each, gone))) for lines in after]
    lines = [line for each in choose(kept) for line in each.lines]
    lines += [Line("done", each.fact.value) for each in sources if each.run_id and each.fact.predicate == COMMITMENT]
    is_closed, had_person = _state(conversation)
    if had_person and not any(each.kind == "handed_off" for each in lines):
        lines.append(Line("handed_off"))
    if is_closed:
        lines.append(Line("closed"))
    return [*(each for each in chain(*by_turn) if each.kind == "forgets"), *lines]


def _sources(conversations: Iterable[UUID]) -> Iterable[FactSource]:
    rows = FactSource.objects.filter(conversation_id__in=list(conversations), stance=Stance.SUPPORTS)
    return rows.select_related("fact").order_by("said_at", "id")


def fact_inputs(sources: Iterable[FactSource]) -> list[Input]:
    """Of a conversation: which facts it says, and what became of them."""
    found = {
        each.id: input_of("fact", each.fact_id, [each.fact.value, each.fact.status == FactStatus.RETRACTED])
        for each in sources
    }
    return sorted(set(found.values()))


def _taken_back(sources: Iterable[FactSource]) -> list[FactSource]:
    return [each for each in sources if each.message_id and each.fact.status == FactStatus.RETRACTED]


def _is_within(line: Line, gone: Iterable[FactSource]) -> bool:
    return any(
        line.message_id == each.message_id and line.start < each.char_end and each.char_start < line.end
        for each in gone
    )

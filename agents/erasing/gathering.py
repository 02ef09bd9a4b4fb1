"""What goes with a message or a conversation: ids, read in the transaction that takes them out, while all is there.

With a message goes the answer to it; with either, what was made of them (episodes, sources, facts without another
source, traces, kept answers), and what repeats them anywhere among the contact's conversations: `repeating`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agents.erasing.repeating import NOTHING, Erased, erased
from agents.models import (
    Attachment,
    Call,
    Conversation,
    ConversationNote,
    Episode,
    EpisodeSegment,
    Fact,
    FactSource,
    Feedback,
    Judgement,
    Message,
    MessageRole,
    ServiceRequest,
    Stance,
    Summary,
    SummaryLevel,
    ToolRun,
    Trace,
    Turn,
    TurnState,
)
from ingestion.selectors import is_in_knowledge
from tenants.context import require_tenant_id

Found = tuple[Mapping[str, Iterable[UUID]], Erased]  # ids by the names of links, and what gives it away
_UNFINISHED = (TurnState.QUEUED, TurnState.RUNNING)


@dataclass
class Taken:
    """What goes, as far as it is known."""

    contacts: Sequence[UUID]
    since: datetime
    conversations: set[UUID] = field(default_factory=set)
    messages: set[UUID] = field(default_factory=set)
    turns: set[UUID] = field(default_factory=set)
    sources: set[UUID] = field(default_factory=set)
    facts: set[UUID] = field(default_factory=set)

    def links(self, said: Erased) -> Mapping[str, Iterable[UUID]]:
        runs = _ids(ToolRun.objects.filter(turn_id__in=self.turns))
        whose = Q(conversation__contact_id__in=self.contacts)
        touched = set(Message.objects.filter(id__in=self.messages).values_list("conversation_id", flat=True))
        traces = Q(turn_id__in=self.turns) | Q(conversation_id__in=self.conversations)
        return {
            "conversations": self.conversations,
            "messages": self.messages,
            "turns": self.turns,
            "runs": runs,
            "attachments": _ids(
                Attachment.objects.filter(Q(message__in=self.messages) | Q(conversation__in=self.conversations))
            ),
            "calls": _ids(Call.objects.filter(conversation_id__in=touched | self.conversations)),  # their recordings
            "facts": self.facts,
            "sources": self.sources,
            "traces": _ids(Trace.objects.filter(traces)),
            "episodes": _ids(Episode.objects.filter(Q(message_id__in=self.messages) | Q(run_id__in=runs))),
            "segments": _ids(EpisodeSegment.objects.filter(conversation_id__in=touched)),
            "summaries": _ids(Summary.objects.filter(self._summed_up(touched))),
            "notes": self._repeating(ConversationNote, whose, ("text",), said),
            "feedback": self._repeating(Feedback, whose, ("comment", "correction"), said, Q(message__in=self.messages)),
            "judgements": self._repeating(Judgement, whose, ("reason",), said, Q(turn__in=self.turns)),
            "requests": self._repeating(
                ServiceRequest, Q(contact_id__in=self.contacts), ("subject", "text", "phone"), said
            ),
            "frames": _ids(Turn.objects.filter(conversation__contact_id__in=self.contacts, state__in=_UNFINISHED)),
            "touched": touched - self.conversations,
        }

    def _summed_up(self, touched: set[UUID]) -> Q:
        """Of the conversations that they were in, and of the contact: made anew from what is left."""
        of_contact = Q(contact_id__in=self.contacts, level=SummaryLevel.CONTACT)
        return Q(conversation_id__in=touched | self.conversations) | of_contact

    def _repeating(
        self,
        model: type[ConversationNote | Feedback | Judgement | ServiceRequest],
        whose: Q,
        columns: Sequence[str],
        said: Erased,
        too: Q | None = None,
    ) -> set[UUID]:
        """Rows that came later and repeat it, those of a whole conversation that goes, and those of `too`."""
        inside = Q(conversation_id__in=self.conversations)
        found = _ids(model._default_manager.filter(inside if too is None else inside | too))
        later = model._default_manager.filter(whose, created_at__gte=self.since)
        return found | {row[0] for row in later.values_list("id", *columns) if said.is_in(" ".join(map(str, row[1:])))}

    def take_turns(self, turns: Iterable[UUID]) -> None:
        """With what they answered, and what their tools did."""
        self.turns |= set(turns)
        answers = Turn.objects.filter(id__in=self.turns).exclude(answer=None)
        self.messages |= set(answers.values_list("answer_id", flat=True))

    def take_facts(self, said: Erased | None = None) -> None:
        """Sources in these messages, and of tools' calls that repeat it; then facts that nothing else says."""
        of_runs = FactSource.objects.filter(run_id__in=_ids(ToolRun.objects.filter(turn_id__in=self.turns)))
        self.sources |= _ids(FactSource.objects.filter(message_id__in=self.messages))
        self.sources |= _ids(FactSource.objects.filter(conversation_id__in=self.conversations))
        self.sources |= {row.id for row in of_runs if said and said.is_in(row.value)}
        touched = Fact.objects.filter(sources__in=self.sources).distinct().prefetch_related("sources")
        for fact in touched:
            kept = [each for each in fact.sources.all() if each.id not in self.sources]
            others = [each for each in kept if each.stance != Stance.CONTRADICTS]
            if all(each.told_by and each.stance == Stance.RETRACTS for each in others):
                self.facts.add(fact.id)
                self.sources |= {each.id for each in others}


def gather_message(message_id: UUID, contacts: Sequence[UUID]) -> Found:
    message = Message.objects.filter(id=message_id).first()
    if message is None:
        return {}, NOTHING
    taken = Taken(contacts, message.created_at, messages={message.id})
    answered = Turn.objects.filter(Q(question=message) | Q(answer=message))
    taken.take_turns(_ids(answered))
    earlier = Message.objects.filter(conversation_id=message.conversation_id, sequence__lt=message.sequence)
    return _gather(taken, [message.text, *_said_in_files(message=message)], earlier.values_list("text", flat=True))


def gather_conversation(conversation_id: UUID, contacts: Sequence[UUID]) -> Found:
    conversation = Conversation.objects.filter(id=conversation_id).first()
    if conversation is None:
        return {}, NOTHING
    rows = list(Message.objects.filter(conversation=conversation).values_list("id", "role", "text"))
    taken = Taken(contacts, conversation.created_at, {conversation.id}, {row[0] for row in rows})
    taken.take_turns(_ids(Turn.objects.filter(conversation=conversation)))
    earlier = Message.objects.filter(conversation__contact_id__in=contacts, created_at__lt=conversation.created_at)
    own = [text for _, role, text in rows if role == MessageRole.CONTACT]
    own += _said_in_files(conversation=conversation)
    return _gather(taken, own, earlier.values_list("text", flat=True))


def _gather(taken: Taken, texts: Sequence[str], before: Iterable[str]) -> Found:
    taken.take_facts()
    later = _said_later(taken)
    values = Fact.objects.filter(id__in=taken.facts).values_list("value", flat=True)
    said = erased(
        texts, values, before=before, after=later.values(), is_known=lambda word: _others_say(word, taken.contacts)
    )
    again = {turn_or_message for turn_or_message, text in later.items() if said.is_in(text)}
    taken.messages |= {each for kind, each in again if kind == "message"}
    taken.take_turns(each for kind, each in again if kind == "turn")
    made = Turn.objects.filter(answer_id__in=taken.messages)
    taken.take_turns(_ids(made))
    taken.take_facts(said)
    return taken.links(said), said


def _said_in_files(**of: Message | Conversation) -> list[str]:
    """Their names, and what was read in them."""
    return [part for row in Attachment.objects.filter(**of).values_list("name", "text") for part in row if part]


def _said_later(taken: Taken) -> dict[tuple[str, UUID], str]:
    """What others than the contact wrote since, and what was made for it: by what it is of."""
    rows = Message.objects.filter(conversation__contact_id__in=taken.contacts, created_at__gte=taken.since)
    rows = rows.exclude(id__in=taken.messages).exclude(role=MessageRole.CONTACT)
    found = {("message", row[0]): f"{row[1]} {_quotes(row[2])}" for row in rows.values_list("id", "text", "citations")}
    turns = Turn.objects.filter(conversation__contact_id__in=taken.contacts, created_at__gte=taken.since)
    for turn_id, suggestion, asked in turns.values_list("id", "suggestion", "asked"):
        if suggestion or asked:
            found["turn", turn_id] = json.dumps([suggestion, asked], ensure_ascii=False)
    runs = ToolRun.objects.filter(turn__in=turns).values_list("turn_id", "arguments", "said", "result")
    for turn_id, *told in runs:
        found["turn", turn_id] = " ".join((found.get(("turn", turn_id), ""), *told))
    return {key: text for key, text in found.items() if key[1] not in taken.turns}


def _quotes(citations: Sequence[Mapping[str, object]]) -> str:
    """Of what is remembered, and of files that the contact sent; what documents say is theirs."""
    return " ".join(str(each.get("quote", "")) for each in citations or () if each.get("origin") in ("memory", "file"))


def _others_say(word: str, contacts: Sequence[UUID]) -> bool:
    others = Message.objects.exclude(conversation__contact_id__in=contacts)
    return is_in_knowledge(require_tenant_id(), word) or others.filter(text__icontains=word).exists()


def _ids(rows: QuerySet[Any]) -> set[UUID]:
    return set(rows.values_list("id", flat=True))

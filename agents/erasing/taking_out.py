"""Unmaking what was made of a message or a conversation, and correcting what only named it. In the transaction in which
the rows go (`tenants.privacy.parts`); `mend` makes anew, afterwards, what was unmade with it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from uuid import UUID

from agents.erasing.gathering import Found, gather_conversation, gather_message
from agents.erasing.repeating import Erased
from agents.inbox.state import HELD, ask_for_summary
from agents.memory.episodes.indexing import forget_conversations, index_conversation
from agents.memory.losing import lose_sources
from agents.memory.summaries.refreshing import refresh_summaries
from agents.models import Conversation, Fact, FactSource, FactStatus, Message, MessageRole, Span, Trace
from agents.tracing import names
from agents.transcript import subject_of
from billing.errors import BudgetExhausted
from ingestion.contacts.services import forget_name
from ingestion.embedding.errors import EmbeddingUnavailable
from rapport import logs
from tenants.actors import SYSTEM
from tenants.privacy.directory import Gathered, PartKind, declare_part
from tenants.privacy.holdings import Part
from tenants.privacy.models import ErasureKind

log = logs.get_logger(__name__)


def take_out(said: Erased, part: Part) -> None:
    gone = part.linked("messages")
    texts = list(Message.objects.filter(id__in=gone, role=MessageRole.CONTACT).values_list("text", flat=True))
    names_told = Fact.objects.filter(id__in=part.linked("facts"), predicate="name")
    called = list(names_told.values_list("value", flat=True))
    lose_sources(FactSource.objects.filter(id__in=part.linked("sources")), SYSTEM)
    _correct_name(part, called)
    forget_conversations([*part.linked("touched"), *part.linked("conversations")])
    _correct_conversations(part, texts)
    _redact_traces(part, said)


def mend(part: Part) -> None:
    """What is left of the conversations is summed up, and findable again; without an embedder that is done at night."""
    for contact_id in part.contacts:
        refresh_summaries(
            tenant_id=part.tenant_id, contact_id=contact_id, conversations=part.linked("touched"), is_whole=True
        )
    for conversation_id in part.linked("touched"):
        try:
            index_conversation(tenant_id=part.tenant_id, conversation_id=conversation_id)
        except (EmbeddingUnavailable, BudgetExhausted):
            log.warning("left_to_the_night", conversation_id=str(conversation_id))


def _correct_name(part: Part, called: Iterable[str]) -> None:
    """A contact that is shown by the name that goes is shown by the one that is left, or by none."""
    for contact_id in part.contacts:
        left = Fact.objects.filter(contact_id=contact_id, predicate="name", status=FactStatus.ACTIVE)
        name = left.values_list("value", flat=True).first() or ""
        for each in called:
            forget_name(contact_id=contact_id, name=each, instead=name, actor=SYSTEM)


def _correct_conversations(part: Part, texts: Iterable[str]) -> None:
    """Their subject is their first question, the summary for colleagues is written anew, and an address for answers
    that was in a message goes with it."""
    gone = part.linked("messages")
    for row in Conversation.objects.filter(id__in=part.linked("touched")):
        first = Message.objects.filter(conversation=row).exclude(id__in=gone).order_by("sequence").first()
        row.subject = subject_of(first.text) if first else ""
        if row.reply_to and any(row.reply_to.casefold() in text.casefold() for text in texts):
            row.reply_to = ""
        if any(said.casefold() in text.casefold() for said in row.page_context.values() for text in texts):
            row.page_context = {}
        is_summarised, row.handoff_summary = bool(row.handoff_summary), ""
        row.save(update_fields=["subject", "reply_to", "page_context", "handoff_summary"])
        if is_summarised and row.state in HELD:
            ask_for_summary(row)


def _redact_traces(part: Part, said: Erased) -> None:
    """Of answers that stay, and of tasks aside: what they were given and said keeps nothing that repeats it."""
    first = Message.objects.filter(id__in=part.linked("messages")).order_by("created_at").first()
    if first is None:
        return
    traces = Trace.objects.filter(contact_id__in=part.contacts, started_at__gte=first.created_at)
    traces = traces.exclude(id__in=part.linked("traces"))
    spans = Span.objects.filter(trace__in=traces).only("id", "attributes")
    changed = [span for span in spans if _redact(span, said)]
    Span.objects.bulk_update(changed, ["attributes"], batch_size=200)


def _redact(span: Span, said: Erased) -> bool:
    repeating = [name for name, value in span.attributes.items() if _repeats(name, value, said)]
    span.attributes = {name: value for name, value in span.attributes.items() if name not in repeating}
    return bool(repeating)


def _repeats(name: str, value: object, said: Erased) -> bool:
    return name in names.CONTENT and said.is_in(_text(value))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _whose_message(message_id: UUID) -> UUID | None:
    return Message.objects.filter(id=message_id).values_list("conversation__contact_id", flat=True).first()


def _whose_conversation(conversation_id: UUID) -> UUID | None:
    return Conversation.objects.filter(id=conversation_id).values_list("contact_id", flat=True).first()


def _kind(whose: Callable[[UUID], UUID | None], find: Callable[[UUID, Sequence[UUID]], Found]) -> PartKind:
    def gather(part_id: UUID, contacts: Sequence[UUID]) -> Gathered:
        links, said = find(part_id, contacts)
        return Gathered(links, partial(take_out, said))

    return PartKind(whose, gather, mend)


declare_part(ErasureKind.MESSAGE, _kind(_whose_message, gather_message))
declare_part(ErasureKind.CONVERSATION, _kind(_whose_conversation, gather_conversation))

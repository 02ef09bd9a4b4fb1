"""Making what was said findable, when a turn is over: packed by conversation, embedded in batches, written in order.

Nobody waits for it: what is not here yet is found by its words (`finding`). Asked for again it writes nothing; while a
contact is being erased it writes nothing either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F

from agents.memory.episodes.embedding import EmbedderOf, embedder_of
from agents.memory.episodes.saying import Said, segment_of, texts_to_embed
from agents.memory.episodes.segments import Segment, unpack
from agents.models import Conversation, Episode, EpisodeSegment, EpisodeShelf
from billing.services import UsageSubject
from ingestion.embedding.errors import TextTooLong
from ingestion.embedding.paying import Bill, buy_vectors, drop, pay
from ingestion.embedding.port import Embedder, Vectors
from tenants.context import tenant_scope, tenant_transaction
from tenants.privacy.suppression import is_contact_erased

SEGMENT_TURNS = 128
STEP = "embed_episode"  # under which it stands in the ledger
ORIGINS = ("contact", "agent")  # what tools and systems tell has its facts


def index_conversation(*, tenant_id: UUID, conversation_id: UUID, embedder_for: EmbedderOf = embedder_of) -> int:
    """Everything that was said in it since the last time; returns how many turns. Raises EmbeddingUnavailable, and
    BudgetExhausted: what is left is found by its words until the night (`catching_up`)."""
    embedder = embedder_for(tenant_id)
    indexed = 0
    while work := _next_segment(tenant_id, conversation_id):
        number, said, last = work
        known = _known(last, said, embedder.model.key) if last else None
        texts, owners = texts_to_embed(said, after=len(known) if known else 0)
        vectors, bill = _embed(tenant_id, embedder, texts)
        segment = _Made(number, said, segment_of(said, owners, vectors, known).pack(), bill)
        if not _write(tenant_id, conversation_id, segment):
            drop(bill, tenant_id=tenant_id)
            break
        indexed += len(said)
        if len(said) < SEGMENT_TURNS:
            break
    return indexed


def _known(last: EpisodeSegment, said: Sequence[Said], model: str) -> Segment | None:
    """The segment as it is, where its turns are the first of these and have their vectors by this model: then those are
    not asked for, nor paid for, again."""
    if last.model != model:
        return None
    try:
        segment = unpack(last.content)
    except ValueError:  # of an earlier version
        return None
    is_same = segment.ids.tobytes() == b"".join(each.id.bytes for each in said[: len(segment)])
    return segment if is_same and len(segment.meanings) else None


def _next_segment(tenant_id: UUID, conversation_id: UUID) -> tuple[int, list[Said], EpisodeSegment | None] | None:
    """Its number and all its turns, those that were there before too, and what there is of it; None when everything is
    there."""
    with tenant_scope(tenant_id):
        episodes = Episode.objects.filter(conversation_id=conversation_id, origin__in=ORIGINS).order_by("sequence")
        last = EpisodeSegment.objects.filter(conversation_id=conversation_id).order_by("-number").first()
        number, after = (0, 0) if last is None else (last.number, last.last_sequence)
        known = after
        if last is not None and last.turns < SEGMENT_TURNS:
            after = last.first_sequence - 1
        elif last is not None:
            number, last = number + 1, None
        rows = list(episodes.filter(sequence__gt=after)[:SEGMENT_TURNS])
    if not rows or rows[-1].sequence <= known:
        return None
    return number, [Said(row.id, row.sequence, row.origin, row.text, row.said_at) for row in rows], last


def _embed(tenant_id: UUID, embedder: Embedder, texts: Sequence[str]) -> tuple[Vectors, Bill]:
    """A text that is too long for the model is cut until it is not."""
    wanted = list(texts)
    while True:
        try:
            return buy_vectors(embedder, wanted, tenant_id=tenant_id, purpose="passage")
        except TextTooLong as error:
            wanted[error.index] = wanted[error.index][: len(wanted[error.index]) // 2]


@dataclass(frozen=True, slots=True)
class _Made:
    """A segment to be written, and what it cost."""

    number: int
    said: Sequence[Said]
    content: bytes
    bill: Bill


def _write(tenant_id: UUID, conversation_id: UUID, made: _Made) -> bool:
    """With what it cost. False when it is not wanted any more: the conversation or one of its turns is gone, or
    somebody was quicker."""
    with tenant_transaction(tenant_id):
        rows = Conversation.objects.select_for_update()
        conversation = rows.filter(id=conversation_id, is_remembered=True).first()
        if conversation is None or is_contact_erased(conversation.contact_id):
            return False
        sequences = [each.sequence for each in made.said]
        there = Episode.objects.filter(conversation_id=conversation_id, origin__in=ORIGINS, sequence__in=sequences)
        if there.count() != len(made.said):
            return False
        generation = _next_generation(conversation.contact_id)
        EpisodeSegment.objects.update_or_create(
            conversation_id=conversation_id,
            number=made.number,
            defaults={
                "contact_id": conversation.contact_id,
                "generation": generation,
                "first_sequence": sequences[0],
                "last_sequence": sequences[-1],
                "turns": len(made.said),
                "model": made.bill.model,
                "content": made.content,
            },
        )
        _count(conversation, made, generation)
        return True


def _count(conversation: Conversation, made: _Made, generation: int) -> None:
    """In the company's ledger, once for each time that it is written."""
    pay(
        made.bill,
        tenant_id=conversation.tenant_id,
        step=STEP,
        source_event_id=uuid5(conversation.contact_id, f"episodes:{generation}"),
        subject=UsageSubject(conversation.agent_id, conversation.id),
    )


def _next_generation(contact_id: UUID) -> int:
    """Within the caller's transaction; whoever writes for the same contact waits for its end."""
    shelf = EpisodeShelf.objects.filter(contact_id=contact_id)
    if not shelf.update(generation=F("generation") + 1):
        EpisodeShelf.objects.get_or_create(contact_id=contact_id)
        shelf.update(generation=F("generation") + 1)
    return shelf.values_list("generation", flat=True).get()


@transaction.atomic
def forget_conversations(conversations: Iterable[UUID]) -> int:
    """In the open scope: what was made of these conversations goes, and no process finds it any more. What is left of
    them is made anew with `index_conversation`."""
    rows = EpisodeSegment.objects.filter(conversation_id__in=list(conversations))
    contacts = set(rows.values_list("contact_id", flat=True))
    count, _ = rows.delete()
    EpisodeShelf.objects.filter(contact_id__in=contacts).update(epoch=F("epoch") + 1)
    return count

"""Contacts who said very much, and tenants who are many: rows and segments as the product packs them.

Words follow Zipf's law; vectors are drawn at random, since only the time that they take counts. It must not measure.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

import numpy as np

from agents.memory.episodes.saying import Said, segment_of, texts_to_embed
from agents.memory.episodes.segments import ID_BYTES, Segment
from agents.models import Agent, Conversation, Episode, EpisodeSegment, EpisodeShelf
from rapport.ids import new_id
from tenants.context import tenant_scope

TURNS = 20  # of a conversation
VOCABULARY, DIMENSIONS = 20_000, 384
BEGINS_AT = datetime(2024, 1, 1, tzinfo=UTC)


class Words:
    """Sentences of made-up words, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        letters = "abcdefghiklmnoprstuw"
        self._words = ["".join(self._random.choices(letters, k=self._random.randint(4, 9))) for _ in range(VOCABULARY)]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))

    def sentence(self, count: int) -> str:
        words = self._random.choices(self._words, cum_weights=self._weights, k=count)
        return f"{' '.join(words).capitalize()}."

    def turn(self) -> str:
        return " ".join(self.sentence(self._random.randint(5, 12)) for _ in range(self._random.randint(1, 3)))

    def question(self) -> str:
        return f"What did I tell you about the {self.sentence(4).rstrip('.').lower()}?"


@dataclass(frozen=True, slots=True)
class Company:
    tenant_id: UUID
    agent_id: UUID


@dataclass(frozen=True, slots=True)
class Contact:
    tenant_id: UUID
    contact_id: UUID


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that any contact may have had."""

    said: list[Said]
    segment: Segment

    def again(self, at: datetime) -> "Talk":
        """With ids of its own, at another time."""
        said = [replace(each, id=new_id(), said_at=at + timedelta(seconds=20 * n)) for n, each in enumerate(self.said)]
        ids = np.frombuffer(b"".join(each.id.bytes for each in said), np.uint8).reshape(-1, ID_BYTES)
        times = np.array([int(each.said_at.timestamp()) for each in said], np.int64)
        return Talk(said, replace(self.segment, ids=ids, said_at=times))


def make_talks(count: int, words: Words) -> list[Talk]:
    chosen = np.random.default_rng(count)
    return [_talk(words, chosen) for _ in range(count)]


def _talk(words: Words, chosen: np.random.Generator) -> Talk:
    said = [Said(new_id(), n + 1, ("contact", "agent")[n % 2], words.turn(), BEGINS_AT) for n in range(TURNS)]
    texts, owners = texts_to_embed(said)
    vectors = chosen.standard_normal((len(texts), DIMENSIONS), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Talk(said, segment_of(said, owners, vectors))


def fill_contact(company: Company, episodes: int, talks: Sequence[Talk], model: str) -> Contact:
    """`episodes`, a multiple of TURNS, out of these conversations, each as often as it takes."""
    from ingestion.contacts.services import ensure_contact

    contact_id = ensure_contact(tenant_id=company.tenant_id, external_id=f"{new_id()}", name="Anna Berg")
    with tenant_scope(company.tenant_id):
        agent = Agent.objects.get(id=company.agent_id)
        for numbers in _batches(episodes // TURNS, 100):
            had = [(new_id(), talks[n % len(talks)].again(BEGINS_AT + timedelta(hours=n))) for n in numbers]
            Conversation.objects.bulk_create(
                Conversation(
                    id=each,
                    agent=agent,
                    contact_id=contact_id,
                    message_count=TURNS,
                    last_message_at=talk.said[-1].said_at,
                )
                for each, talk in had
            )
            Episode.objects.bulk_create(_episodes(contact_id, had))
            EpisodeSegment.objects.bulk_create(_segment(contact_id, each, talk, model) for each, talk in had)
        EpisodeShelf.objects.create(contact_id=contact_id, generation=1)
    return Contact(company.tenant_id, contact_id)


def _batches(count: int, size: int) -> Iterator[range]:
    for start in range(0, count, size):
        yield range(start, min(count, start + size))


def _episodes(contact_id: UUID, had: Sequence[tuple[UUID, Talk]]) -> Iterator[Episode]:
    for conversation_id, talk in had:
        for each in talk.said:
            yield Episode(
                id=each.id,
                contact_id=contact_id,
                conversation_id=conversation_id,
                message_id=new_id(),
                sequence=each.sequence,
                channel="chat",
                origin=each.origin,
                text=each.text,
                said_at=each.said_at,
            )


def _segment(contact_id: UUID, conversation_id: UUID, talk: Talk, model: str) -> EpisodeSegment:
    return EpisodeSegment(
        contact_id=contact_id,
        conversation_id=conversation_id,
        number=0,
        generation=1,
        first_sequence=1,
        last_sequence=TURNS,
        turns=TURNS,
        model=model,
        content=talk.segment.pack(),
    )

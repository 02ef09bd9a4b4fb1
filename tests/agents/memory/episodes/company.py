"""Contacts of Acme who said things at times, and a small embedder that knows which words mean the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zlib import crc32

import numpy as np
from django.db import transaction

from agents.memory.episodes.finding import EpisodeSearch, FoundEpisodes, Wanted
from agents.memory.episodes.indexing import index_conversation
from agents.memory.remember import remember_conversation
from agents.models import Conversation, Message, MessageRole
from agents.services import start_conversation
from agents.transcript import append_message
from ingestion.contacts.services import ensure_contact
from ingestion.embedding.errors import EmbeddingUnavailable
from ingestion.embedding.port import EmbeddingModel, Purpose, Vectors
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.cast import Company

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SAME = {"puppy": "dog", "hund": "dog", "physician": "doctor", "automobile": "car"}


@dataclass
class WordEmbedder:
    """A dimension for some words each, unit length. `is_away`: it cannot be reached."""

    is_away: bool = False
    embedded: int = 0
    model = EmbeddingModel("words-1", 256, 512)

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        if self.is_away:
            raise EmbeddingUnavailable("It is away.")
        self.embedded += len(texts) if purpose == "passage" else 0
        vectors = np.full((len(texts), self.model.dimensions), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, crc32(SAME.get(word, word).encode()) % self.model.dimensions] += 1
        found: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return found

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


class Memory:
    """What one company's contacts said, indexed and found by the product."""

    def __init__(self, company: Company, embedder: WordEmbedder) -> None:
        self.tenant_id, self.agent_id = company.tenant_id, company.agent_id
        self.embedder = embedder

    def contact(self, name: str) -> UUID:
        return ensure_contact(tenant_id=self.tenant_id, external_id=name, name=name.title())

    def talk(
        self, contact_id: UUID, *texts: str, at: datetime = NOW, channel: str = "chat", is_indexed: bool = True
    ) -> UUID:
        """Contact and agent by turns, the contact first. Returns the conversation's id."""
        conversation_id = start_conversation(
            tenant_id=self.tenant_id, agent_id=self.agent_id, contact_id=contact_id, actor=visitor_actor(contact_id),
            channel=channel,
        )  # fmt: skip
        self.go_on(conversation_id, *texts, at=at, is_indexed=is_indexed)
        return conversation_id

    def go_on(self, conversation_id: UUID, *texts: str, at: datetime = NOW, is_indexed: bool = True) -> None:
        with tenant_scope(self.tenant_id), transaction.atomic():
            conversation = Conversation.objects.select_for_update().get(id=conversation_id)
            for place, text in enumerate(texts):
                role = (MessageRole.CONTACT, MessageRole.AGENT)[place % 2]
                message = append_message(conversation, role=role, text=text)
                Message.objects.filter(id=message.id).update(created_at=at)
        if is_indexed:
            self.index(conversation_id)

    def index(self, conversation_id: UUID) -> int:
        with tenant_scope(self.tenant_id):
            contact_id = Conversation.objects.get(id=conversation_id).contact_id
        remember_conversation(tenant_id=self.tenant_id, contact_id=contact_id, conversation_id=conversation_id)
        return index_conversation(
            tenant_id=self.tenant_id, conversation_id=conversation_id, embedder_for=lambda _: self.embedder
        )

    def find(
        self, contact_id: UUID, question: str, *, limit: int = 5, at: datetime = NOW,
        without: frozenset[UUID] = frozenset(), deadline_seconds: float = 30,
    ) -> FoundEpisodes:  # fmt: skip
        search = EpisodeSearch(lambda _: self.embedder, deadline_seconds)
        return search.find(self.tenant_id, Wanted(contact_id, question, at, limit, "Acme assistant", without))

    def texts(self, contact_id: UUID, question: str, **how: object) -> list[str]:
        return [each.text for each in self.find(contact_id, question, **how).episodes]  # type: ignore[arg-type]

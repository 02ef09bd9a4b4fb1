"""Finding past turns of a contact for a question: in all its conversations, those that are not indexed yet as well.

Contacts who are read as one are one; nobody else's turns are ever looked at. What is found is read from the episodes'
and messages' own rows: of what was erased nothing can come back. The question's meaning has a deadline; without it, and
without vectors, words are enough for an answer with less.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from os import getpid
from uuid import UUID

import numpy as np
from django.db.models import Q

from agents.cache.looking import Embedded
from agents.memory.episodes.asked import Asked, read_question
from agents.memory.episodes.blocks import Block, Floats
from agents.memory.episodes.embedding import EmbedderOf, ask_anew, asking_embedder_of
from agents.memory.episodes.ranking import Place, Searched, Weights, rank
from agents.memory.episodes.saying import Said, segment_of
from agents.memory.episodes.shelves import Shelf, current_shelves
from agents.memory.episodes.voting import votes_of
from agents.models import Conversation, Episode, Message, MessageRole
from agents.retrieval.asking import DEADLINE_PASSED, milliseconds
from ingestion.contacts.merging import named_family
from ingestion.embedding.errors import TextTooLong
from ingestion.embedding.paying import buying_query
from ingestion.embedding.port import Embedder
from rapport.errors import Unavailable
from tenants.context import tenant_scope

DEADLINE_SECONDS = 0.04  # for the question's meaning
COUNTING_SECONDS = 0.02  # for its tokens, which are counted beside it
RECENT_CONVERSATIONS = 20  # that are asked for what is not indexed yet
MOST_UNINDEXED = 200  # of their latest messages
_ORIGINS = {MessageRole.CONTACT: "contact", MessageRole.AGENT: "agent", MessageRole.HUMAN: "agent"}


@dataclass(frozen=True, slots=True)
class FoundEpisode:
    """One past turn. `origin`: "contact" or "agent"; `arms`: its rank and score in each that has it; `coverage`: see
    `ranking.Place`."""

    message_id: UUID
    conversation_id: UUID
    sequence: int
    origin: str
    channel: str
    text: str
    said_at: datetime
    score: float
    arms: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    coverage: float = 0.0


@dataclass(frozen=True, slots=True)
class FoundEpisodes:
    """Best first. `searched`: among how many turns; `failed`: why the meaning of the question was not asked for;
    `embedding_tokens` of it, by `embedding_model`, after `embedding_ms`."""

    episodes: tuple[FoundEpisode, ...] = ()
    searched: int = 0
    failed: str = ""
    embedding_model: str = ""
    embedding_tokens: int = 0
    embedding_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of whom. `agent_name`: by which whoever answers may be called; `without` are messages that are
    not wanted, such as the question itself; `embedded`: the question, where somebody has embedded it already."""

    contact_id: UUID
    question: str
    asked_at: datetime
    limit: int
    agent_name: str = ""
    without: frozenset[UUID] = frozenset()
    embedded: Embedded | None = None


FindPast = Callable[[UUID, Wanted], FoundEpisodes]
"""Of a tenant. No transaction is open while it runs."""


@dataclass(frozen=True, slots=True)
class Looked:
    """All that a ranking needs. `unindexed`: the number of the block of what is not indexed yet, -1 without one."""

    family: tuple[UUID, ...]
    asked: Asked
    searched: Searched
    unindexed: int
    vector: Floats | None = None
    failed: str = ""
    embedding_model: str = ""
    embedding_tokens: int = 0
    embedding_ms: float = 0.0

    @property
    def turns(self) -> int:
        return sum(block.size for block in self.searched.blocks)


@dataclass(frozen=True, slots=True)
class EpisodeSearch:
    """No transaction is open while the question is embedded."""

    embedder_for: EmbedderOf = asking_embedder_of
    deadline_seconds: float = DEADLINE_SECONDS
    weights: Weights = field(default_factory=Weights)

    def find(self, tenant_id: UUID, wanted: Wanted) -> FoundEpisodes:
        """Up to `wanted.limit` turns. Raises what is no outage."""
        looked = self.look(tenant_id, wanted)
        if not looked.turns:
            return FoundEpisodes()
        most = wanted.limit + len(wanted.without)
        places = rank(looked.searched, looked.asked, looked.vector, limit=most, weights=self.weights)
        with tenant_scope(tenant_id):
            found = _read(looked, places, wanted.without)
        return FoundEpisodes(
            tuple(found[: wanted.limit]),
            looked.turns,
            looked.failed,
            looked.embedding_model,
            looked.embedding_tokens,
            looked.embedding_ms,
        )

    def look(self, tenant_id: UUID, wanted: Wanted) -> Looked:
        """The question as it is understood, and the turns that it is held against; nothing is chosen yet."""
        with tenant_scope(tenant_id):
            embedder = self.embedder_for(tenant_id)
            named = named_family(tenant_id=tenant_id, contact_id=wanted.contact_id)
            family = tuple(named)
            asked = _read_question(wanted, named)
            meaning = _Meaning(embedder, asked.meaning, wanted)
            shelves = current_shelves(tenant_id, family, embedder.model.key)
            unindexed = _unindexed(family, shelves, wanted.without)
            searched = _searched(shelves, unindexed)
            searched = replace(searched, votes=votes_of(family, wanted.question, searched.blocks))
        latest = len(searched.blocks) - 1 if unindexed else -1
        looked = Looked(family, asked, searched, latest)
        if not looked.turns:
            return looked
        meaning.wait(self.deadline_seconds)
        if meaning.is_away:
            ask_anew(tenant_id)
        model = embedder.model.key if meaning.tokens else ""
        coming = "not_read_yet" if any(each.is_coming for each in shelves) else ""
        return replace(
            looked,
            vector=meaning.vector,
            failed=meaning.failed or coming,
            embedding_model=model,
            embedding_tokens=meaning.tokens,
            embedding_ms=meaning.ms,
        )


def find_aside(tenant_id: UUID, wanted: Wanted) -> FoundEpisodes:
    """For whom no turn searches: the question is paid for by itself, and goes by words where no budget pays for that.
    Outside of any transaction."""
    embedder = asking_embedder_of(tenant_id)
    with buying_query(embedder, wanted.question, tenant_id=tenant_id, step="embed_memory") as bought:
        found = EpisodeSearch(embedder_for=lambda _: bought.embedder).find(tenant_id, wanted)
        bought.tokens = found.embedding_tokens
    return found


class _Meaning:
    """The question's vector, begun at once in a thread of its own and waited for until the deadline, from its begin."""

    def __init__(self, embedder: Embedder, text: str, wanted: Wanted) -> None:
        self.vector: Floats | None = None
        self.failed, self.tokens, self.ms, self.is_away = "", 0, 0.0, False
        self._started = time.perf_counter()
        known = wanted.embedded
        if known is not None and text == wanted.question and known.model == embedder.model.key:
            self.vector = known.vector
        else:
            self._waiting = _threads(getpid()).submit(embedder.embed, [text], purpose="query")
            self._counting = _threads(getpid()).submit(embedder.count_tokens, [text])

    def wait(self, deadline_seconds: float) -> None:
        if self.vector is not None:
            return
        left = deadline_seconds - (time.perf_counter() - self._started)
        try:
            self.vector = self._waiting.result(max(0.0, left))[0]
            self.tokens = self._counting.result(COUNTING_SECONDS)[0]
        except TooLate:
            self.failed = "" if self.vector is not None else DEADLINE_PASSED
        except Unavailable as error:
            self.failed, self.is_away = error.code, True
        except TextTooLong as error:
            self.failed = error.code
        self.ms = milliseconds(self._started)
        self._waiting.cancel()  # where nobody has begun with it
        self._counting.cancel()


@lru_cache(maxsize=2)
def _threads(process: int) -> ThreadPoolExecutor:
    """Threads do not cross a fork."""
    return ThreadPoolExecutor(16, thread_name_prefix="memory-meaning")


def _read_question(wanted: Wanted, named: Mapping[UUID, str]) -> Asked:
    contact_name = next(filter(None, named.values()), "")
    return read_question(
        wanted.question, asked_at=wanted.asked_at, contact_name=contact_name, agent_name=wanted.agent_name
    )


def _unindexed(
    family: Sequence[UUID], shelves: Sequence[Shelf], without: frozenset[UUID]
) -> list[tuple[UUID, list[Said]]]:
    """What the latest conversations have that no shelf has yet, oldest first in each."""
    begun = Conversation.objects.filter(contact_id__in=family, is_remembered=True, last_message_at__isnull=False)
    recent = begun.order_by("-last_message_at")  # as its index has it: not all of them are sorted
    behind = [
        (each, last)
        for each, count in recent.values_list("id", "message_count")[:RECENT_CONVERSATIONS]
        if count > (last := max((shelf.indexed.get(each, 0) for shelf in shelves), default=0))
    ]
    if not behind:
        return []
    wanted = [Q(conversation_id=each, sequence__gt=last) for each, last in behind]
    rows = Message.objects.filter(_any(wanted), role__in=_ORIGINS).exclude(id__in=without)
    rows = rows.order_by("-created_at")[:MOST_UNINDEXED]
    said: dict[UUID, list[Said]] = {}
    for row in sorted(rows, key=lambda each: each.sequence):
        turn = Said(row.id, row.sequence, _ORIGINS[MessageRole(row.role)], row.text, row.created_at)
        said.setdefault(row.conversation_id, []).append(turn)
    return list(said.items())


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for each in conditions:
        found |= each
    return found


def _searched(shelves: Sequence[Shelf], unindexed: Sequence[tuple[UUID, list[Said]]]) -> Searched:
    blocks = [block for shelf in shelves for block in shelf.blocks]
    alive = [each for shelf in shelves for each in shelf.alive]
    if unindexed:
        block = Block.of([(conversation_id, segment_of(said, [], None)) for conversation_id, said in unindexed])
        blocks.append(block)
        alive.append(np.ones(block.size, bool))
    return Searched(blocks, alive)


def _read(looked: Looked, places: Sequence[Place], without: frozenset[UUID]) -> list[FoundEpisode]:
    """In the order of the places; those whose rows are gone are left out. What is not indexed may be no episode yet."""
    ids = {looked.searched.blocks[place.block].id_of(place.turn): place for place in places}
    rows = _episodes(looked.family, [each for each, place in ids.items() if place.block != looked.unindexed])
    rows |= _messages(looked.family, [each for each, place in ids.items() if place.block == looked.unindexed])
    return [
        FoundEpisode(*rows[each], score=place.score, arms=place.arms, coverage=place.coverage)
        for each, place in ids.items()
        if each in rows and rows[each][0] not in without
    ]


Row = tuple[UUID, UUID, int, str, str, str, datetime]


def _episodes(family: Sequence[UUID], ids: Sequence[UUID]) -> dict[UUID, Row]:
    if not ids:
        return {}
    found = Episode.objects.filter(id__in=ids, contact_id__in=family)
    fields = ("message_id", "conversation_id", "sequence", "origin", "channel", "text", "said_at")
    return {row[0]: row[1:] for row in found.values_list("id", *fields)}


def _messages(family: Sequence[UUID], ids: Sequence[UUID]) -> dict[UUID, Row]:
    if not ids:
        return {}
    found = Message.objects.filter(id__in=ids, conversation__contact_id__in=family)
    fields = ("conversation_id", "sequence", "role", "conversation__channel", "text", "created_at")
    return {
        row[0]: (row[0], row[1], row[2], _ORIGINS[MessageRole(row[3])], row[4], row[5], row[6])
        for row in found.values_list("id", *fields)
    }

"""What a turn works with, made once per process: the model, the search, the live frames. Tests bring their own."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol
from uuid import UUID

from agents.llm.port import ChatModel, FollowUpResolver, Passage
from rapport.streams.port import StreamStore


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage, its document, its place after fusion, and what each arm said of it (None: not in that arm's list)."""

    passage: Passage
    document_id: UUID
    score: float
    dense_rank: int | None = None
    words_rank: int | None = None


SEARCHES = frozenset({"dense", "words", "graph"})  # the arms that find; others only take time


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of searching: how long it took and how many passages it found; `error`: why it could not be asked."""

    name: str
    ms: float
    found: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave, best first; `embedding_tokens` of the query, by `embedding_model`."""

    passages: tuple[FoundPassage, ...] = ()
    arms: tuple[Arm, ...] = ()
    embedding_model: str = ""
    embedding_tokens: int = 0

    @property
    def is_partial(self) -> bool:
        """Some way of searching could not be asked."""
        return any(arm.error for arm in self.arms)

    @property
    def is_blind(self) -> bool:
        """No way of searching could be asked: that nothing was found means nothing."""
        asked = [arm for arm in self.arms if arm.name in SEARCHES]
        return bool(asked) and all(arm.error for arm in asked)


class Search(Protocol):
    """Finds the passages for a question that stands alone. No transaction is open while it runs."""

    def __call__(self, *, tenant_id: UUID, query: str, limit: int) -> Found: ...


@dataclass(frozen=True, slots=True)
class Parts:
    model: ChatModel
    search: Search
    streams: StreamStore
    resolve_follow_up: FollowUpResolver


@cache
def get_parts() -> Parts:
    """As the settings name them. Raises ConfigError or ModelMisconfigured naming the setting at fault."""
    from agents.llm.extractive.follow_up import resolve_follow_up
    from agents.llm.registry import get_chat_model
    from agents.runtime.product_search import ProductSearch
    from rapport.streams.registry import get_stream_store

    return Parts(get_chat_model(), ProductSearch(), get_stream_store(), resolve_follow_up)

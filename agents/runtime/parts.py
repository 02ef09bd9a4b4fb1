"""What a turn works with, made once per process: the model, the search, the live frames. Tests bring their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol
from uuid import UUID

from agents.cache.looking import Embed, Embedded
from agents.configuration.sections.models import Models
from agents.llm.catalogue import Feature
from agents.llm.gateway import Choice, Gateway
from agents.llm.port import ChatModel, FollowUpResolver, Passage
from agents.llm.routing import Task
from agents.memory.episodes.finding import FindPast
from agents.retrieval import ArmEvidence
from rapport.streams.port import StreamStore


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage, its document, its fused score, and what each arm that found it said of it."""

    passage: Passage
    document_id: UUID
    score: float
    arms: Mapping[str, ArmEvidence] = field(default_factory=dict)


SEARCHES = frozenset({"dense", "words"})  # the arms that find by themselves; the others only add to them


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


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How to search. `source_ids` (): everything of the tenant's. `weights` of "dense", "words" and "graph", beside
    what the arms weigh by themselves. `reranker`: "none", "api" or "model". `embedded`: the query, where the turn has
    embedded it already."""

    limit: int = 10
    source_ids: tuple[UUID, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    reranker: str = "none"
    embedded: Embedded | None = None


class Search(Protocol):
    """Finds the passages for a question that stands alone, up to twice `plan.limit` of them, so that there is a choice
    of what fits. No transaction is open while it runs."""

    def __call__(self, *, tenant_id: UUID, query: str, plan: SearchPlan) -> Found: ...


class Choosing(Protocol):
    """Which models may do a task, in order. No transaction is open while it runs."""

    def __call__(
        self,
        *,
        tenant_id: UUID,
        models: Models,
        task: Task = "answer",
        features: frozenset[Feature] = frozenset(),
        conversation_id: UUID | None = None,
    ) -> Sequence[Choice]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """`model` answers where nothing is chosen; without `choose` it answers everything."""

    model: ChatModel
    search: Search
    streams: StreamStore
    resolve_follow_up: FollowUpResolver
    gateway: Gateway = field(default_factory=Gateway)
    choose: Choosing | None = None
    embed_question: Embed | None = None  # for the cache; None: only the same question is found there
    find_past: FindPast | None = None  # in earlier conversations; None: they are not looked at

    def choices(
        self, *, tenant_id: UUID, models: Models, features: frozenset[Feature], conversation_id: UUID
    ) -> Sequence[Choice]:
        if self.choose is None:
            name = models.answer[0] or self.model.name
            return [Choice(self.model, name, getattr(self.model, "provider", "builtin"))]
        return self.choose(tenant_id=tenant_id, models=models, features=features, conversation_id=conversation_id)

    def task_choices(self, task: Task, *, tenant_id: UUID, models: Models) -> Sequence[Choice]:
        """For what is no answer; nobody where nothing is chosen."""
        return self.choose(tenant_id=tenant_id, models=models, task=task) if self.choose else ()


@cache
def get_parts() -> Parts:
    """As the settings name them. Raises ConfigError or ModelMisconfigured naming the setting at fault."""
    from agents.cache.embedding import embed_question
    from agents.llm.choosing import choose_models
    from agents.llm.extractive.follow_up import resolve_follow_up
    from agents.llm.registry import get_chat_model, get_gateway
    from agents.memory.episodes.finding import EpisodeSearch
    from agents.runtime.product_search import ProductSearch
    from rapport.streams.registry import get_stream_store

    return Parts(
        get_chat_model(),
        ProductSearch(),
        get_stream_store(),
        resolve_follow_up,
        get_gateway(),
        choose_models,
        embed_question,
        EpisodeSearch().find,
    )

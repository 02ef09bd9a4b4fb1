"""The one door to an embedder for whoever is not answering a message: its cost is kept aside before it is asked, and
told to the ledger with what was made of it.

What is embedded while a message is answered is in the turn's own reservation (`agents.runtime.affording`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from billing.errors import BudgetExhausted
from billing.reserving import give_back, reserve_embedding
from billing.services import UsageSubject, record_embedding
from ingestion.embedding.errors import EmbeddingUnaffordable
from ingestion.embedding.port import SPECIAL_TOKENS, Embedder, EmbeddingModel, Purpose, Vectors
from rapport.ids import new_id
from tenants.context import tenant_scope

DOCUMENT_LASTS = timedelta(days=1)  # from its last batch: longer than a document waits between two attempts


@dataclass(frozen=True, slots=True)
class Bill:
    """So many tokens of a model. `is_held`: something is kept aside under `id` until it is paid."""

    model: str
    tokens: int
    id: UUID
    is_held: bool


def buy_vectors(embedder: Embedder, texts: Sequence[str], *, tenant_id: UUID, purpose: Purpose) -> tuple[Vectors, Bill]:
    """Outside of any transaction. Raises BudgetExhausted before anything is asked, and what the embedder raises, having
    kept nothing aside."""
    tokens, task_id = sum(embedder.count_tokens(texts)), new_id()
    is_held = reserve_embedding(tenant_id=tenant_id, model=embedder.model.key, tokens={task_id: tokens})
    try:
        vectors = embedder.embed(texts, purpose=purpose)
    except BaseException:
        if is_held:
            give_back(tenant_id=tenant_id, task_id=task_id)
        raise
    return vectors, Bill(embedder.model.key, tokens, task_id, is_held)


def pay(
    bill: Bill,
    *,
    tenant_id: UUID,
    step: str,
    source_event_id: UUID | None = None,
    subject: UsageSubject | None = None,
) -> None:
    """What it cost takes the place of what was kept aside, in one transaction: the caller's, where there is one."""
    with tenant_scope(tenant_id), transaction.atomic():
        record_embedding(
            tenant_id=tenant_id,
            step=step,
            model=bill.model,
            tokens=bill.tokens,
            source_event_id=source_event_id,
            subject=subject,
        )
        if bill.is_held:
            give_back(tenant_id=tenant_id, task_id=bill.id)


def drop(bill: Bill, *, tenant_id: UUID) -> None:
    """Nobody wants what was made of it any more."""
    if bill.is_held:
        give_back(tenant_id=tenant_id, task_id=bill.id)


@dataclass(slots=True)
class Query:
    """A question's vector, for a search that no turn bears. `embedder`: the one to search with; it refuses where no
    budget pays for it, and the search goes by words. `tokens`: what it read, which whoever searched says."""

    embedder: Embedder
    tokens: int = 0


@contextmanager
def buying_query(embedder: Embedder, text: str, *, tenant_id: UUID, step: str) -> Iterator[Query]:
    """Around the search, outside of any transaction."""
    task_id = new_id()
    try:
        tokens = {task_id: len(text.encode()) + SPECIAL_TOKENS}  # no model counts more
        is_held = reserve_embedding(tenant_id=tenant_id, model=embedder.model.key, tokens=tokens)
    except BudgetExhausted:
        yield Query(PennilessEmbedder(embedder))
        return
    query = Query(embedder)
    try:
        yield query
    finally:
        if query.tokens:
            pay(Bill(embedder.model.key, query.tokens, task_id, is_held), tenant_id=tenant_id, step=step)
        elif is_held:
            give_back(tenant_id=tenant_id, task_id=task_id)


class PennilessEmbedder:
    """Implements `Embedder` by refusing: nobody pays for it now."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def model(self) -> EmbeddingModel:
        return self._embedder.model

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        """Raises EmbeddingUnaffordable."""
        raise EmbeddingUnaffordable("The company's budget of the month is spent.")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)


def reserve_passages(embedder: Embedder, tokens: Mapping[UUID, int], *, tenant_id: UUID) -> None:
    """Before versions' passages are embedded: by version, of how many tokens those of it are that are not told to the
    ledger yet, these included. What is kept aside is given back when they are (`billing.events`). Raises
    BudgetExhausted, before anything is asked."""
    reserve_embedding(tenant_id=tenant_id, model=embedder.model.key, tokens=tokens, lasts=DOCUMENT_LASTS)

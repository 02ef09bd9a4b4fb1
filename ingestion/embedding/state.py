"""Which embedding model answers for a tenant: the row that every process asks, and the locks around its change.

A tenant gets its row with the first question or document: the model of the vectors that are there already, else that
of EMBEDDINGS_URL. From then on only a re-embedding changes it, whatever the settings say.
"""

import threading
import time
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from ingestion.embedding.port import EmbeddingModel
from ingestion.models import Chunk, EmbeddingState
from tenants.context import tenant_scope

SECONDS_REMEMBERED = 1.0  # how long a search may still use the model that answered before
MOST_REMEMBERED = 10_000


class Held(NamedTuple):
    """A model whose collection holds a tenant's passages."""

    key: str
    dimensions: int


class Answering(NamedTuple):
    """The model that answers, and every model whose collection may hold passages of the tenant, that one included."""

    model: Held
    held: tuple[Held, ...]


_remembered: dict[UUID, tuple[float, Held]] = {}
_remembering = threading.Lock()


def read_answering(tenant_id: UUID, default: EmbeddingModel) -> Answering:
    """As the row says now."""
    with tenant_scope(tenant_id):
        row = ensure_state(default)
    answering = Answering(Held(row.model, row.held[row.model]), tuple(Held(*each) for each in sorted(row.held.items())))
    remember(tenant_id, answering.model)
    return answering


def recall_answering(tenant_id: UUID, default: EmbeddingModel, *, seconds: float = SECONDS_REMEMBERED) -> Held:
    """As the row said at most so long ago: for searches, of which there are many."""
    known = _remembered.get(tenant_id)
    if known is not None and time.monotonic() - known[0] < seconds:
        return known[1]
    return read_answering(tenant_id, default).model


def remember(tenant_id: UUID, model: Held) -> None:
    with _remembering:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[tenant_id] = (time.monotonic(), model)


def forget(tenant_id: UUID) -> None:
    """This process has changed the row, or has found that its model does not answer."""
    with _remembering:
        _remembered.pop(tenant_id, None)


def ensure_state(default: EmbeddingModel) -> EmbeddingState:
    """Inside a scope: the tenant's row, made where it is missing."""
    row = EmbeddingState.objects.first()
    if row is None:
        model = _model_of_passages() or Held(default.key, default.dimensions)
        row, _ = EmbeddingState.objects.get_or_create(defaults={"model": model.key, "held": dict([model])})
    return row


def _model_of_passages() -> Held | None:
    found = Chunk.objects.exclude(embedding=None).exclude(embedding_model="")
    first = found.values_list("embedding_model", "embedding").first()
    return Held(first[0], len(bytes(first[1] or b"")) // 4) if first else None


def lock_shared() -> EmbeddingState | None:
    """Inside a scope and a transaction: nobody changes the row until its end; others may hold it like this too.

    SQLite's transactions take turns anyhow.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(EmbeddingState._meta.db_table)
            cursor.execute(
                f"SELECT 1 FROM {table} "  # noqa: S608  a name of ours
                "WHERE tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid FOR SHARE"
            )
    return EmbeddingState.objects.first()


def lock_alone() -> EmbeddingState | None:
    """Inside a scope and a transaction: nobody reads the row under a lock until its end."""
    return EmbeddingState.objects.select_for_update().first()

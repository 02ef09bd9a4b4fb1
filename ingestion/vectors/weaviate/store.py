"""The vector store on Weaviate. See `ingestion.vectors.port` for what each call promises.

A tenant is a shard: no query names two. Ids are matched as whole terms. What a call did not write it says, since the
client raises for no single object.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from weaviate import WeaviateClient
from weaviate.classes.aggregate import GroupByAggregate
from weaviate.classes.query import Filter, MetadataQuery
from weaviate.collections import Collection
from weaviate.exceptions import WeaviateInsertManyAllFailedError

from ingestion.embedding.port import Vectors
from ingestion.vectors.errors import VectorSchemaMismatch, VectorWriteFailed
from ingestion.vectors.port import EVERYTHING, HeldChunk, Hit, SearchScope, VectorChunk
from ingestion.vectors.weaviate import schema
from ingestion.vectors.weaviate.address import read_address
from ingestion.vectors.weaviate.door import Door, TenantAsleep, TenantUnknown
from ingestion.vectors.weaviate.objects import RETURNED, place_of, read_place, to_chunk, to_objects
from ingestion.vectors.words import analyse_query

INSERTED_AT_ONCE = 200
NAMED_AT_ONCE = 1_000  # ids in one filter
DELETED_AT_ONCE = 10_000  # the server's own limit for one delete (QUERY_MAXIMUM_RESULTS)
MOST_GROUPS = 10_000

T = TypeVar("T")
_NONE: list[Any] = []
Shard = Collection[Any, Any]


class WeaviateVectorStore:
    """Thread-safe; one for each process. Raises VectorStoreUnavailable when the server does not answer."""

    def __init__(self, url: str) -> None:
        self.door = Door(read_address(url))
        self._name = ""
        self._dimensions = 0

    def prepare(self, *, model_key: str, dimensions: int) -> None:
        self.door.check()
        name = schema.collection_name(self.door.address.prefix, model_key)
        with self.door.translated():
            client = self.door.client()
            if not client.collections.exists(name):
                schema.create(client, name, model_key=model_key, dimensions=dimensions)
            schema.check(client, name, self.door.address, model_key=model_key, dimensions=dimensions)
        self._name, self._dimensions = name, dimensions

    def list_models(self) -> dict[str, int]:
        with self.door.translated():
            return schema.list_models(self.door.client(), self.door.address.prefix)

    def drop(self) -> None:
        with self.door.translated():
            self.door.client().collections.delete(self._collection().name)

    def check(self) -> None:
        """The health page's question."""
        self.door.check()

    def incarnation(self) -> str:
        """The terms of its nodes' elections: a node that starts holds one."""
        with self.door.translated():
            nodes = self.door.client().cluster.statistics().statistics
        return " ".join(sorted(f"{node.name}:{node.raft.term}" for node in nodes))

    def upsert(self, tenant_id: UUID, chunks: Sequence[VectorChunk], vectors: Vectors) -> None:
        if len(chunks) != len(vectors):
            raise ValueError(f"{len(chunks)} chunks came with {len(vectors)} vectors.")
        if len(vectors) and np.shape(vectors)[1:] != (self._dimensions,):
            raise VectorSchemaMismatch(
                f"Vectors of shape {np.shape(vectors)} came to a store of {self._dimensions} dimensions. "
                "Restart every process after a change of EMBEDDINGS_URL."
            )
        for start in range(0, len(chunks), INSERTED_AT_ONCE):
            some = chunks[start : start + INSERTED_AT_ONCE]
            objects = to_objects(some, vectors[start : start + INSERTED_AT_ONCE])
            refused = self._ask(tenant_id, partial(_insert, objects=objects))
            if refused:
                raise VectorWriteFailed([some[place].id for place in refused], next(iter(refused.values()))[:300])
        if chunks:
            self._ask(tenant_id, partial(_flush_index, identity=chunks[-1].id))

    def search_dense(
        self, tenant_id: UUID, vector: Vectors, *, limit: int, scope: SearchScope = EVERYTHING
    ) -> list[Hit]:
        if limit < 1:
            return []
        query = np.asarray(vector, dtype=np.float32).reshape(-1).tolist()
        found = self._read(
            tenant_id,
            lambda shard: (
                shard.query.near_vector(
                    query,
                    limit=limit,
                    filters=_filter_of(scope),
                    return_properties=RETURNED,
                    return_metadata=MetadataQuery(distance=True),
                ).objects
            ),
            _NONE,
        )
        hits = [Hit(to_chunk(each.uuid, each.properties), 1.0 - (each.metadata.distance or 0.0)) for each in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))

    def search_words(self, tenant_id: UUID, query: str, *, limit: int, scope: SearchScope = EVERYTHING) -> list[Hit]:
        words = analyse_query(query)
        if limit < 1 or not words:
            return []
        found = self._read(
            tenant_id,
            lambda shard: (
                shard.query.bm25(
                    " ".join(words),
                    query_properties=["words"],
                    limit=limit,
                    filters=_filter_of(scope),
                    return_properties=RETURNED,
                    return_metadata=MetadataQuery(score=True),
                ).objects
            ),
            _NONE,
        )
        hits = [Hit(to_chunk(each.uuid, each.properties), each.metadata.score or 0.0) for each in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))

    def fetch(self, tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, VectorChunk]:
        found: dict[UUID, VectorChunk] = {}
        for some in _batches(list(ids)):
            objects = self._read(tenant_id, partial(_fetch, ids=some), _NONE)
            found |= {UUID(str(each.uuid)): to_chunk(each.uuid, each.properties) for each in objects}
        return found

    def version_counts(self, tenant_id: UUID, document_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, int]]:
        counts: dict[UUID, dict[UUID, int]] = {}
        for some in _batches(document_ids):
            groups: list[Any] = self._read(tenant_id, partial(_group_by_place, documents=some), _NONE)
            for group in groups:
                document_id, version_id = read_place(str(group.grouped_by.value))
                counts.setdefault(document_id, {})[version_id] = group.total_count or 0
        return counts

    def delete_versions(self, tenant_id: UUID, versions: Sequence[tuple[UUID, UUID]]) -> int:
        places = [place_of(*each) for each in versions]
        return sum(self._delete(tenant_id, Filter.by_property("place").contains_any(some)) for some in _batches(places))

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> int:
        return self._delete(tenant_id, Filter.by_property("document").equal(document_id))

    def delete_chunks(self, tenant_id: UUID, ids: Sequence[UUID]) -> int:
        return sum(self._delete(tenant_id, Filter.by_id().contains_any(some)) for some in _batches(ids))

    def delete_tenant(self, tenant_id: UUID) -> None:
        with self.door.translated():
            self._collection().tenants.remove([str(tenant_id)])

    def count(self, tenant_id: UUID) -> int:
        return self._read(tenant_id, _count, 0)

    def list_tenants(self, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        with self.door.translated():
            names = sorted(UUID(name) for name in self._collection().tenants.get())
        held: list[UUID] = []
        for tenant_id in names:
            if (after is None or tenant_id > after) and self.count(tenant_id):
                held.append(tenant_id)
                if len(held) == limit:
                    break
        return held

    def list_chunks(self, tenant_id: UUID, *, after: UUID | None = None, limit: int = 1000) -> list[HeldChunk]:
        objects = self._read(
            tenant_id,
            lambda shard: (
                shard.query.fetch_objects(
                    limit=limit, after=after or UUID(int=0), return_properties=["document", "version"]
                ).objects
            ),
            _NONE,
        )
        return [
            HeldChunk(
                UUID(str(each.uuid)), UUID(str(each.properties["document"])), UUID(str(each.properties["version"]))
            )
            for each in objects
        ]

    def _delete(self, tenant_id: UUID, condition: Any) -> int:
        """Again until nothing matches: one call deletes no more than the server's limit."""
        total = 0
        while True:
            answer = self._read(tenant_id, lambda shard: shard.data.delete_many(condition), None)
            if answer is None or not answer.matches:
                return total
            if answer.failed:
                raise VectorWriteFailed([], f"{answer.failed} of {answer.matches} could not be deleted")
            total += answer.successful
            if answer.matches < DELETED_AT_ONCE:
                return total

    def _read(self, tenant_id: UUID, question: Callable[[Shard], T], nothing: T) -> T:
        """`nothing` for a tenant that the store does not know."""
        try:
            return self._ask(tenant_id, question)
        except TenantUnknown:
            return nothing

    def _ask(self, tenant_id: UUID, question: Callable[[Shard], T]) -> T:
        """Raises TenantUnknown. A shard that sleeps is woken: not every call does that by itself."""
        self._refuse_unprepared()
        shard = _shard(self.door.client(), self._name, tenant_id)
        try:
            with self.door.translated():
                return question(shard)
        except TenantAsleep:
            with self.door.translated():
                self._collection().tenants.activate([str(tenant_id)])
                return question(shard)

    def _collection(self) -> Shard:
        self._refuse_unprepared()
        return self.door.client().collections.use(self._name)

    def _refuse_unprepared(self) -> None:
        if not self._name:
            raise VectorSchemaMismatch(
                "The vector store was not prepared: call prepare() with the embedding model first."
            )


@lru_cache(maxsize=256)
def _shard(client: WeaviateClient, name: str, tenant_id: UUID) -> Shard:
    """Kept, since making a handle takes as long as all else that a search does in this process."""
    return client.collections.use(name).with_tenant(str(tenant_id))


def _insert(shard: Shard, *, objects: Sequence[Any]) -> dict[int, str]:
    """Places of objects that were not written, and why."""
    try:
        answer = shard.data.insert_many(objects)
    except WeaviateInsertManyAllFailedError as error:
        return dict.fromkeys(range(len(objects)), str(error))
    return {place: each.message for place, each in answer.errors.items()}


def _flush_index(shard: Shard, *, identity: UUID) -> None:
    """Have the server write down its vector index too. It confirms a batch before that part of it has left its memory
    (1.38: the index's log is flushed before the objects are in it), and a killed server would not find them. Deleting
    flushes the log, even when it is only rehearsed."""
    shard.data.delete_many(Filter.by_id().equal(identity), dry_run=True)


def _fetch(shard: Shard, *, ids: Sequence[UUID]) -> list[Any]:
    return list(shard.query.fetch_objects_by_ids(ids, limit=len(ids), return_properties=RETURNED).objects)


def _group_by_place(shard: Shard, *, documents: Sequence[UUID]) -> list[Any]:
    answer = shard.aggregate.over_all(
        filters=Filter.by_property("document").contains_any(list(documents)),
        group_by=GroupByAggregate(prop="place", limit=MOST_GROUPS),
    )
    return list(answer.groups)


def _count(shard: Shard) -> int:
    return shard.aggregate.over_all(total_count=True).total_count or 0


def _filter_of(scope: SearchScope) -> Any:
    parts = [
        Filter.by_property(name).contains_any(list(ids))
        for name, ids in (("source", scope.source_ids), ("document", scope.document_ids))
        if ids
    ]
    return Filter.all_of(parts) if parts else None


def _batches(values: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(values), NAMED_AT_ONCE):
        yield values[start : start + NAMED_AT_ONCE]

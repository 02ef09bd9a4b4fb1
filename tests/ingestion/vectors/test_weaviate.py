"""What only a real Weaviate shows: sleeping tenants, refused objects, large deletes, wrong settings, a dead server."""

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import numpy as np
import pytest
from weaviate.classes.tenants import Tenant, TenantActivityStatus

from ingestion.vectors.errors import VectorSchemaMismatch, VectorStoreUnavailable, VectorWriteFailed
from ingestion.vectors.port import VectorChunk
from ingestion.vectors.weaviate.address import read_address
from ingestion.vectors.weaviate.door import KeyRefused
from ingestion.vectors.weaviate.store import WeaviateVectorStore
from rapport.config import ConfigError

DIMENSIONS = 4


def chunks(count: int, document: UUID | None = None) -> list[VectorChunk]:
    document = document or uuid4()
    return [
        VectorChunk(uuid4(), document, document, uuid4(), number, "Title", (), f"text {number}", "en")
        for number in range(count)
    ]


def vectors(count: int, width: int = DIMENSIONS) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(3).normal(size=(count, width)).astype(np.float32)


@pytest.fixture
def store(weaviate_url: str) -> WeaviateVectorStore:
    opened = WeaviateVectorStore(weaviate_url)
    opened.prepare(model_key="test-1", dimensions=DIMENSIONS)
    return opened


def put_to_sleep(store: WeaviateVectorStore, tenant_id: UUID) -> None:
    asleep = Tenant(name=str(tenant_id), activity_status=TenantActivityStatus.INACTIVE)
    store._collection().tenants.update([asleep])


@pytest.mark.server
def test_a_tenant_that_sleeps_is_woken_by_every_call(store: WeaviateVectorStore) -> None:
    tenant, (first, second) = uuid4(), chunks(2)
    store.upsert(tenant, [first, second], vectors(2))
    calls: list[Callable[[], bool]] = [
        lambda: len(store.search_dense(tenant, vectors(1)[0], limit=5)) == 2,
        lambda: len(store.search_words(tenant, "text", limit=5)) == 2,
        lambda: store.version_counts(tenant, [first.document_id]) == {first.document_id: {first.document_id: 2}},
        lambda: store.delete_chunks(tenant, [second.id]) == 1,
        lambda: [each.id for each in store.list_chunks(tenant)] == [first.id],
        lambda: store.delete_document(tenant, first.document_id) == 1,
        lambda: store.count(tenant) == 0,
    ]
    for call in calls:
        put_to_sleep(store, tenant)
        assert call()
    put_to_sleep(store, tenant)
    store.upsert(tenant, [first], vectors(1))
    assert store.count(tenant) == 1


@pytest.mark.server
def test_an_object_that_is_refused_is_named_and_its_retry_too(store: WeaviateVectorStore) -> None:
    tenant = uuid4()
    store.upsert(tenant, chunks(1), vectors(1))
    refused = chunks(3)
    store._dimensions = DIMENSIONS + 1  # as if this process had not heard of a change of model
    for _ in range(2):
        with pytest.raises(VectorWriteFailed) as caught:
            store.upsert(tenant, refused, vectors(3, DIMENSIONS + 1))
        assert set(caught.value.failed_ids) == {each.id for each in refused}
    assert store.count(tenant) == 1


@pytest.mark.server
@pytest.mark.slow
def test_more_than_the_server_deletes_at_once_leaves_whole(store: WeaviateVectorStore) -> None:
    tenant, other, count = uuid4(), chunks(1), 10_050
    document = chunks(count)
    store.upsert(tenant, [*document, *other], vectors(count + 1))
    assert store.delete_document(tenant, document[0].document_id) == count
    assert store.version_counts(tenant, [document[0].document_id]) == {}
    assert store.count(tenant) == 1


@pytest.mark.server
def test_a_wrong_key_is_named_and_never_shown(weaviate_url: str) -> None:
    right = urlsplit(weaviate_url)
    wrong = right._replace(netloc=f":not-the-key@{right.hostname}:{right.port}").geturl()
    with pytest.raises(KeyRefused, match="VECTORS_URL") as caught:
        WeaviateVectorStore(wrong).prepare(model_key="test-1", dimensions=DIMENSIONS)
    assert "not-the-key" not in caught.value.message


@pytest.mark.server
def test_another_width_under_the_same_name_is_refused(store: WeaviateVectorStore, weaviate_url: str) -> None:
    with pytest.raises(VectorSchemaMismatch, match="EMBEDDINGS_URL"):
        WeaviateVectorStore(weaviate_url).prepare(model_key="test-1", dimensions=DIMENSIONS + 1)


@pytest.mark.server
def test_a_collection_of_someone_else_is_refused(store: WeaviateVectorStore, weaviate_url: str) -> None:
    client = store.door.client()
    name = f"{store.door.address.prefix}Chunk_theirs_1"
    client.collections.create(name)
    with pytest.raises(VectorSchemaMismatch, match="is not Rapport's"):
        WeaviateVectorStore(weaviate_url).prepare(model_key="theirs-1", dimensions=DIMENSIONS)


def test_a_server_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(VectorStoreUnavailable, match=r"127\.0\.0\.1:1 does not answer.*VECTORS_URL"):
        WeaviateVectorStore("weaviate://:key@127.0.0.1:1?grpc_port=2").prepare(model_key="a-1", dimensions=3)


def test_addresses() -> None:
    found = read_address("weaviates://:s%40cret@vectors.example:443?grpc_host=grpc.example&grpc_port=443&prefix=acme")
    assert (found.host, found.port, found.grpc_host, found.grpc_port) == ("vectors.example", 443, "grpc.example", 443)
    assert (found.prefix, found.key, found.is_encrypted) == ("Acme", "s@cret", True)
    assert "s@cret" not in repr(found)
    for wrong in ("weaviate://", "weaviate://host?prefix=1x", "weaviate://host?grpc_port=x", "weaviate://host?other=1"):
        with pytest.raises(ConfigError, match="VECTORS_URL"):
            read_address(wrong)

"""Weaviate killed under writers: what it confirmed, at once or when asked again, is found by its own vector."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from ingestion.vectors.errors import VectorStoreUnavailable
from ingestion.vectors.port import VectorChunk
from ingestion.vectors.weaviate.store import WeaviateVectorStore
from tests.chaos.servers import OwnServers
from tests.servers import address

DIMENSIONS = 64
ROUNDS = 2


@pytest.fixture
def servers() -> Iterator[OwnServers]:
    address("VECTORS_URL")  # the software of `make services` is used
    folder = Path(tempfile.mkdtemp(prefix="rapport-"))  # a short name: sockets live in it
    own = OwnServers(folder / "services")
    try:
        own.start("weaviate")
        yield own
    finally:
        own.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Writer:
    """One document after the other, each written until it is confirmed."""

    def __init__(self, store: WeaviateVectorStore, seed: int) -> None:
        self.tenant_id = uuid4()
        self.confirmed: dict[UUID, np.ndarray] = {}
        self.repeated = 0
        self._store = store
        self._random = np.random.default_rng(seed)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def _write(self) -> None:
        while not self._ended.is_set():
            chunks = _chunks(int(self._random.integers(1, 4)))
            vectors = self._random.standard_normal((len(chunks), DIMENSIONS)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            while not self._is_written(chunks, vectors):
                time.sleep(0.2)
            self.confirmed |= {chunk.id: vector for chunk, vector in zip(chunks, vectors, strict=True)}

    def _is_written(self, chunks: list[VectorChunk], vectors: np.ndarray) -> bool:
        try:
            self._store.upsert(self.tenant_id, chunks, vectors)
        except VectorStoreUnavailable:
            self.repeated += 1
            return False
        return True

    def lost(self) -> list[UUID]:
        return [identity for identity, vector in self.confirmed.items() if not self._finds(identity, vector)]

    def _finds(self, identity: UUID, vector: np.ndarray) -> bool:
        return identity in {hit.chunk.id for hit in self._store.search_dense(self.tenant_id, vector, limit=20)}

    def close(self) -> None:
        self._ended.set()
        self._thread.join()


def _chunks(count: int) -> list[VectorChunk]:
    document, version, source = uuid4(), uuid4(), uuid4()
    return [
        VectorChunk(
            id=uuid4(),
            document_id=document,
            version_id=version,
            source_id=source,
            ordinal=ordinal,
            title="Machines",
            heading_path=(),
            text=f"Part {ordinal}",
            language="en",
        )
        for ordinal in range(count)
    ]


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_was_confirmed_is_found_after_kill_9(servers: OwnServers) -> None:
    store = WeaviateVectorStore(servers.settings["VECTORS_URL"])
    store.prepare(model_key="kill-64", dimensions=DIMENSIONS)
    for turn in range(ROUNDS):
        writers = [Writer(store, seed=turn * 10 + number) for number in range(3)]
        time.sleep(2)
        before = store.incarnation()
        servers.kill("weaviate")
        servers.start("weaviate")
        assert store.incarnation() != before
        time.sleep(2)
        for writer in writers:
            writer.close()
        assert all(writer.confirmed for writer in writers)
        assert sum(writer.repeated for writer in writers), "no write was under way"
        assert [writer.lost() for writer in writers] == [[], [], []]

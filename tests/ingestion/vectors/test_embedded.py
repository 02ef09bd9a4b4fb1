"""What only the embedded store promises: bounded memory, searches that stay cheap, and a tenant in every statement."""

from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from ingestion.embedding.port import Vectors
from ingestion.vectors.embedded import EmbeddedVectorStore, _chunks_by_rowid, _find_tenant, _words_query
from ingestion.vectors.errors import VectorStoreUnavailable
from ingestion.vectors.port import VectorChunk

DIMENSIONS = 8
MATRIX_BYTES = 64 * (DIMENSIONS * 4 + 8)  # what a small tenant's matrix takes


def write(store: EmbeddedVectorStore, tenant: UUID, count: int = 3) -> None:
    document = uuid4()
    chunks = [
        VectorChunk(uuid4(), document, document, document, ordinal, "Guide", (), f"text {ordinal}", "en")
        for ordinal in range(count)
    ]
    store.upsert(tenant, chunks, ones(count))


def ones(count: int) -> Vectors:
    return np.full((count, DIMENSIONS), DIMENSIONS**-0.5, np.float32)


def open_store(path: Path, *, cache_bytes: int = 1 << 20) -> EmbeddedVectorStore:
    store = EmbeddedVectorStore(path / "vectors.sqlite3", cache_bytes=cache_bytes)
    store.prepare(model_key="test-1", dimensions=DIMENSIONS)
    return store


def test_the_least_recently_searched_tenants_leave_memory_first(tmp_path: Path) -> None:
    store = open_store(tmp_path, cache_bytes=2 * MATRIX_BYTES)
    tenants = [uuid4() for _ in range(3)]
    for tenant in tenants:
        write(store, tenant)

    for tenant in (tenants[0], tenants[1], tenants[0], tenants[2]):
        assert len(store.search_dense(tenant, ones(1)[0], limit=5)) == 3

    assert list(store._matrices) == [tenants[0], tenants[2]]
    assert len(store.search_dense(tenants[1], ones(1)[0], limit=5)) == 3


def test_a_row_number_of_another_tenant_is_nothing(tmp_path: Path) -> None:
    """A matrix may be newer than the snapshot that its hits are read from; numbers of rows are given again."""
    store = open_store(tmp_path)
    mine, theirs = uuid4(), uuid4()
    write(store, mine, count=1)
    write(store, theirs, count=1)
    with store._file.reading() as db:
        number = _find_tenant(db, mine)
        assert number is not None
        found = _chunks_by_rowid(db, number, [1, 2])

    assert list(found) == [1]


def test_a_scoped_search_asks_the_index_of_words_once(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    write(store, uuid4())
    with store._file.reading() as db:
        plan = db.execute(f"EXPLAIN QUERY PLAN {_words_query(1, ' AND source = ?')}", ("text", "x", 5)).fetchall()

    words = [detail for *_, detail in plan if "terms_1" in detail]
    assert words
    assert not any("=" in detail for detail in words), plan


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "vectors.sqlite3").mkdir()

    with pytest.raises(VectorStoreUnavailable, match=r"vectors\.sqlite3") as refusal:
        open_store(tmp_path)
    assert refusal.value.is_retryable


def test_words_of_an_earlier_version_are_found_once_the_file_is_opened(tmp_path: Path) -> None:
    """Its tables were stemmed by SQLite; they are made anew from the passages, and nothing else changes."""
    store, tenant = open_store(tmp_path), uuid4()
    write(store, tenant)
    with store._file.writing() as db:
        db.execute("DROP TABLE terms_1")
        db.execute("CREATE VIRTUAL TABLE words_1 USING fts5(text, title, headings, content='', tokenize='porter')")

    again = open_store(tmp_path)

    assert [hit.chunk.ordinal for hit in again.search_words(tenant, "text 2", limit=1)] == [2]
    with again._file.reading() as db:
        assert not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'words_1'").fetchone()
    again.delete_tenant(tenant)
    assert again.search_words(tenant, "text 2", limit=1) == []

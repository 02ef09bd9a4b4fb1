"""The embedded vector store: rows in a SQLite file, an exact scan in numpy for meaning, FTS5 for words.

Each embedding model has a file of its own (`model_files`). In it each tenant has a number, its own table of terms (so
that word statistics never mix, see `terms`) and its own matrix in memory. Every write raises the tenant's generation; a
search first reads what was written since the matrix was last true.
"""

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from ingestion.embedding.port import Vectors
from ingestion.sqlite_file import machine_start
from ingestion.vectors.errors import VectorSchemaMismatch
from ingestion.vectors.matrix import TenantMatrix
from ingestion.vectors.model_files import choose_file, dimensions_of, empty, list_models, models_in, open_file
from ingestion.vectors.port import EVERYTHING, HeldChunk, Hit, SearchScope, VectorChunk
from ingestion.vectors.terms import add_terms, drop_terms, forget_terms, make_terms, terms_table
from ingestion.vectors.words import analyse_query

COLUMNS = "id, document, version, source, ordinal, title, heading_path, text, language"
# Past this many removed rows the tenant starts a new epoch: readers load its matrix afresh, the tombstones go.
MOST_TOMBSTONES = 20_000
LOADED_AT_ONCE = 2_000


class EmbeddedVectorStore:
    """See `VectorStore`. `cache_bytes` bounds the matrices in memory; the least recently searched tenant goes first.

    `path` is the file of the model that came first; another one's stands beside it under its key.
    """

    def __init__(self, path: Path, *, cache_bytes: int = 128 * 1024 * 1024) -> None:
        self._path = path
        self._file = open_file(path)
        self._cache_bytes = cache_bytes
        self._matrices: OrderedDict[UUID, TenantMatrix] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, *, model_key: str, dimensions: int) -> None:
        file = choose_file(self._path, model_key, dimensions)
        with self._lock:
            self._file, self._matrices = file, OrderedDict()

    def list_models(self) -> dict[str, int]:
        return list_models(self._path)

    def drop(self) -> None:
        empty(self._file)
        with self._lock:
            self._matrices.clear()

    def check(self) -> None:
        with self._file.reading() as db:
            models_in(db)

    def incarnation(self) -> str:
        return machine_start()

    def upsert(self, tenant_id: UUID, chunks: Sequence[VectorChunk], vectors: Vectors) -> None:
        if len(chunks) != len(vectors):
            raise ValueError(f"{len(chunks)} chunks came with {len(vectors)} vectors.")
        with self._file.writing() as db:
            _check_width(vectors, dimensions_of(db))
            tenant = _tenant_number(db, tenant_id)
            generation = _next_generation(db, tenant)
            for chunk, vector in zip(chunks, vectors, strict=True):
                _write(db, tenant, generation, chunk, vector)

    def search_dense(
        self, tenant_id: UUID, vector: Vectors, *, limit: int, scope: SearchScope = EVERYTHING
    ) -> list[Hit]:
        with self._file.reading() as db:
            tenant = _find_tenant(db, tenant_id)
            if tenant is None or limit < 1:
                return []
            query = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
            with self._lock:
                matrix = self._true_matrix(db, tenant_id, tenant)
                found = matrix.nearest(query, limit=limit, allowed=_allowed(db, tenant, scope)) if matrix.size else []
            chunks = _chunks_by_rowid(db, tenant, [rowid for rowid, _ in found])
        # The matrix may be newer than this snapshot (another thread brought it up): such rows are not seen yet.
        hits = [Hit(chunks[rowid], score) for rowid, score in found if rowid in chunks]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))

    def search_words(self, tenant_id: UUID, query: str, *, limit: int, scope: SearchScope = EVERYTHING) -> list[Hit]:
        match = " OR ".join(f'"{term}"' for term in analyse_query(query))
        with self._file.reading() as db:
            tenant = _find_tenant(db, tenant_id)
            if tenant is None or not match or limit < 1:
                return []
            found = _best_by_words(db, tenant, match, scope, limit)
            chunks = _chunks_by_rowid(db, tenant, [rowid for rowid, _ in found])
        hits = [Hit(chunks[rowid], score) for rowid, score in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))

    def fetch(self, tenant_id: UUID, ids: Iterable[UUID]) -> dict[UUID, VectorChunk]:
        wanted = [str(each) for each in ids]
        with self._file.reading() as db:
            tenant = _find_tenant(db, tenant_id)
            rows = db.execute(
                f"SELECT {COLUMNS} FROM chunk WHERE tenant = ? AND id IN (SELECT value FROM json_each(?))",
                (tenant, json.dumps(wanted)),
            ).fetchall()
        return {chunk.id: chunk for chunk in map(_chunk, rows)}

    def version_counts(self, tenant_id: UUID, document_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, int]]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT document, version, count(*) FROM chunk "
                "WHERE tenant = ? AND document IN (SELECT value FROM json_each(?)) GROUP BY document, version",
                (_find_tenant(db, tenant_id), json.dumps([str(each) for each in document_ids])),
            ).fetchall()
        found: dict[UUID, dict[UUID, int]] = {}
        for document, version, count in rows:
            found.setdefault(UUID(document), {})[UUID(version)] = count
        return found

    def delete_versions(self, tenant_id: UUID, versions: Sequence[tuple[UUID, UUID]]) -> int:
        pairs = json.dumps([f"{document}/{version}" for document, version in versions])
        documents = json.dumps([str(document) for document, _ in versions])
        return self._delete(
            tenant_id,
            "document IN (SELECT value FROM json_each(?)) "
            "AND document || '/' || version IN (SELECT value FROM json_each(?))",
            documents,
            pairs,
        )

    def delete_document(self, tenant_id: UUID, document_id: UUID) -> int:
        return self._delete(tenant_id, "document = ?", str(document_id))

    def delete_tenant(self, tenant_id: UUID) -> None:
        with self._file.writing() as db:
            tenant = _find_tenant(db, tenant_id)
            if tenant is None:
                return
            drop_terms(db, tenant)
            for table in ("chunk", "removed"):
                db.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))
            db.execute("DELETE FROM tenant WHERE number = ?", (tenant,))  # numbers are never given twice
        with self._lock:
            self._matrices.pop(tenant_id, None)

    def count(self, tenant_id: UUID) -> int:
        with self._file.reading() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM chunk WHERE tenant = ?", (_find_tenant(db, tenant_id),)
            ).fetchone()
        return int(count)

    def list_tenants(self, *, after: UUID | None = None, limit: int = 1000) -> list[UUID]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT id FROM tenant WHERE id > ? AND EXISTS (SELECT 1 FROM chunk WHERE tenant = number) "
                "ORDER BY id LIMIT ?",
                (str(after or ""), limit),
            )
            return [UUID(tenant) for (tenant,) in rows]

    def list_chunks(self, tenant_id: UUID, *, after: UUID | None = None, limit: int = 1000) -> list[HeldChunk]:
        with self._file.reading() as db:
            rows = db.execute(
                "SELECT id, document, version FROM chunk WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?",
                (_find_tenant(db, tenant_id), str(after or ""), limit),
            )
            return [HeldChunk(*map(UUID, row)) for row in rows]

    def delete_chunks(self, tenant_id: UUID, ids: Sequence[UUID]) -> int:
        return self._delete(
            tenant_id, "id IN (SELECT value FROM json_each(?))", json.dumps([str(each) for each in ids])
        )

    def _delete(self, tenant_id: UUID, condition: str, *values: str) -> int:
        with self._file.writing() as db:
            tenant = _find_tenant(db, tenant_id)
            rows = db.execute(
                f"SELECT rowid, language, text, title, heading_path FROM chunk WHERE tenant = ? AND {condition}",
                (tenant, *values),
            ).fetchall()
            if tenant is None or not rows:
                return 0
            generation = _next_generation(db, tenant)
            for rowid, *words in rows:
                forget_terms(db, tenant, rowid, words)
                db.execute("DELETE FROM chunk WHERE rowid = ?", (rowid,))
                db.execute("INSERT INTO removed VALUES (?, ?, ?)", (tenant, generation, rowid))
            _prune_tombstones(db, tenant)
        return len(rows)

    def _true_matrix(self, db: sqlite3.Connection, tenant_id: UUID, tenant: int) -> TenantMatrix:
        """The tenant's matrix, brought up to the snapshot that `db` reads. Called under the lock."""
        generation, epoch = db.execute("SELECT generation, epoch FROM tenant WHERE number = ?", (tenant,)).fetchone()
        matrix = self._matrices.get(tenant_id)
        dimensions = dimensions_of(db)
        if matrix is None or matrix.epoch != (tenant, epoch, dimensions):
            matrix = TenantMatrix(dimensions, epoch=(tenant, epoch, dimensions))
        if matrix.generation < generation:
            _bring_up(db, matrix, tenant, generation)
        self._matrices[tenant_id] = matrix
        self._matrices.move_to_end(tenant_id)
        while len(self._matrices) > 1 and sum(each.bytes for each in self._matrices.values()) > self._cache_bytes:
            self._matrices.popitem(last=False)
        return matrix


def _bring_up(db: sqlite3.Connection, matrix: TenantMatrix, tenant: int, generation: int) -> None:
    since = (tenant, matrix.generation)
    removed = db.execute("SELECT chunk FROM removed WHERE tenant = ? AND generation > ?", since)
    matrix.drop(rowid for (rowid,) in removed)
    changed = db.execute("SELECT rowid, vector FROM chunk WHERE tenant = ? AND generation > ?", since)
    while rows := changed.fetchmany(LOADED_AT_ONCE):
        blobs = b"".join(blob for _, blob in rows)
        matrix.put([rowid for rowid, _ in rows], np.frombuffer(blobs, dtype=np.float32).reshape(len(rows), -1))
    matrix.generation = generation


def _find_tenant(db: sqlite3.Connection, tenant_id: UUID) -> int | None:
    row = db.execute("SELECT number FROM tenant WHERE id = ?", (str(tenant_id),)).fetchone()
    return int(row[0]) if row else None


def _tenant_number(db: sqlite3.Connection, tenant_id: UUID) -> int:
    """The tenant's number; its first write makes it and its table of words."""
    found = _find_tenant(db, tenant_id)
    if found is not None:
        return found
    number = db.execute("INSERT INTO tenant (id) VALUES (?)", (str(tenant_id),)).lastrowid
    make_terms(db, int(number or 0))
    return int(number or 0)


def _next_generation(db: sqlite3.Connection, tenant: int) -> int:
    db.execute("UPDATE tenant SET generation = generation + 1 WHERE number = ?", (tenant,))
    return int(db.execute("SELECT generation FROM tenant WHERE number = ?", (tenant,)).fetchone()[0])


def _check_width(vectors: Vectors, dimensions: int) -> None:
    if len(vectors) and np.shape(vectors)[1:] != (dimensions,):
        raise VectorSchemaMismatch(
            f"Vectors of shape {np.shape(vectors)} came to a store of {dimensions} dimensions. "
            "Restart every process after a change of EMBEDDINGS_URL."
        )


def _write(db: sqlite3.Connection, tenant: int, generation: int, chunk: VectorChunk, vector: Vectors) -> None:
    headings = json.dumps(chunk.heading_path)
    values = (
        str(chunk.document_id), str(chunk.version_id), str(chunk.source_id), chunk.ordinal, chunk.title, headings,
        chunk.text, chunk.language, np.asarray(vector, dtype=np.float32).tobytes(), generation,
    )  # fmt: skip
    old = db.execute(
        "SELECT rowid, language, text, title, heading_path FROM chunk WHERE tenant = ? AND id = ?",
        (tenant, str(chunk.id)),
    ).fetchone()
    if old:
        rowid = old[0]
        forget_terms(db, tenant, rowid, old[1:])
        db.execute(
            "UPDATE chunk SET document=?, version=?, source=?, ordinal=?, title=?, heading_path=?, text=?, language=?, "
            "vector=?, generation=? WHERE rowid=?",
            (*values, rowid),
        )
    else:
        rowid = db.execute(
            "INSERT INTO chunk (document, version, source, ordinal, title, heading_path, text, language, vector, "
            "generation, tenant, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, tenant, str(chunk.id)),
        ).lastrowid
    add_terms(db, tenant, int(rowid or 0), (chunk.language, chunk.text, chunk.title, headings))


def _prune_tombstones(db: sqlite3.Connection, tenant: int) -> None:
    (count,) = db.execute("SELECT count(*) FROM removed WHERE tenant = ?", (tenant,)).fetchone()
    if count > MOST_TOMBSTONES:
        db.execute("DELETE FROM removed WHERE tenant = ?", (tenant,))
        db.execute("UPDATE tenant SET epoch = epoch + 1 WHERE number = ?", (tenant,))


def _best_by_words(
    db: sqlite3.Connection, tenant: int, match: str, scope: SearchScope, limit: int
) -> list[tuple[int, float]]:
    """(rowid, BM25). Only the few best rows are then read whole: a common word matches nearly everything."""
    where, values = _scope_condition(scope)
    return db.execute(_words_query(tenant, where), (match, *values, limit)).fetchall()


def _words_query(tenant: int, where: str) -> str:
    """The plus keeps SQLite from asking the index of words once per row in scope (at 2,000 rows 400 ms, not 3)."""
    words = terms_table(tenant)
    within = f"AND +rowid IN (SELECT rowid FROM chunk WHERE tenant = {tenant}{where})" if where else ""
    return (
        f"SELECT rowid, -bm25({words}) AS score FROM {words} WHERE {words} MATCH ? {within} ORDER BY score DESC LIMIT ?"
    )


def _scope_condition(scope: SearchScope) -> tuple[str, list[str]]:
    parts, values = [], []
    for column, ids in (("source", scope.source_ids), ("document", scope.document_ids)):
        if ids:
            parts.append(f" AND chunk.{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps([str(each) for each in ids]))
    return "".join(parts), values


def _allowed(db: sqlite3.Connection, tenant: int, scope: SearchScope) -> NDArray[np.int64] | None:
    where, values = _scope_condition(scope)
    if not where:
        return None
    rows = db.execute(f"SELECT rowid FROM chunk WHERE tenant = ?{where}", (tenant, *values)).fetchall()
    return np.array([rowid for (rowid,) in rows], dtype=np.int64)


def _chunks_by_rowid(db: sqlite3.Connection, tenant: int, rowids: list[int]) -> dict[int, VectorChunk]:
    """The tenant is asked for too: in a snapshot older than the matrix, a row's number may be another tenant's."""
    rows = db.execute(
        f"SELECT {COLUMNS}, rowid FROM chunk WHERE +tenant = ? AND rowid IN (SELECT value FROM json_each(?))",
        (tenant, json.dumps(rowids)),
    ).fetchall()
    return {int(row[-1]): _chunk(row) for row in rows}


def _chunk(row: Sequence[object]) -> VectorChunk:
    key, document, version, source, ordinal, title, headings, text, language = row[:9]
    return VectorChunk(
        id=UUID(str(key)),
        document_id=UUID(str(document)),
        version_id=UUID(str(version)),
        source_id=UUID(str(source)),
        ordinal=int(str(ordinal)),
        title=str(title),
        heading_path=tuple(json.loads(str(headings))),
        text=str(text),
        language=str(language),
    )

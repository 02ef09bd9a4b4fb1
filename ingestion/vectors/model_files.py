"""The embedded store's files: one for each embedding model, named by its key beside that of the first one."""

import sqlite3
from pathlib import Path

from ingestion.sqlite_file import SqliteFile
from ingestion.vectors.errors import VectorSchemaMismatch, VectorStoreUnavailable
from ingestion.vectors.terms import drop_terms, renew_terms

SCHEMA = """
CREATE TABLE IF NOT EXISTS model (key TEXT PRIMARY KEY, dimensions INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tenant (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0, epoch INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS chunk (
    rowid INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, version TEXT NOT NULL,
    source TEXT NOT NULL, ordinal INTEGER NOT NULL, title TEXT NOT NULL, heading_path TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT NOT NULL, vector BLOB NOT NULL, generation INTEGER NOT NULL, UNIQUE (tenant, id)
);
CREATE INDEX IF NOT EXISTS chunk_document ON chunk (tenant, document, version);
CREATE INDEX IF NOT EXISTS chunk_source ON chunk (tenant, source);
CREATE INDEX IF NOT EXISTS chunk_generation ON chunk (tenant, generation);
CREATE TABLE IF NOT EXISTS removed (tenant INTEGER NOT NULL, generation INTEGER NOT NULL, chunk INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS removed_generation ON removed (tenant, generation);
"""


def open_file(path: Path) -> SqliteFile:
    return SqliteFile(path, SCHEMA, unavailable=VectorStoreUnavailable)


def choose_file(first: Path, model_key: str, dimensions: int) -> SqliteFile:
    """The model's file, made where it is missing. Raises VectorSchemaMismatch when it is of another width."""
    file = open_file(first)
    if not _claim(file, model_key, dimensions):
        file = open_file(first.with_name(f"{first.stem}-{model_key}{first.suffix}"))
        _claim(file, model_key, dimensions)
    renew_terms(file)
    return file


def list_models(first: Path) -> dict[str, int]:
    """Key → dimensions of the models whose files were not dropped, or are in use again."""
    found: dict[str, int] = {}
    for path in (first, *sorted(first.parent.glob(f"{first.stem}-*{first.suffix}"))):
        if path.exists():
            with open_file(path).reading() as db:
                (is_dropped,) = db.execute("PRAGMA user_version").fetchone()
                if not is_dropped or db.execute("SELECT 1 FROM chunk LIMIT 1").fetchone():
                    found |= dict(models_in(db))
    return found


def _claim(file: SqliteFile, model_key: str, dimensions: int) -> bool:
    """True when the file is this model's, who takes it if it is no one's. It stays its first model's for ever, also
    empty: another process may hold it for that one."""
    with file.reading() as db:
        models = models_in(db)
        (is_dropped,) = db.execute("PRAGMA user_version").fetchone()
    if not models or is_dropped:
        with file.writing() as db:
            if not models_in(db):
                db.execute("INSERT INTO model VALUES (?, ?)", (model_key, dimensions))
            models = models_in(db)
            if models[0][0] == model_key:
                db.execute("PRAGMA user_version = 0")
    ((key, width),) = models
    if key == model_key and width != dimensions:
        raise VectorSchemaMismatch(
            f"{file.path.name} holds vectors of {key} with {width} dimensions, EMBEDDINGS_URL says {dimensions}. "
            "Correct dimensions in the URL, or give the model another name."
        )
    return key == model_key


def empty(file: SqliteFile) -> None:
    """Drop the file's model. The file stays: another process may have it open, and would go on in one that was
    unlinked."""
    with file.writing() as db:
        for (tenant,) in db.execute("SELECT number FROM tenant").fetchall():
            drop_terms(db, tenant)
        db.execute("DELETE FROM chunk")
        db.execute("DELETE FROM removed")
        db.execute("DELETE FROM tenant")
        db.execute("PRAGMA user_version = 1")
    file.shrink()


def models_in(db: sqlite3.Connection) -> list[tuple[str, int]]:
    return db.execute("SELECT key, dimensions FROM model").fetchall()


def dimensions_of(db: sqlite3.Connection) -> int:
    models = models_in(db)
    if not models:
        raise VectorSchemaMismatch("The vector store was not prepared: call prepare() with the embedding model first.")
    return models[0][1]

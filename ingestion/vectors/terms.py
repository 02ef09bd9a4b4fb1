"""The embedded store's terms: one FTS5 table for each tenant, filled with what `words` made of a passage.

FTS5 only counts: stemming is ours, since it depends on the passage's language and SQLite knows English alone. Tables of
before, which SQLite stemmed itself, are made anew from the passages when the file is first opened.
"""

import json
import sqlite3
from collections.abc import Sequence

from ingestion.sqlite_file import SqliteFile
from ingestion.vectors.words import analyse

READ_AT_ONCE = 500


def terms_table(tenant: int) -> str:
    return f"terms_{tenant}"


def make_terms(db: sqlite3.Connection, tenant: int) -> None:
    db.execute(
        f"CREATE VIRTUAL TABLE {terms_table(tenant)} USING fts5("
        "terms, content='', tokenize=\"unicode61 remove_diacritics 0\")"
    )


def drop_terms(db: sqlite3.Connection, tenant: int) -> None:
    db.execute(f"DROP TABLE IF EXISTS {terms_table(tenant)}")


def add_terms(db: sqlite3.Connection, tenant: int, rowid: int, words: Sequence[str]) -> None:
    """`words`: language, text, title, and the headings as they are stored."""
    table = terms_table(tenant)
    db.execute(f"INSERT INTO {table} (rowid, terms) VALUES (?, ?)", (rowid, _terms(*words)))  # noqa: S608  ours


def forget_terms(db: sqlite3.Connection, tenant: int, rowid: int, words: Sequence[str]) -> None:
    """A table without content needs the old terms to take them out."""
    table = terms_table(tenant)
    db.execute(
        f"INSERT INTO {table} ({table}, rowid, terms) VALUES ('delete', ?, ?)",  # noqa: S608  ours
        (rowid, _terms(*words)),
    )


def renew_terms(file: SqliteFile) -> None:
    """Make the tables of tenants that have none of this kind."""
    with file.reading() as db:
        if not _waiting(db):
            return
    with file.writing() as db:
        for tenant in _waiting(db):
            db.execute(f"DROP TABLE IF EXISTS words_{tenant}")
            make_terms(db, tenant)
            rows = db.execute(
                "SELECT rowid, language, text, title, heading_path FROM chunk WHERE tenant = ?", (tenant,)
            )
            while some := rows.fetchmany(READ_AT_ONCE):
                for rowid, *words in some:
                    add_terms(db, tenant, rowid, words)


def _waiting(db: sqlite3.Connection) -> list[int]:
    rows = db.execute(
        "SELECT number FROM tenant WHERE NOT EXISTS "
        "(SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'terms_' || number)"
    )
    return [int(number) for (number,) in rows.fetchall()]


def _terms(language: str, text: str, title: str, headings: str) -> str:
    return " ".join(analyse(" ".join((text, title, *json.loads(headings))), language))

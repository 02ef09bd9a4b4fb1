"""Where a word still is: every table, every store through its port, and the bytes of what the stores keep."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID


def residue(word: str, tenant_id: UUID, folder: Path, settings: dict[str, str]) -> list[str]:
    """Names of places, sorted; [] when it is nowhere."""
    from ingestion.graph.registry import get_graph_store
    from ingestion.vectors.registry import get_collection, get_vector_store
    from tests.privacy.conftest import _rows_hold

    found = set(_tables(word, tenant_id, _rows_hold))
    graph = get_graph_store()
    graph.prepare()
    if graph.find(tenant_id, [f"product:{word}"]):
        found.add("graph")
    for name, dimensions in get_vector_store().list_models().items():
        if get_collection(name, dimensions).search_words(tenant_id, word, limit=1):
            found.add(f"vectors of {name}")
    found |= {f"{path.name}: {table}" for path in _files(folder) for table in _in_file(path, word)}
    found |= set(_in_redis(word, settings.get("STREAMS_URL", "")))
    if word in (folder / "output.log").read_text(errors="replace").casefold():
        found.add("log")
    return sorted(found)


def _tables(word: str, tenant_id: UUID, holds: object) -> Iterator[str]:
    from django.apps import apps

    assert callable(holds)
    return (model._meta.label for model in apps.get_models() if holds(model, word, tenant_id))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("**/*.sqlite3"))


def _in_file(path: Path, word: str) -> Iterator[str]:
    """What SQL gives of it: pages that are free are overwritten when they are used again."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    try:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            try:
                rows = database.execute(f'SELECT * FROM "{table}"')
            except sqlite3.Error:  # of a module that this SQLite has not
                continue
            if any(word in _text(value) for row in rows for value in row):
                yield table
    finally:
        database.close()


def _text(value: object) -> str:
    return (value.decode(errors="ignore") if isinstance(value, bytes) else str(value)).casefold()


def _in_redis(word: str, url: str) -> Iterator[str]:
    if not url.startswith("redis"):
        return
    import redis

    prefix = parse_qs(urlsplit(url).query).get("prefix", [""])[0]
    with redis.Redis.from_url(url.partition("?")[0]) as client:
        for key in client.scan_iter(match=f"{prefix}*", count=1000):
            dumped = client.dump(key) or b""
            streamed = client.xrange(key) if client.type(key) == b"stream" else ()
            if word.encode() in dumped.lower() or word in str(streamed).casefold():
                yield f"redis: {key.decode(errors='replace')}"

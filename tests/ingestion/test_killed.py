"""kill -9 of each real process in the middle of an ingest: every document becomes ready, once, in every store."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.topics import EMBEDDED
from tests.running import ROOT, Running, prepare, wait_until

DOCUMENTS = 10
FOUND = """
from tenants.services import create_tenant, create_user
create_tenant(name="Acme", owner_id=create_user(email="alice@acme.example", password="correct horse battery"))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Its name is short, since sockets live in it."""
    path = Path(tempfile.mkdtemp(prefix="rapport-"))
    prepare(path)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for number in range(DOCUMENTS):
        sections = [
            f"## Part {part}\n\n" + f"Device {number} has part {part}, which is cleaned with water. " * 12
            for part in range(3)
        ]
        (tmp_path / f"device-{number}.md").write_text(f"# Device {number}\n\n" + "\n\n".join(sections))
    return tmp_path


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_document_is_ready_exactly_once(folder: Path, corpus: Path) -> None:
    environment = {"LEASE_SECONDS": "3", "LOG_LEVEL": "WARNING"}
    with Running(folder, only="embedder,worker,events", environment=environment) as running:
        _manage(running, "shell", "-c", FOUND)
        _manage(running, "ingest", str(corpus), "--tenant", "acme")
        for ready, victim in ((1, "worker"), (4, "events"), (6, "embedder"), (8, "worker")):
            wait_until(lambda ready=ready: _ready(folder) >= ready, seconds=90)  # type: ignore[misc]
            running.kill(victim)
        wait_until(lambda: _ready(folder) == DOCUMENTS and running.pending() == 0, seconds=120)
        assert running.dead() == []
    _check_stores(folder)


def _manage(running: Running, *words: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    subprocess.run(command, env={**os.environ, **running.environment}, check=True, capture_output=True)


def _ready(folder: Path) -> int:
    return int(_ask(folder, "rapport", "SELECT count(*) FROM ingestion_document WHERE state = 'ready'")[0][0])


def _check_stores(folder: Path) -> None:
    versions = _ask(folder, "rapport", "SELECT stage, chunk_count, embedded_count FROM ingestion_documentversion")
    assert [stage for stage, _, _ in versions] == ["ready"] * DOCUMENTS
    assert [chunks for _, chunks, _ in versions] == [embedded for _, _, embedded in versions]
    passages = sum(chunks for _, chunks, _ in versions)
    assert _ask(folder, "rapport", "SELECT count(*), count(DISTINCT id) FROM ingestion_chunk") == [(passages, passages)]
    assert _ask(folder, "vectors", "SELECT count(*), count(DISTINCT id) FROM chunk") == [(passages, passages)]
    told = _ask(
        folder, "rapport", "SELECT event_id FROM events_outboxevent WHERE json_extract(payload, '$.type') = ?", EMBEDDED
    )
    assert len(told) == DOCUMENTS


def _ask(folder: Path, name: str, query: str, *values: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(folder / f"{name}.sqlite3", timeout=20)
    try:
        return database.execute(query, values).fetchall()
    finally:
        database.close()

"""A shop's events through the real processes, which are killed one after another, and over the real servers: each
counts once, in the rows, in memory and in the graph.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.kill.telling import PEOPLE
from tests.running import ROOT, Running, prepare, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
ORDERS = 120
SETTINGS = {
    "EMAIL_URL": "embedded:",
    "ALLOWED_HOSTS": "localhost",
    "SECRET_KEY": "only-for-tests-" + "x" * 40,
    "LEASE_SECONDS": "3",
    "LOG_LEVEL": "WARNING",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Its name is short, since sockets live in it."""
    path = Path(tempfile.mkdtemp(prefix="rapport-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def ask(environment: Mapping[str, str], *words: str) -> Any:
    command = [sys.executable, "-m", "tests.kill.telling", *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


EXPECTED = {
    "waiting": 0,
    "events": 2 * ORDERS,
    "contacts": PEOPLE,
    "orders": ORDERS,
    "sources": ORDERS,
    "newest": list(range(ORDERS - PEOPLE, ORDERS)),
    "nodes": 2 * PEOPLE,
    "edges": PEOPLE,
}


def test_each_event_counts_once_whatever_is_killed(folder: Path) -> None:
    prepare(folder, SETTINGS)
    with Running(folder, only="worker,events", environment=SETTINGS) as running:
        company = ask(running.environment, "company", "owner@acme.example")
        for start, victim in ((0, "worker"), (40, "events"), (80, "worker")):
            told = ask(running.environment, "tell", company["key"], str(start), str(start + 40))
            assert (told["accepted"], told["duplicates"]) == (80, 0)
            running.kill(victim)
        again = ask(running.environment, "tell", company["key"], "0", str(ORDERS))
        assert (again["accepted"], again["duplicates"]) == (0, 2 * ORDERS)
        wait_until(lambda: running.pending() == 0, seconds=120)
        assert ask(running.environment, "report", company["tenant"]) == EXPECTED
        assert running.dead() == []


@pytest.mark.server
def test_the_whole_way_on_the_real_servers(folder: Path, server_environment: dict[str, str]) -> None:
    """PostgreSQL with its walls, Kafka, and Neo4j, each asked what it holds in the end."""
    environment = {**SETTINGS, **server_environment, "DATA_DIR": str(folder)}
    prepare(folder, environment)
    company = ask(environment, "company", "owner@acme.example")
    try:
        for _ in range(2):  # the second time everything is there already
            ask(environment, "tell", company["key"], "0", str(ORDERS))
            ask(environment, "carry")
        assert ask(environment, "report", company["tenant"]) == EXPECTED
    finally:
        _empty_graph(environment["GRAPH_URL"], company["tenant"])


def _empty_graph(url: str, tenant: str) -> None:
    """It is shared by all tests."""
    from ingestion.graph.neo4j.store import Neo4jGraphStore

    Neo4jGraphStore(url).delete_tenant(UUID(tenant))

"""A Neo4j that cannot be used is one sentence that names GRAPH_URL and says what to do; no password, no stack trace."""

import socket
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from ingestion.graph.errors import GraphStoreMisconfigured, GraphStoreUnavailable
from ingestion.graph.neo4j.schema import refuse_old_server
from ingestion.graph.neo4j.store import Neo4jGraphStore


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_nobody_answers() -> None:
    port = _free_port()
    store = Neo4jGraphStore(f"bolt://neo4j:topsecret@127.0.0.1:{port}")
    with pytest.raises(
        GraphStoreUnavailable, match=rf"^GRAPH_URL: no Neo4j answers at 127.0.0.1:{port} .*Start it"
    ) as away:
        store.check()
    assert away.value.is_retryable
    assert "topsecret" not in away.value.message


def test_someone_answers_who_is_not_neo4j() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = Neo4jGraphStore(f"bolt://neo4j:topsecret@127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(GraphStoreUnavailable, match=r"^GRAPH_URL: "):
            store.check()


@pytest.mark.parametrize("version", ["4.4.37", "3.5", "5.22.0", "Neo4j/4.4"])
def test_an_old_server_is_refused(version: str) -> None:
    with pytest.raises(GraphStoreMisconfigured, match=r"GRAPH_URL: .*too old\. Use 5\.26 or newer"):
        refuse_old_server(version, "graph.example:7687")


@pytest.mark.parametrize("version", ["5.23.0", "5.26.30", "2025.01.0", "2026.10.2", "5.27-aura"])
def test_a_newer_server_is_taken(version: str) -> None:
    refuse_old_server(version, "graph.example:7687")


@pytest.mark.server
def test_a_wrong_password(neo4j_url: str) -> None:
    """Of a user who does not exist: three wrong passwords would lock out the real one, and everybody else."""
    parts = urlsplit(neo4j_url)
    store = Neo4jGraphStore(f"bolt://nobody-{uuid4().hex}:topsecret@{parts.hostname}:{parts.port}")
    for ask in (store.prepare, store.check):
        with pytest.raises(GraphStoreMisconfigured, match=r"GRAPH_URL: .*refuses the user or the password") as wrong:
            ask()
        assert "topsecret" not in wrong.value.message


@pytest.mark.server
def test_a_database_that_does_not_exist(neo4j_url: str) -> None:
    with pytest.raises(GraphStoreMisconfigured, match=r"GRAPH_URL: .*no such database; .*\?database="):
        Neo4jGraphStore(f"{neo4j_url}?database=nowhere").prepare()


@pytest.mark.server
def test_encryption_where_there_is_none(neo4j_url: str) -> None:
    with pytest.raises(GraphStoreUnavailable, match=r"^GRAPH_URL: "):
        Neo4jGraphStore(neo4j_url.replace("bolt://", "bolt+s://")).check()

"""The whole matrix as `python -m tests.leaks` runs it: in pytest, for its database and its corners of the servers.

Not collected by name: the ordinary suite runs the quick form in test_matrix.py.
"""

import json
import logging
import os
from pathlib import Path

import pytest

from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.vectors.embedded import EmbeddedVectorStore
from rapport.streams.embedded import EmbeddedStreams
from tests.leaks import ports
from tests.leaks.cells import Cell
from tests.leaks.matrix import Matrix


@pytest.fixture
def embedded(tmp_path: Path) -> list[ports.Port]:
    return [
        ports.vectors(EmbeddedVectorStore(tmp_path / "vectors.sqlite3")),
        ports.graph(EmbeddedGraphStore(tmp_path / "graph.sqlite3")),
        ports.streams(EmbeddedStreams(tmp_path / "streams.sqlite3")),
        ports.files(),
        ports.attachments(),
    ]


@pytest.fixture
def real(weaviate_url: str, neo4j_url: str, redis_url: str) -> list[ports.Port]:
    from ingestion.graph.neo4j.store import Neo4jGraphStore
    from ingestion.vectors.weaviate.store import WeaviateVectorStore
    from rapport.redis_address import read_redis_address
    from rapport.streams.redis import RedisStreams

    return [
        ports.vectors(WeaviateVectorStore(weaviate_url)),
        ports.graph(Neo4jGraphStore(neo4j_url)),
        ports.streams(RedisStreams(read_redis_address("STREAMS_URL", redis_url))),
        ports.files(),
    ]


@pytest.mark.timeout(1_800)
@pytest.mark.django_db
def test_whole_matrix(request: pytest.FixtureRequest) -> None:
    logging.disable(logging.CRITICAL)  # thousands of refusals
    stores: list[ports.Port] = request.getfixturevalue(os.environ["RAPPORT_LEAKS_STORES"])
    matrix = Matrix(stores)
    cells: list[Cell] = list(matrix.cells())
    found = {
        "cells": [[cell.kind, cell.subject, cell.caller, cell.problem] for cell in cells],
        "gates": [[gate.subject, sorted(gate.permissions)] for gate in matrix.routes.gates],
    }
    Path(os.environ["RAPPORT_LEAKS_FILE"]).write_text(json.dumps(found))

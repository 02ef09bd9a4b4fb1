"""The same on PostgreSQL, Weaviate, Neo4j and Redis: asked by their own ports, nothing is left."""

import json

import pytest

from tests.migrated import run
from tests.servers import Database


@pytest.mark.server
@pytest.mark.timeout(300)
def test_a_contact_and_then_its_company_leave_nothing_on_the_real_servers(
    migrated: Database, redis_url: str, weaviate_url: str, neo4j_url: str
) -> None:
    urls = {"STREAMS_URL": redis_url, "VECTORS_URL": weaviate_url, "GRAPH_URL": neo4j_url}
    done = run(["-m", "tests.privacy.on_servers"], {**migrated.settings, **urls})
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert set(said["before"]) >= {"agents.Message", "agents.Span", "ingestion.Contact", "graph", "vectors"}
    assert said["frames"] > 0
    assert (said["after"], said["frames_after"]) == ([], 0)
    counts = {each["name"]: each for each in said["erasure"]["stores"]}
    assert all(counts[name]["before"] and counts[name]["after"] == 0 for name in ("graph", "vectors", "streams"))
    assert (said["departures"], said["rows_left"], said["left"]) == (1, {}, [])
    counts = {each["name"]: each for each in said["departure"]["stores"]}
    for name in ("graph", "vectors", "streams", "tenants.AuditEntry", "billing.UsageRecord"):
        assert counts[name]["before"], name
        assert counts[name]["after"] == 0, name

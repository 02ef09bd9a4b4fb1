"""The same on PostgreSQL, Weaviate, Neo4j, Redis and Kafka: asked by their own ports, nothing is left."""

import json

import pytest

from tests.migrated import run


@pytest.mark.server
def test_a_contact_and_then_its_company_leave_nothing_on_the_real_servers(server_environment: dict[str, str]) -> None:
    done = run(["manage.py", "migrate", "--verbosity", "0"], server_environment)
    assert done.returncode == 0, done.stderr
    done = run(["-m", "tests.privacy.on_servers"], server_environment)
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

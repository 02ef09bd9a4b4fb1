"""infra/compose.yaml is the same set as `make services`: versions, settings, ports; checked without an engine."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.local.addresses import write_compose_env
from infra.local.machine import Machine
from infra.local.servers import all_servers
from infra.local.servers import kafka as local_kafka
from infra.local.servers import neo4j as local_neo4j
from infra.local.servers import redis as local_redis
from infra.local.servers.postgres import SETTINGS
from infra.local.servers.weaviate import Weaviate
from tests.infra.local.conftest import machine as machine
from tests.servers import ROOT

COMPOSE = ROOT / "infra" / "compose.yaml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def lines(config: str, separator: str) -> dict[str, str]:
    """Settings of a configuration file, by name."""
    pairs = (line.split(separator, 1) for line in config.splitlines() if separator in line and line[0] != "#")
    return {name: value.strip('"') for name, value in pairs}


def without(settings: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    return {name: str(value) for name, value in settings.items() if name not in set(names)}


def test_it_has_the_five_servers_at_the_versions_that_are_fetched(services: dict[str, Any], machine: Machine) -> None:
    assert list(services) == [server.name for server in all_servers(machine)]
    for server in all_servers(machine):
        tag = services[server.name]["image"].rpartition(":")[2]
        assert re.match(r"\d", tag), "a version, not a moving tag"
        if server.pinned:
            assert tag.removesuffix("-community") == server.pinned


def test_everything_is_on_loopback_healthy_and_started_again(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "unless-stopped", name
        assert all(port.startswith("127.0.0.1:") for port in service["ports"]), name


def test_no_password_is_in_it_and_every_variable_is_written(
    services: dict[str, Any], machine: Machine, tmp_path: Path
) -> None:
    write_compose_env(machine, tmp_path / "env")
    written = set(lines((tmp_path / "env").read_text(), "="))
    named = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))
    assert named <= written
    secrets = re.compile("PASSWORD|ALLOWED_KEYS|(CLI|NEO4J)_AUTH$")
    values = [pair for service in services.values() for pair in service.get("environment", {}).items()]
    assert {name for name, value in values if secrets.search(name) and "${" not in str(value)} == set()


def test_kafka_has_the_same_settings(services: dict[str, Any]) -> None:
    of_compose = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in services["kafka"]["environment"].items()
    }
    addresses = {"listeners", "advertised.listeners", "log.dirs"}
    quorum = {"controller.quorum.bootstrap.servers", "controller.quorum.voters"}
    local = without(lines(local_kafka.CONFIG, "="), addresses | quorum)
    assert without(of_compose, addresses | quorum | {"heap.opts"}) == local


def test_neo4j_has_the_same_settings(services: dict[str, Any]) -> None:
    of_compose = {
        name.removeprefix("NEO4J_").replace("__", "!").replace("_", ".").replace("!", "_"): value
        for name, value in services["neo4j"]["environment"].items()
        if name != "NEO4J_AUTH"
    }
    places = {
        "server.default_listen_address",
        "server.directories.logs",
        "server.bolt.listen_address",
        "server.bolt.advertised_address",
    }
    assert without(of_compose, places) == without(lines(local_neo4j.CONFIG, "="), places)


def test_weaviate_has_the_same_settings(services: dict[str, Any], machine: Machine) -> None:
    places = {"PERSISTENCE_DATA_PATH", "RAFT_JOIN", "AUTHENTICATION_APIKEY_ALLOWED_KEYS"}
    local = {name: value for name, value in Weaviate(machine).command().env.items() if not name.endswith("_PORT")}
    assert without(services["weaviate"]["environment"], places) == without(local, places)


def test_redis_and_postgres_have_the_same_settings(services: dict[str, Any]) -> None:
    words = services["redis"]["command"][1:]
    of_redis = {name.removeprefix("--"): value for name, value in zip(words[::2], words[1::2], strict=True)}
    places = {"bind", "port", "dir", "daemonize", "requirepass"}
    assert without(of_redis, places) == without(lines(local_redis.CONFIG, " "), places)
    of_postgres = lines("\n".join(word.removeprefix("-c") for word in services["postgres"]["command"]), "=")
    assert of_postgres == without(SETTINGS, {"listen_addresses", "unix_socket_directories"})

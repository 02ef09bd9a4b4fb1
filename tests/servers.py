"""The real servers for tests: addresses, and a corner of each that belongs to this run alone and is emptied after it.

A test that needs one carries `@pytest.mark.server` and asks for a fixture: `postgres`, `kafka_url`, `redis_url`,
`weaviate_url`, `neo4j_url`, or `server_environment` (the product's settings for all five, for a process of its own).
It is skipped, saying why, when that server does not answer; `make services` starts them. With RAPPORT_REQUIRE_SERVERS=1
(`make test-real`) it fails instead: a run that was meant to use them must not pass by skipping.

Addresses are read from the file that `make services` writes, never from the environment: a developer's own settings
must not decide where tests write.
"""

import contextlib
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import pytest

if TYPE_CHECKING:
    import psycopg

ROOT = Path(__file__).resolve().parents[1]
REMEDY = "`make services` starts them"
DROPS = 100  # tries to drop a database, a tenth of a second apart


def env_file() -> Path:
    return Path(os.environ.get("SERVICES_DIR") or ROOT / "var" / "services").expanduser() / "env"


@cache
def addresses() -> dict[str, str]:
    """The settings that `make services` wrote; empty when it never ran."""
    try:
        lines = env_file().read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


@cache
def _missing(setting: str) -> str:
    """Why the server behind a setting cannot be used; empty when it can."""
    if not (url := addresses().get(setting)):
        return f"nothing is known of them in {env_file()}: {REMEDY}"
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=3).close()
    except OSError:
        return f"nothing answers at {parts.hostname}:{parts.port} ({setting}): {REMEDY}"
    return ""


def address(setting: str) -> str:
    """The URL in a setting, for instance `address("GRAPH_URL")`. Skips the test when its server does not answer."""
    if reason := _missing(setting):
        if os.environ.get("RAPPORT_REQUIRE_SERVERS") == "1":
            pytest.fail(f"A real server is required: {reason}", pytrace=False)
        pytest.skip(reason)
    return addresses()[setting]


def with_query(url: str, **values: str) -> str:
    """The URL with more parameters: `with_query(url, prefix="abc.")`."""
    more = "&".join(f"{name}={value}" for name, value in values.items())
    return f"{url}{'&' if '?' in url else '?'}{more}"


def token() -> str:
    """Letters and digits, beginning with a letter, new for every call."""
    return f"t{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Database:
    """One empty database, as the three roles see it."""

    name: str
    app_url: str
    owner_url: str
    ops_url: str

    @property
    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.app_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "DATABASE_OPS_URL": self.ops_url,
        }


@contextlib.contextmanager
def fresh_database(template: str = "template1") -> Iterator[Database]:
    """A database that exists for as long as the block: a copy of another that nobody is connected to, else empty."""
    import psycopg

    owner = address("DATABASE_OWNER_URL")
    name = f"rapport_{token()}"
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        try:
            yield database_named(name)
        finally:
            _drop(connection, name)


def database_named(name: str) -> Database:
    """The roles' addresses in it, whether it exists or not."""
    return Database(name, *(_in_database(addresses()[f"DATABASE_{role}URL"], name) for role in ("", "OWNER_", "OPS_")))


def _drop(connection: "psycopg.Connection[Any]", name: str) -> None:
    """Sessions that were ended are there for a moment yet, and a pooler may open another one meanwhile."""
    import psycopg

    for left in reversed(range(DROPS)):
        _disconnect_everybody(name)
        try:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            if not left:
                raise
        time.sleep(0.1)


def _disconnect_everybody(name: str) -> None:
    """Each role may end its own sessions only, and the owner cannot drop a database that others still use."""
    import psycopg

    theirs = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
    for setting in ("DATABASE_URL", "DATABASE_OPS_URL"):
        with psycopg.connect(addresses()[setting]) as connection:
            connection.execute(theirs, [name])


def _in_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture
def postgres() -> Iterator[Database]:
    with fresh_database() as database:
        yield database


@contextlib.contextmanager
def _corner(setting: str, prefix: str, empty: Callable[[str, str], None]) -> Iterator[str]:
    """The URL in a setting with a prefix of its own; what has the prefix is deleted after the block."""
    url = address(setting)
    try:
        yield with_query(url, prefix=prefix)
    finally:
        empty(url, prefix)


@pytest.fixture
def kafka_url() -> Iterator[str]:
    """EVENTS_URL with a prefix of its own; its topics and groups are deleted afterwards."""
    with _corner("EVENTS_URL", f"{token()}.", delete_topics) as url:
        yield url


def delete_topics(url: str, prefix: str) -> None:
    """Everything on the broker whose name begins with the prefix."""
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(bootstrap_servers=urlsplit(url).netloc)
    try:
        groups = [group["group_id"] for group in admin.list_groups() if group["group_id"].startswith(prefix)]
        topics = [topic for topic in admin.list_topics() if topic.startswith(prefix)]
        if groups:
            admin.delete_groups(groups)
        if topics:
            admin.delete_topics(topics)
    finally:
        admin.close()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """STREAMS_URL with a prefix of its own; keys that begin with it are deleted afterwards."""
    with _corner("STREAMS_URL", token(), delete_keys) as url:
        yield url


@pytest.fixture
def broker_url() -> Iterator[str]:
    """CELERY_BROKER_URL with a prefix of its own; keys that begin with it are deleted afterwards."""
    with _corner("CELERY_BROKER_URL", token(), delete_keys) as url:
        yield url


def delete_keys(url: str, prefix: str) -> None:
    import redis

    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"{prefix}*", count=1000):
            client.delete(key)


@pytest.fixture
def weaviate_url() -> Iterator[str]:
    """VECTORS_URL with a prefix of its own; collections that begin with it are deleted afterwards."""
    with _corner("VECTORS_URL", token().capitalize(), delete_collections) as url:
        yield url


def delete_collections(url: str, prefix: str) -> None:
    import httpx

    parts = urlsplit(url)
    headers = {"Authorization": f"Bearer {parts.password}"}
    with httpx.Client(base_url=f"http://{parts.hostname}:{parts.port}", headers=headers, timeout=60) as client:
        classes = client.get("/v1/schema").raise_for_status().json()["classes"]
        for name in (found["class"] for found in classes):
            if name.startswith(prefix):
                client.delete(f"/v1/schema/{name}").raise_for_status()


@pytest.fixture
def neo4j_url() -> str:
    """GRAPH_URL as it is: Community has one database, so tests use tenant ids of their own and erase them."""
    return address("GRAPH_URL")


@contextlib.contextmanager
def corners() -> Iterator[dict[str, str]]:
    """The product's settings for all five servers, for a process of its own, and an end of all that it wrote."""
    from tests.prepared import prepared_postgres

    with (
        fresh_database(prepared_postgres()) as database,
        _corner("EVENTS_URL", f"{token()}.", delete_topics) as events,
        _corner("CELERY_BROKER_URL", token(), delete_keys) as broker,
        _corner("STREAMS_URL", token(), delete_keys) as streams,
        _corner("VECTORS_URL", token().capitalize(), delete_collections) as vectors,
    ):
        yield {
            **database.settings,
            "EVENTS_URL": events,
            "CELERY_BROKER_URL": broker,
            "STREAMS_URL": streams,
            "VECTORS_URL": vectors,
            "GRAPH_URL": address("GRAPH_URL"),
        }


@pytest.fixture
def server_environment() -> Iterator[dict[str, str]]:
    with corners() as settings:
        yield settings


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last lines say whether the real servers were used, and what is unsteady: both must be seen."""
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    if not reporter:
        return
    failed = {report.nodeid for report in reporter.stats.get("failed", [])}
    for report in reporter.stats.get("rerun", []):
        what = "FAILED TWICE" if report.nodeid in failed else "UNSTEADY"
        reporter.write_line(f"{what}: {report.nodeid} failed first ({report.when}):\n{report.longreprtext[-3000:]}\n")
    skipped = [report for report in reporter.stats.get("skipped", []) if "server" in report.keywords]
    passed = [report for report in reporter.stats.get("passed", []) if "server" in report.keywords]
    if skipped:
        reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in skipped}
        reporter.write_line(f"{len(skipped)} tests of the real servers were SKIPPED: {'; '.join(sorted(reasons))}.")
    elif passed:
        used = sum(report.when == "call" for report in passed)
        reporter.write_line(f"{used} tests used the real servers.")

"""Tenants behind a real pooler in transaction mode: all of them share one connection, and none meets another there.

Each test has the product do something in a process of its own whose DATABASE_URL is the pooler's (`behind_pooler.py`).
"""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.migrated import run
from tests.pooler import pooled
from tests.servers import Database, fresh_database

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@pytest.fixture
def behind(migrated: Database) -> Iterator[Database]:
    """Its server's time zone is not the product's: something must be set on each connection, and must hold."""
    with psycopg.connect(migrated.owner_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {migrated.name} SET timezone TO 'Asia/Tokyo'".encode())
    with pooled(migrated) as database:
        yield database


def perform(database: Database, name: str, folder: Path) -> dict[str, Any]:
    done = run(["-m", "tests.tenants.behind_pooler", name], {**database.settings, "DATA_DIR": str(folder)})
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_interleaved_tenants_on_one_connection_see_only_their_own_and_leave_nothing(
    behind: Database, tmp_path: Path
) -> None:
    found = perform(behind, "interleaved", tmp_path)
    assert found["wrong"] == []
    assert found["backends"] == 1  # else it would have shown nothing
    assert found["settings"] == [["TimeZone", "UTC"]]  # which PgBouncer follows for each client


def test_a_setting_of_the_session_would_have_been_seen(behind: Database, tmp_path: Path) -> None:
    """So that the test above can fail: what the product never does leaks here, to another client."""
    found = perform(behind, "leaking", tmp_path)
    assert found["found"] == [found["tenant"]]


def test_exports_open_a_scope_of_their_own_for_each_page(behind: Database, tmp_path: Path) -> None:
    found = perform(behind, "streams", tmp_path)
    assert found == {"lines": [31, 31], "own": [30, 30]}


@pytest.fixture(scope="module")
def demo(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], str]]:
    """The demo, web, events and workers together on one connection: its settings, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    with fresh_database(template.name) as database, pooled(database) as behind:
        port = _free_port()
        settings = {
            **behind.settings, "RAPPORT_DEMO_CHILD": "1", "DATA_DIR": str(folder), "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}", "DEMO_SITE_PORT": str(_free_port()),
        }  # fmt: skip
        done = run(["manage.py", "demo", "--once"], settings)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        yield settings, done.stdout


def test_the_whole_product_runs_on_one_connection(demo: tuple[dict[str, str], str]) -> None:
    """Sign up, read documents, follow three answers. A transaction held while something else is waited for would stop
    all of it (PgBouncer ends a wait after 20 s); what a session keeps would be another's."""
    _, said = demo
    assert said.count("▸") == 3
    assert "WRONG" not in said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("rebuild vectors", "tenant 1 of 1"),
        ("rebuild graph", "tenant 1 of 1"),
        ("reconcile", "Nothing differs."),
        ("replay --subscription agents.memory --state done --state dead", "to be handled again"),
        ("replay --since 2020-01-01", "were missing"),
    ],
)
def test_maintenance_commands_are_ops_and_need_no_other_role(
    demo: tuple[dict[str, str], str], command: str, said: str
) -> None:
    nobody = {"DATABASE_URL": "postgres://rapport_app:x@127.0.0.1:1/nowhere", "DATABASE_OWNER_URL": ""}
    done = run(["manage.py", *command.split()], {**demo[0], **nobody})
    assert done.returncode == 0, done.stderr[-3000:]
    assert said in done.stdout


def test_ops_is_walled_as_everybody_is(demo: tuple[dict[str, str], str]) -> None:
    with psycopg.connect(demo[0]["DATABASE_OPS_URL"], prepare_threshold=None) as ops:
        assert ops.execute(b"SELECT count(*) FROM ingestion_chunk").fetchone() == (0,)
        ops.execute(b"SELECT set_config('app.tenant_id', id::text, true) FROM tenants_tenant")
        assert ops.execute(b"SELECT count(*) > 0 FROM ingestion_chunk").fetchone() == (True,)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

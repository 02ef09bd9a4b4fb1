"""Servers of the test's own: started, killed with -9, started again, stopped. Only root may enter their folder."""

import os
import signal
import socket
from pathlib import Path

import pytest

from infra.local import process
from infra.local.machine import Machine
from tests.infra.local.conftest import SOFTWARE, Local, missing

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]

FETCHED = ("kafka", "neo4j", "weaviate")


@pytest.fixture(autouse=True)
def _has_debians_servers(machine: Machine) -> None:
    for name in ("postgres", "redis"):
        if missing(name, machine):
            pytest.skip(f"{name} is not installed: `make services` installs it")


def test_killed_servers_start_again_with_their_data_and_stop_leaves_nothing(local: Local) -> None:
    import psycopg

    assert local("start", "postgres", "redis").returncode == 0
    url = local.addresses["DATABASE_OWNER_URL"]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    busy = psycopg.connect(url)  # its backend outlives the server for a moment, and holds the shared memory
    family = {name: local.pid(name) for name in ("postgres", "redis")}
    assert local("kill", "postgres", "redis").returncode == 0
    assert all(pid and process.is_gone(pid) for pid in family.values())
    again = local("start", "postgres", "redis")
    assert again.returncode == 0, again.stderr
    busy.close()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    pids = [pid for name in family if (pid := local.pid(name))]
    family_of_postgres = process.descendants(pids[0])
    assert local("stop").returncode == 0
    assert all(map(process.is_gone, [*pids, *family_of_postgres]))
    assert not process.working_in(local.folder / "data" / "postgres")
    assert not list((local.folder / "run").iterdir())


def test_starting_twice_changes_nothing(local: Local) -> None:
    assert local("start", "redis").returncode == 0
    before = (local.pid("redis"), local.addresses)
    assert local("start", "redis").returncode == 0
    assert (local.pid("redis"), local.addresses) == before
    assert local("status", "redis").returncode == 0
    assert local("stop", "redis").returncode == 0
    assert "not running" in local("status", "redis").stdout


def test_a_port_in_use_is_one_sentence_and_the_others_start(local: Local) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = local("start", "postgres", "redis", SERVICES_POSTGRES_PORT=port)
    assert said.returncode == 1
    assert f"PostgreSQL: Port {port} is in use by another program" in said.stderr
    assert "SERVICES_POSTGRES_PORT=" in said.stderr
    assert "Traceback" not in said.stderr
    assert local.pid("redis")


def test_ports_are_not_moved_under_running_servers(local: Local) -> None:
    assert local("start", "redis").returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as free:
        said = local("start", "redis", SERVICES_REDIS_PORT=str(free.getsockname()[1]))
    assert said.returncode == 1
    assert "stop it first" in said.stderr


def test_data_of_another_machines_passwords_is_named_at_once(local: Local) -> None:
    assert local("start", "postgres").returncode == 0
    assert local("stop", "postgres").returncode == 0
    (local.folder / "machine.json").unlink()
    said = local("start", "postgres")
    assert said.returncode == 1
    assert "it refuses the password in machine.json" in said.stderr


def test_a_server_that_cannot_start_shows_the_end_of_its_log(local: Local) -> None:
    assert local("start", "postgres").returncode == 0
    assert local("stop", "postgres").returncode == 0
    (local.folder / "data" / "postgres" / "global" / "pg_control").unlink()
    said = local("start", "postgres")
    assert said.returncode == 1
    assert "ended while starting" in said.stderr
    assert f"{local.folder}/logs/postgres.log" in said.stderr
    assert "pg_control" in said.stderr


def test_a_missing_program_is_named_with_the_package_that_brings_it(local: Local, tmp_path: Path) -> None:
    said = local("start", "kafka", PATH=str(tmp_path))
    assert said.returncode == 1
    assert "default-jdk-headless" in said.stderr
    assert "maven" in said.stderr
    assert "Traceback" not in said.stderr


def test_no_such_server(local: Local) -> None:
    said = local("start", "oracle")
    assert said.returncode == 2
    assert "there are postgres, redis, kafka, neo4j, weaviate" in said.stderr


@pytest.mark.slow
@pytest.mark.skipif(
    not all(any(SOFTWARE.glob(f"{name}-*")) for name in FETCHED),
    reason="Kafka, Neo4j and Weaviate are not fetched here: `make services` does it",
)
def test_fetched_servers_come_back_after_kill_and_leave_nothing(local: Local) -> None:
    local.borrow_software()
    started = local("start", *FETCHED)
    assert started.returncode == 0, started.stderr
    pids = [local.pid(name) for name in FETCHED]
    for pid in pids:
        assert pid
        os.kill(pid, signal.SIGKILL)
    again = local("start", *FETCHED)
    assert again.returncode == 0, again.stderr
    table = local("status", *FETCHED)
    assert table.returncode == 0, table.stdout
    assert local("stop").returncode == 0
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(local.folder) in _read(path)]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended meanwhile
        return ""

"""A real transaction-mode pooler for tests: PgBouncer, in front of one fresh database, as a process of its own.

`with pooled(database) as behind:` starts it on a free port and stops it afterwards. With one server connection
every client's transactions follow each other on the same session: what one of them leaves behind, the next would find.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.running import wait_until
from tests.servers import Database

REMEDY = "`make services` installs it as root; Debian's package is `pgbouncer`"
ACCOUNT = "nobody"  # what root becomes
CONFIG = """\
[databases]
{name} = host={host} port={port} dbname={name} {more}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = {mode}
default_pool_size = {server_connections}
reserve_pool_size = 0
max_client_conn = 500
query_wait_timeout = {wait_seconds}
server_login_retry = 1
log_connections = 0
log_disconnections = 0
"""


def find_program() -> str:
    """Empty when it is not installed. Debian puts it where only root's path looks."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def _program() -> str:
    """Skips the test when there is none."""
    if found := find_program():
        return found
    reason = f"PgBouncer is not installed: {REMEDY}"
    if os.environ.get("RAPPORT_REQUIRE_SERVERS") == "1":
        pytest.fail(f"A real pooler is required: {reason}", pytrace=False)
    pytest.skip(reason)


@contextlib.contextmanager
def pooled(
    database: Database,
    *,
    mode: str = "transaction",
    server_connections: int = 1,
    wait_seconds: int = 20,
    more: str = "",
) -> Iterator[Database]:
    """The same database with the pooler's addresses. `more` goes to the database's line: a role that all clients get,
    for instance."""
    program, port = _program(), _free_port()
    behind = urlsplit(database.app_url)
    with tempfile.TemporaryDirectory(prefix="rapport-pooler-") as name:
        folder = Path(name)
        text = CONFIG.format(
            name=database.name, host=behind.hostname, port=behind.port, listen_port=port, folder=folder, mode=mode,
            server_connections=server_connections, wait_seconds=wait_seconds, more=more,
        )  # fmt: skip
        _write(folder, {"pgbouncer.ini": text, "users.txt": _users(database)})
        with (folder / "log").open("wb") as log, _running([program, *_account(), f"{folder}/pgbouncer.ini"], log) as it:
            wait_until(lambda: _is_open(port) or it.poll() is not None, seconds=10)
            assert it.poll() is None, (folder / "log").read_text()
            yield _at_port(database, port)


@contextlib.contextmanager
def _running(command: list[str], log: BinaryIO) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _users(database: Database) -> str:
    """With their passwords, which PgBouncer needs to be each of them at the server."""
    roles = map(urlsplit, database.settings.values())
    return "".join(f'"{role.username}" "{role.password}"\n' for role in roles)


def _at_port(database: Database, port: int) -> Database:
    def moved(url: str) -> str:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}"))

    urls = {role: moved(getattr(database, role)) for role in ("app_url", "owner_url", "ops_url")}
    return replace(database, **urls)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """For the account that it runs as: PgBouncer refuses to be root, and reads its users after it has ceased to be."""
    for name, text in files.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text)
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, pwd.getpwnam(ACCOUNT).pw_uid, -1)


def _account() -> list[str]:
    return ["-u", ACCOUNT] if os.geteuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

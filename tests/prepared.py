"""Databases with the product's tables, made once for each state of the migrations and kept for the next run.

Every run and every parallel worker begins with a copy: to migrate an empty database takes longer than most tests that
one likes to run beside an edit. That they run on an empty one is shown where each state of them is prepared first.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from tests.servers import address, database_named

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "var" / "tests"
MOST_KEPT = 6


@contextmanager
def prepared_in_memory(name: str) -> Iterator[None]:
    """The database of this name, an SQLite URI in memory, holds all tables for as long as this is open."""
    with closing(sqlite3.connect(_file())) as template, closing(sqlite3.connect(name, uri=True)) as copy:
        template.backup(copy)
        yield


def prepare() -> None:
    """Now, for whoever asks later."""
    _file()


def prepare_folder(data_dir: Path) -> None:
    """The embedded profile's database in a data folder, migrated and otherwise empty."""
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_file(), data_dir / "rapport.sqlite3")


def prepared_postgres() -> str:
    """The name of a migrated database on the real server, to be copied from; nobody connects to it."""
    import psycopg

    name = f"rapport_tables_{_state()}"
    with _alone(), psycopg.connect(address("DATABASE_OWNER_URL"), autocommit=True) as connection:
        kept = "SELECT datname FROM pg_database WHERE datname LIKE 'rapport\\_tables\\_%' ORDER BY oid"
        found = [row[0] for row in connection.execute(kept).fetchall()]
        if name not in found:
            for old in found[:-MOST_KEPT]:  # another checkout may be at work with a younger one
                connection.execute(f"DROP DATABASE IF EXISTS {old}".encode())
            half = f"rapport_half_{_state()}"
            connection.execute(f"DROP DATABASE IF EXISTS {half}".encode())
            connection.execute(f"CREATE DATABASE {half}".encode())
            _migrate(
                {**database_named(half).settings, "ALLOWED_HOSTS": "localhost,127.0.0.1", "EMAIL_URL": "embedded:"}
            )
            connection.execute(f"ALTER DATABASE {half} RENAME TO {name}".encode())
    return name


def _file() -> Path:
    """An SQLite file that nobody writes to."""
    with _alone():
        path = FOLDER / f"{_state()}.sqlite3"
        if not path.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
                _migrate({"DATA_DIR": folder})
                with closing(sqlite3.connect(Path(folder) / "rapport.sqlite3")) as made:
                    made.execute("VACUUM INTO ?", (str(path.with_suffix(".new")),))
            path.with_suffix(".new").replace(path)
    return path


@contextmanager
def _alone() -> Iterator[None]:
    """Of parallel workers one makes it; the others wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(settings: Mapping[str, str]) -> None:
    made = {"DJANGO_SETTINGS_MODULE": "rapport.settings", "SECRET_KEY": "only-for-tests-" + "x" * 40}
    environment = {**made, **os.environ, **settings}  # benchmarks ask before they have settings of their own
    if "DATABASE_URL" not in settings:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_OPS_URL"):
            environment.pop(name, None)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)  # noqa: PLW1510
    assert done.returncode == 0, done.stderr


def _state() -> str:
    """Changes with every migration, with what migrations call, and with every package."""
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("platform/*/*/migrations/*.py")]
    files += [ROOT / "uv.lock", ROOT / "tenants" / "walls.py", ROOT / "platform" / "rapport" / "grants.py"]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]

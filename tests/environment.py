"""Loaded before Django's settings: each test run has its own data folder, and leaves nothing behind.

The folder's name is short because sockets live in it (addresses of Unix sockets are at most 107 bytes).
"""

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

# Compiled code is kept, also where the shell asks for the contrary: the processes that tests start would each compile
# every package again, which is most of their time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

if "RAPPORT_TEST_DATA_DIR" not in os.environ:  # parallel workers inherit the first process's folder as a parent
    _folder = tempfile.mkdtemp(prefix="rapport-")
    os.environ["RAPPORT_TEST_DATA_DIR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
# The folder above the data folder belongs to this worker alone too: tests look whether something was written there.
os.environ["DATA_DIR"] = os.path.join(os.environ["RAPPORT_TEST_DATA_DIR"], _worker, "data")  # noqa: PTH118
os.makedirs(os.environ["DATA_DIR"], exist_ok=True)  # noqa: PTH103
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ["OPERATORS"] = "olga@rapport.example"
_urls = "DATABASE DATABASE_OWNER DATABASE_OPS EVENTS CELERY_BROKER STREAMS VECTORS GRAPH LLM EMBEDDINGS".split()
for _name in (*(f"{_url}_URL" for _url in _urls), "EMBEDDINGS_OTHER_URLS"):
    if os.environ.get("RAPPORT_TEST_KEEP_URLS") != "1":
        os.environ.pop(_name, None)


def _fresh_postgres(*, is_pooled: bool) -> None:
    """RAPPORT_TEST_DATABASE=postgres: an empty database of this run, on the server that `make services` started. The
    tests run as the app's role in it, so that row-level security is really on. RAPPORT_TEST_DATABASE=pooler: the app's
    role reaches it through a pooler that may put each transaction on another connection."""
    from tests.pooler import REMEDY, find_program, pooled
    from tests.prepared import prepared_postgres
    from tests.servers import addresses, fresh_database

    if not addresses():
        raise SystemExit("RAPPORT_TEST_DATABASE needs the real servers: `make services` starts them.")
    if is_pooled and not find_program():
        raise SystemExit(f"RAPPORT_TEST_DATABASE=pooler needs PgBouncer: {REMEDY}.")
    stack = ExitStack()
    database = stack.enter_context(fresh_database(prepared_postgres()))
    os.environ.update(database.settings)
    if is_pooled:
        os.environ["DATABASE_URL"] = stack.enter_context(pooled(database, server_connections=40)).app_url
    os.environ.setdefault("EMAIL_URL", "embedded:")  # what the embedded profile has by itself
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    os.environ.setdefault("DEMO_SITE_PORT", "8001")
    # The thread that renews leases has a connection of its own, which cannot see a lease that a test's open transaction
    # took: it must not come by while a handler runs.
    os.environ.setdefault("LEASE_SECONDS", "3600")
    atexit.register(stack.close)


ON_POSTGRES = os.environ.get("RAPPORT_TEST_DATABASE") in {"postgres", "pooler"}
if ON_POSTGRES:
    _fresh_postgres(is_pooled=os.environ["RAPPORT_TEST_DATABASE"] == "pooler")


def pytest_configure(config: "pytest.Config") -> None:
    """Migrating takes a minute of a processor, and counts for no test's time where it is done before there are any."""
    is_first = not hasattr(config, "workerinput") and config.getoption("numprocesses", None)
    if is_first and "RAPPORT_TEST_DATABASE" not in os.environ and not config.getoption("collectonly"):
        from tests.prepared import prepare

        prepare()

"""Fixtures for everybody. The cast is in `tests/cast.py`; each run's data folder is set by `tests/environment.py`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests import cast as people
from tests.browser import browser as browser
from tests.browser import engine as engine
from tests.browser import firefox as firefox
from tests.emptying import allow_emptying
from tests.environment import ON_POSTGRES
from tests.migrated import migrated as migrated
from tests.migrated import template as template
from tests.one_at_a_time import take_turns
from tests.prepared import prepared_in_memory
from tests.servers import broker_url as broker_url
from tests.servers import kafka_url as kafka_url
from tests.servers import neo4j_url as neo4j_url
from tests.servers import postgres as postgres
from tests.servers import pytest_unconfigure as pytest_unconfigure
from tests.servers import redis_url as redis_url
from tests.servers import server_environment as server_environment
from tests.servers import weaviate_url as weaviate_url

take_turns()

# What starts live processes to kill them, or asks everything of everybody: `make test-slow`, and CI, run them.
KILL_SECONDS = 600  # their processes start anew again and again, and a busy machine has time
BROWSER_SECONDS = 400  # of a walk through all pages, on a machine that is busy
SLOW = (
    "tests/kill/",
    "tests/leaks/",
    "tests/agents/live/",
    "tests/agents/tools/test_injections.py",
    "tests/docs/test_sdks.py",
    "tests/docs/test_curl.py",
    "tests/frontend/test_browser.py::test_no_page_is_wider",
    "tests/frontend/test_headers.py",
    "tests/frontend/test_passkeys.py",
    "tests/frontend/widget/test_conversation.py",
    "tests/frontend/widget/test_firefox.py",
    "tests/frontend/widget/test_host_page.py",
    "tests/frontend/widget/test_samples.py",
    "tests/ingestion/reembedding/test_processes.py",
    "tests/ingestion/reembedding/test_stopped.py",
    "tests/ingestion/test_killed.py",
    "tests/rapport/events/test_kafka_trouble.py",
    "tests/rapport/metrics/test_figures.py",
    "tests/sdks/test_typescript.py",
    "tests/test_servers_missing.py",
)

# How long an example takes is the machine's business, and what else runs on it.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Tests with a browser come last: its event loop stays in this thread, where no other could be run after it. That
    is said when everybody else has sorted: pytest-django puts what needs no database behind everything else.

    Their time is up later, and then by a thread: a signal that comes while the browser's event loop is at work is
    swallowed by it together with what it was about, and the test would wait for that for ever.
    """
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
        if _has_browser(item) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(BROWSER_SECONDS, method="thread"))
        elif "kill" in item.path.parts and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(KILL_SECONDS))
    yield
    items.sort(key=_has_browser)


def _has_browser(item: pytest.Item) -> bool:
    return "engine" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """Each worker of a parallel run has a database of its own already (`tests/environment.py`)."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """A copy of a migrated database is there before Django asks for one; then no migration is left to be run."""
    from django.db import connection

    if ON_POSTGRES:
        yield
        return
    creation: Any = connection.creation
    with prepared_in_memory(creation._get_test_db_name()):
        yield


if ON_POSTGRES:

    @pytest.fixture(scope="session")
    def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
        """The run's own database (`tests/environment.py`) is migrated by its owner; the tests are the app's role."""
        from django.core.management import call_command

        with django_db_blocker.unblock():
            call_command("migrate", verbosity=0)
            allow_emptying()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: LazySettings) -> None:
    """Hashing a password slowly on purpose is not what the tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _keeper_is_blind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread has a connection of its own: what a test does in one transaction that never ends is not there for it,
    and it would tell a handler that runs at that moment that its lease is lost."""
    from rapport.events.keeper import keeper

    marker = request.node.get_closest_marker("django_db")
    if marker and not marker.kwargs.get("transaction"):
        monkeypatch.setattr(keeper, "_renew", lambda leases: None)


@pytest.fixture(scope="session", autouse=True)
def _static_folder() -> None:
    """Whitenoise warns at every request without it."""
    from rapport.config import get_config

    (get_config().data_dir / "static").mkdir(parents=True, exist_ok=True)


@pytest.fixture
def cast(db: None) -> people.Cast:
    """Alice and Bob of Acme, Charlie of another company."""
    return people.assemble()


@pytest.fixture
def alice_client(cast: people.Cast) -> Client:
    return people.sign_in(cast.alice)


@pytest.fixture
def bob_client(cast: people.Cast) -> Client:
    return people.sign_in(cast.bob)


@pytest.fixture
def charlie_client(cast: people.Cast) -> Client:
    """The stranger."""
    return people.sign_in(cast.charlie)


@pytest.fixture
def visitor(cast: people.Cast) -> people.Visitor:
    return people.make_visitor(cast.acme)


@pytest.fixture
def data_dir() -> Path:
    """This run's data folder."""
    from rapport.config import get_config

    return get_config().data_dir

"""Databases on the real PostgreSQL with the product's tables: migrated once for a run, copied for each test."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.prepared import prepared_postgres
from tests.running import ROOT
from tests.servers import Database, fresh_database


@pytest.fixture(scope="session")
def template() -> Iterator[Database]:
    with fresh_database(prepared_postgres()) as database:
        yield database


@pytest.fixture
def migrated(template: Database) -> Iterator[Database]:
    """A database of this test's own with all tables, empty but for what migrations write."""
    with fresh_database(template.name) as database:
        yield database


def run(arguments: list[str], settings: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Python in a process of its own, as the product is set up on PostgreSQL. Never raises."""
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "rapport.settings", "EMAIL_URL": "embedded:",
        "ALLOWED_HOSTS": "localhost,127.0.0.1", **settings,
    }  # fmt: skip
    return subprocess.run(  # noqa: PLW1510  the caller asks
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )

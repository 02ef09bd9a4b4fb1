"""The quick form of the matrix: embedded, without the parameter cells. `make leaks` runs all of it, on all stores."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from rapport.config import ROOT
from tests.leaks import ports
from tests.leaks.cells import Cell, leaks_of
from tests.leaks.document import FILE
from tests.leaks.matrix import Matrix
from tests.leaks.routes import RouteMatrix
from tests.leaks.whole import embedded as embedded
from tests.leaks.world import make_world
from tests.servers import address


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_no_route_leaks() -> None:
    cells = list(RouteMatrix(make_world(), is_thorough=False).cells())
    assert not leaks_of(cells)
    assert len(cells) > 500


@pytest.mark.timeout(600)
@pytest.mark.django_db
def test_nothing_else_leaks(embedded: list[ports.Port]) -> None:
    cells = list(Matrix(embedded).others())
    assert not leaks_of(cells)
    assert {cell.kind for cell in cells} == OTHER_KINDS


OTHER_KINDS = {
    *("task", "handler", "command", "table", "process cache", "vector query", "graph query", "stream", "file"),
    *("webhook", "export"),
}


def test_the_page_shows_every_kind_and_no_leak() -> None:
    """Its numbers are those of the day on which it was written; its columns are those of today."""
    page = FILE.read_text()
    for kind in (*OTHER_KINDS, "route", "parameter", "shared name", "public route"):
        assert f"| {kind} " in page, f"`make leaks` writes {FILE.name} anew"
    assert page.count("**0 leaks**") == 2


def test_a_leak_is_told() -> None:
    assert leaks_of([Cell("route", "GET home", "nobody"), Cell("route", "GET home", "nobody", "answers 200")])


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_nothing_leaks_on_the_real_servers() -> None:
    address("DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
    command = [sys.executable, "-m", "tests.leaks", "--only", "real"]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]

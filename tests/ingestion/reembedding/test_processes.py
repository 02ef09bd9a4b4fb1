"""kill -9 of `manage.py reembed` again and again, while another process asks all the time and a third one writes: no
question finds less than before, both notice the new model without being started anew, and nothing is lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ingestion.reembedding.hashed import hashed_server
from tests.running import ROOT, wait_until
from tests.servers import Database

DOCUMENTS = 80
OLD, NEW = "hashed-64-0ms-64", "hashed-32-10ms-32"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Its name is short, since sockets live in it."""
    path = Path(tempfile.mkdtemp(prefix="rapport-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def embedders() -> Iterator[tuple[str, list[int]]]:
    """Of two small models, so that what takes time is the product."""
    with hashed_server() as opened:
        yield opened


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.server)])
def environment(request: pytest.FixtureRequest, folder: Path, embedders: tuple[str, list[int]]) -> Mapping[str, str]:
    """Of every process here: settings, and a company with documents."""
    real: dict[str, str] = {}
    if request.param == "servers":
        database: Database = request.getfixturevalue("postgres")
        real = {**database.settings, "VECTORS_URL": request.getfixturevalue("weaviate_url")}
        real |= {"EMAIL_URL": "embedded:", "ALLOWED_HOSTS": "localhost"}
    address, _ = embedders
    settings = {
        "DATA_DIR": str(folder),
        "EMBEDDINGS_URL": f"{address}hashed-64-0ms&dimensions=64",
        "EMBEDDINGS_OTHER_URLS": f"{address}hashed-32-10ms&dimensions=32",
        "LOG_LEVEL": "ERROR",
    }
    environment = {**os.environ, "DATABASE_URL": "", **settings, **real}
    _program(environment, f"fill({DOCUMENTS})")
    return environment


def manage(environment: Mapping[str, str], *words: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _program(environment: Mapping[str, str], call: str) -> str:
    return manage(environment, "shell", "-c", f"from tests.ingestion.reembedding.program import *; {call}")


class Processes:
    """Started for a test; none outlives it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._started: list[subprocess.Popen[str]] = []

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        started = subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL, text=True, cwd=ROOT)
        self._started.append(started)
        return started

    def program(self, function: str, *paths: Path) -> "subprocess.Popen[str]":
        arguments = ", ".join(repr(str(path)) for path in paths)
        return self.begin(
            "shell", "-c", f"from tests.ingestion.reembedding.program import {function}; {function}({arguments})"
        )

    def end(self) -> None:
        for each in self._started:
            each.kill()
            each.wait()


@pytest.fixture
def processes(environment: Mapping[str, str]) -> Iterator[Processes]:
    started = Processes(environment)
    yield started
    started.end()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_is_killed_again_and_again_while_others_ask_and_write(
    environment: Mapping[str, str], folder: Path, embedders: tuple[str, list[int]], processes: Processes
) -> None:
    _, requests = embedders
    heard, stop = folder / "heard.jsonl", folder / "stop"
    asking, writing = processes.program("ask", heard, stop), processes.program("write", stop)
    wait_until(lambda: len(_lines(heard)) > 3, seconds=120)

    for _ in range(2):  # each time after its first batch of passages, while the second is computed
        before = len(requests)
        moving = processes.begin("reembed", "--to", NEW)
        wait_until(lambda before=before: len(requests) >= before + 2, seconds=180)  # type: ignore[misc]
        moving.send_signal(signal.SIGKILL)
        moving.wait()
        assert _lines(heard)[-1]["model"] == OLD
    assert f"{NEW} answers." in manage(environment, "reembed", "--to", NEW)

    wait_until(lambda: _lines(heard)[-1]["model"] == NEW, seconds=60)
    stop.touch()
    assert asking.wait(120) == 0
    assert writing.wait(120) == 0
    _check_answers(_lines(heard))
    said = _program(environment, f"end({OLD!r})")
    assert f"kept for going back: {OLD}" in said
    assert f"{NEW} removed" in said


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


def _check_answers(lines: list[dict[str, Any]]) -> None:
    assert {line["failed"] for line in lines} == {""}
    assert {line["found"] for line in lines} == {lines[0]["found"]}, "a question found fewer passages than before"
    models = [line["model"] for line in lines]
    switched = models.index(NEW)
    assert set(models[:switched]) == {OLD}
    assert set(models[switched:]) == {NEW}
    assert all(line["is_right"] for line in lines)

"""kill -9 in the middle of an answer: it arrives all the same, once, and the browser shows no word twice."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from rapport.streams.embedded import EmbeddedStreams
from rapport.streams.port import Frame
from tests.providers.slow_server import WORDS, SlowServer, slow_server
from tests.running import ROOT, Running, prepare, wait_until

SECONDS = 60.0
ANSWER = "".join(WORDS).strip()


@dataclass
class Conversation:
    """One question under way."""

    running: Running
    server: SlowServer
    tenant_id: UUID
    turn_id: UUID

    def frames(self) -> list[Frame]:
        return EmbeddedStreams(self.running.folder / "streams.sqlite3").read(self.tenant_id, self.turn_id)

    def events(self) -> list[str]:
        return [frame.event for frame in self.frames()]

    def ask(self, query: str) -> list[tuple[object, ...]]:
        database = sqlite3.connect(self.running.folder / "rapport.sqlite3", timeout=20)
        try:
            return database.execute(query, (self.turn_id.hex,)).fetchall()
        finally:
            database.close()

    def kill_while_speaking(self, victim: str) -> None:
        wait_until(lambda: self.events().count("token") >= 3, seconds=SECONDS)
        self.running.kill(victim)
        self.server.go_on.set()

    def wait_for_the_end(self) -> list[Frame]:
        wait_until(lambda: any(frame.is_terminal for frame in self.frames()), seconds=SECONDS)
        return self.frames()


@pytest.fixture(scope="module")
def server() -> Iterator[SlowServer]:
    with slow_server() as started:
        yield started


@pytest.fixture(scope="module")
def running(server: SlowServer) -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="rapport-"))
    try:
        prepare(folder)
        with Running(folder, environment={"LEASE_SECONDS": "3", **server.settings}) as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _asked(running: Running, server: SlowServer) -> Conversation:
    server.go_on.clear()
    command = [sys.executable, "-m", "tests.kill.asking", f"{uuid4().hex}@acme.example"]
    done = subprocess.run(command, cwd=ROOT, env=running.environment, capture_output=True, check=True)
    ids = json.loads(done.stdout)
    return Conversation(running, server, UUID(ids["tenant"]), UUID(ids["turn"]))


def test_a_worker_that_dies_while_it_speaks_is_replaced(running: Running, server: SlowServer) -> None:
    asked = _asked(running, server)
    asked.kill_while_speaking("worker")
    frames = asked.wait_for_the_end()
    events = [frame.event for frame in frames]
    assert (events[-1], events.count("done"), events.count("restart")) == ("done", 1, 1)
    again = frames[events.index("restart") :]
    assert "".join(frame.data.get("text", "") for frame in again).strip() == ANSWER
    assert frames[-1].data["message"]["text"] == ANSWER
    assert asked.ask("SELECT count(*) FROM agents_message WHERE turn_id = ? AND role = 'agent'") == [(1,)]
    assert asked.ask("SELECT state, attempts FROM agents_turn WHERE id = ?") == [("done", 2)]
    assert asked.ask("SELECT count(*) FROM agents_trace WHERE turn_id = ?") == [(1,)]


def test_an_answer_goes_on_while_the_event_processes_die(running: Running, server: SlowServer) -> None:
    asked = _asked(running, server)
    asked.kill_while_speaking("events")
    frames = asked.wait_for_the_end()
    events = [frame.event for frame in frames]
    assert (events[-1], events.count("restart")) == ("done", 0)
    wait_until(
        lambda: asked.ask("SELECT count(*) FROM billing_usagerecord WHERE turn_id = ? AND step = 'chat'") != [(0,)],
        seconds=SECONDS,
    )
    usage = asked.ask(
        "SELECT meter, quantity FROM billing_usagerecord WHERE turn_id = ? AND step = 'chat' ORDER BY meter"
    )
    assert usage == [("input_tokens", 10), ("messages", 1), ("output_tokens", 30)]

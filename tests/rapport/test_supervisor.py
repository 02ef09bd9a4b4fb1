"""The supervisor's own pieces; `tests/kill` runs the whole."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rapport.config import ROOT, get_config
from rapport.supervisor.children import start
from rapport.supervisor.listening import PortTaken, open_sockets
from rapport.supervisor.output import readable
from rapport.supervisor.processes import INGEST_NICENESS, Process, processes
from rapport.supervisor.supervisor import PAUSES_SECONDS, Supervisor


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is already in use. Choose another one with PORT"):
            open_sockets(replace(get_config(), port=port, demo_site_port=0))


REAL = {
    "EVENTS_URL": "kafka://127.0.0.1:1",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "STREAMS_URL": "redis://127.0.0.1:1/1",
    "VECTORS_URL": "weaviate://:key@127.0.0.1:1",
    "GRAPH_URL": "bolt://neo4j:password@127.0.0.1:1",
}


@pytest.mark.parametrize("urls", [{}, REAL], ids=["embedded", "real"])
def test_what_is_preloaded_can_be_forked(urls: dict[str, str]) -> None:
    """No thread, no connection: neither would survive in a child, and a lock that a thread held would stay locked."""
    code = (
        "import os, threading; from rapport.supervisor.processes import preload; preload();"
        "from django.db import connections;"
        "assert threading.active_count() == 1, threading.enumerate();"
        "assert all(each.connection is None for each in connections.all(initialized_only=True));"
        "tasks = '/proc/self/task';"
        "assert not os.path.exists(tasks) or len(os.listdir(tasks)) == 1, 'a library started a thread';"
        "import warnings; assert warnings.filters[0][0] != 'default', 'a library switched warnings on'"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "rapport.settings", **urls}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, cwd=ROOT)


def test_log_lines_become_readable_and_others_stay() -> None:
    line = '{"event": "event_dead", "level": "info", "timestamp": "2026-01-02T03:04:05Z", "code": "x", "logger": "l"}'
    assert readable(line) == "03:04:05 event_dead code=x"
    assert readable("plain {text}") == "plain {text}"
    assert readable("{broken") == "{broken"


def test_an_exception_keeps_its_lines() -> None:
    assert readable('{"event": "failed", "exception": "Traceback\\n  here"}').endswith("\nTraceback\n  here")


def test_a_process_has_the_niceness_that_it_is_given(tmp_path: Path) -> None:
    said = tmp_path / "said"

    def live() -> None:
        said.write_text(str(os.nice(0)))

    child = start(Process("nice", run=live, niceness=4), run_folder=tmp_path, capture=False, in_child=lambda: None)
    os.waitpid(child.pid, 0)
    assert int(said.read_text()) == min(os.nice(0) + 4, 19)


def test_only_imports_give_way() -> None:
    config = replace(get_config(), celery_broker_url="redis://127.0.0.1:1/0")
    nice = {name: process.niceness for name, process in processes(config, []).items() if process.niceness}
    assert nice == {"ingest": INGEST_NICENESS}


def test_pauses_grow_while_a_process_keeps_dying(tmp_path: Path) -> None:
    """Counted by a file that each short life adds a letter to."""
    lives = tmp_path / "lives"
    lives.touch()

    def live() -> None:
        with lives.open("a") as file:
            file.write("x")
        if len(lives.read_text()) >= 3:
            os.kill(os.getppid(), signal.SIGTERM)
        raise SystemExit(1)

    pid = os.fork()
    if pid == 0:  # the supervisor takes over signals, so it gets a process of its own
        try:
            supervisor = Supervisor({"short": Process("short", run=live)}, run_folder=tmp_path / "run", capture=True)
            supervisor.run()
            os._exit(supervisor._failures["short"])
        finally:
            os._exit(99)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) in (2, 3)
    assert lives.read_text() == "xxx"
    assert not (tmp_path / "run" / "short.pid").exists()
    assert list(PAUSES_SECONDS) == sorted(PAUSES_SECONDS)

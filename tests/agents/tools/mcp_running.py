"""The shop's MCP server as a process beside the tests."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rapport.config import ROOT
from rapport.outbound import transport
from rapport.outbound.addresses import AllowList

SECRET = "s3cret-of-the-mcp-server"


@dataclass(frozen=True)
class RunningMcp:
    """`url` without a path; `behave` takes what `tests.agents.tools.mcp_shop` knows."""

    url: str
    folder: Path

    def behave(self, **state: Any) -> None:
        (self.folder / "state.json").write_text(json.dumps(state))

    def forget(self) -> None:
        self.behave()
        (self.folder / "asked.jsonl").write_text("")

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "asked.jsonl").read_text().splitlines()]


@contextmanager
def mcp_running(folder: Path) -> Iterator[RunningMcp]:
    listening = socket.create_server(("127.0.0.1", 0))
    running = RunningMcp(f"http://127.0.0.1:{listening.getsockname()[1]}", folder)
    running.forget()
    command = [sys.executable, "-m", "tests.agents.tools.mcp_shop", str(folder), str(listening.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[listening.fileno()])
    listening.close()
    try:
        _wait(running, process)
        yield running
    finally:
        process.kill()
        process.wait(10)


def _wait(running: RunningMcp, process: "subprocess.Popen[bytes]") -> None:
    host, port = running.url.removeprefix("http://").split(":")
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection((host, int(port)), 1) as connection:
                connection.settimeout(5)
                connection.sendall(b"GET /refuses HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                if connection.recv(12).endswith(b"401"):
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The MCP server did not start.")


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMcp]:
    with mcp_running(tmp_path_factory.mktemp("mcp")) as running:
        yield running


@pytest.fixture
def server(process: RunningMcp, monkeypatch: pytest.MonkeyPatch) -> RunningMcp:
    process.forget()
    host = process.url.removeprefix("http://")
    monkeypatch.setattr(transport, "configured_allow_list", lambda: AllowList.parse([host]))
    monkeypatch.setattr("agents.tools.running.PAUSE_SECONDS", 0)
    return process

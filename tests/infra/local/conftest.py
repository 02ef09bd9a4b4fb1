"""A folder of servers that belongs to one test, on ports of its own; nothing of it runs afterwards."""

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import process
from infra.local.machine import PORTS, Machine, open_machine
from infra.local.servers import all_servers
from tests.servers import ROOT, env_file

SOFTWARE = env_file().with_name("software").resolve()  # before any test sets another SERVICES_DIR


class Local:
    """`python -m infra.local` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "SERVICES_DIR": str(folder), **_free_ports()}

    def __call__(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "infra.local", *arguments],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def addresses(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.folder / "env").read_text().splitlines())

    def pid(self, name: str) -> int | None:
        return process.find(self.folder / "run" / f"{name}.pid")

    def borrow_software(self) -> None:
        """What was fetched and compiled for `make services` is used again."""
        self.folder.mkdir()
        (self.folder / "software").symlink_to(SOFTWARE)


def _free_ports() -> dict[str, str]:
    """Every second one of a block in which nothing listens: Weaviate takes some of its ports' neighbours too."""
    while True:
        first = random.randrange(20_000, 32_000)
        if not any(_listens(first + number) for number in range(2 * len(PORTS))):
            return {f"SERVICES_{name.upper()}_PORT": str(first + 2 * number) for number, name in enumerate(PORTS)}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    tool = Local(tmp_path / "services")
    yield tool
    tool("kill")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    for name in [name for name in os.environ if name.startswith("SERVICES_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SERVICES_DIR", str(tmp_path))
    return open_machine()


def missing(name: str, machine: Machine) -> bool:
    (server,) = [server for server in all_servers(machine) if server.name == name]
    return bool(server.missing_packages())

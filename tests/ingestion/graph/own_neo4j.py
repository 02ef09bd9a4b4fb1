"""A Neo4j of a test's own, for what must not be done to the one that everybody shares: stopping it, spoiling it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.servers import ROOT, env_file

START_SECONDS = 240


class OwnNeo4j:
    """Its software is the shared one's; data, port and password are new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "software").symlink_to(env_file().parent / "software")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def url(self) -> str:
        lines = (self._folder / "env").read_text().splitlines()
        return next(line.removeprefix("GRAPH_URL=") for line in lines if line.startswith("GRAPH_URL="))

    def start(self) -> None:
        self._run("start")

    def kill(self) -> None:
        self._run("kill")

    def stop(self) -> None:
        self._run("stop")

    def _run(self, command: str) -> None:
        environment = {**os.environ, "SERVICES_DIR": str(self._folder), "SERVICES_NEO4J_PORT": str(self.port)}
        subprocess.run(
            [sys.executable, "-m", "infra.local", command, "neo4j"],
            cwd=ROOT, env=environment, check=True, capture_output=True, timeout=START_SECONDS,
        )  # fmt: skip

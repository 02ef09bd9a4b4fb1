"""The five real servers on ports and in a folder of their own: they may be killed without anyone else noticing."""

import os
import random
import socket
import subprocess
import sys
from pathlib import Path

from infra.local.machine import NEXT_TO, PORTS
from tests.running import ROOT
from tests.servers import env_file

NAMES = ("postgres", "redis", "kafka", "neo4j", "weaviate")
OFFSETS = range(3_000, 6_000)  # all ports stay below those that the system gives to clients


class OwnServers:
    """`python -m infra.local` on a folder that borrows the software of `make services`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        software = env_file().with_name("software").resolve()
        if software.exists():
            (folder / "software").symlink_to(software)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SERVICES_")}
        self._environment = {**kept, "SERVICES_DIR": str(folder), "SERVICES_PORT_OFFSET": str(_free_offset())}

    def start(self, *names: str) -> None:
        self._call("start", *names)

    def kill(self, *names: str) -> None:
        """kill -9."""
        self._call("kill", *names)

    def stop(self) -> None:
        self._call("stop")

    def _call(self, *words: str) -> None:
        command = [sys.executable, "-m", "infra.local", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=900, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")

    @property
    def settings(self) -> dict[str, str]:
        """The product's settings for these servers, and what it asks for beside a database server."""
        lines = (self.folder / "env").read_text().splitlines()
        return {
            **dict(line.split("=", 1) for line in lines if "=" in line),
            "SECRET_KEY": "only-for-chaos-" + "x" * 40,
            "ALLOWED_HOSTS": "localhost",
            "EMAIL_URL": "embedded:",
            "LEASE_SECONDS": "5",
            "LOG_LEVEL": "WARNING",
        }


def _free_offset() -> int:
    """One with which no port is taken, drawn at random: two runs at a time must not meet."""
    for offset in random.sample(OFFSETS, 200):
        ports = {name: port + offset for name, port in PORTS.items()}
        if all(map(_is_free, [*ports.values(), *(ports[other] + 1 for other in NEXT_TO.values())])):
            return offset
    raise RuntimeError("No free ports for servers of one's own.")


def _is_free(port: int) -> bool:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

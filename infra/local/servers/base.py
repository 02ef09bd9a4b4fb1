"""What every server is to the commands: how it is installed, started, asked whether it is well, and stopped."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from infra.local import process
from infra.local.machine import Machine


class Server:
    """One server. Subclasses say what differs; they keep no state of their own, it is all in the machine's folder."""

    name: str
    title: str
    pinned: str = ""  # the version that is fetched; empty where Debian decides
    ports: tuple[str, ...]  # names of the ports it opens; the first is its address
    start_seconds: float = 60
    stop_seconds: float = 30
    polite_signal: int = signal.SIGTERM

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @property
    def version(self) -> str:
        return self.pinned

    @property
    def port(self) -> int:
        return self.machine.ports[self.ports[0]]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.machine.log(self.name)

    @property
    def pid(self) -> int | None:
        return process.find(self.machine.pid_file(self.name))

    def programs(self) -> dict[str, str]:
        """Commands that must be there, and the Debian package that brings each."""
        return {}

    def useful_programs(self) -> dict[str, str]:
        """The same for what only tests need: installed where we may, never insisted on."""
        return {}

    def missing_packages(self) -> set[str]:
        return _missing(self.programs())

    def useful_packages(self) -> set[str]:
        return _missing(self.useful_programs())

    def install(self) -> None:
        """Fetch what is missing; return at once when nothing is."""

    def prepare(self) -> None:
        """Make folders and configuration, before every start."""

    def command(self) -> process.Command:
        raise NotImplementedError

    def check(self) -> None:
        """Raise NotHealthy, with the reason, unless it answers as it should with this machine's password."""
        raise NotImplementedError

    def settle(self) -> None:
        """What is to be done once it answers: accounts, for instance. Must be repeatable."""

    def explain(self, log_tail: str) -> str:
        """A sentence for a failure that its log shows, or nothing."""
        return ""


def _missing(programs: dict[str, str]) -> set[str]:
    # Debian puts servers where only root's path looks.
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
    return {package for program, package in programs.items() if not shutil.which(program, path=path)}


def program_version(program: str) -> str:
    """What `program --version` says; empty when there is no such program."""
    if not shutil.which(program):
        return ""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, cwd="/").stdout
    found = re.search(r"\d+(\.\d+)+", said)
    return found[0] if found else ""

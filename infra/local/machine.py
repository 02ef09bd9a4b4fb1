"""Where this machine's servers live: folders, ports, and passwords that are made once and kept in a private file.

It must not start anything. Ports are one block away from the servers' defaults, so that other servers are left alone.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.errors import ServicesError

ROOT = Path(__file__).resolve().parents[2]
NEEDED_BYTES = 1 << 30  # under a gibibyte Kafka and Weaviate soon refuse to write

# Each can be set by a variable, SERVICES_POSTGRES_PORT=5433, or all be moved: SERVICES_PORT_OFFSET=10000.
PORTS = {
    "postgres": 15432,
    "redis": 16379,
    "kafka": 19092,
    "kafka_controller": 19093,
    "neo4j": 17687,
    "weaviate": 18080,
    "weaviate_grpc": 15051,
    "weaviate_gossip": 17946,
    "weaviate_raft": 18300,
}
# Weaviate's nodes look for these one port above the others, whatever they were told.
NEXT_TO = {"weaviate_data": "weaviate_gossip", "weaviate_raft_rpc": "weaviate_raft"}
PASSWORDS = ("postgres", "owner", "app", "ops", "redis", "weaviate", "neo4j", "secret_key")


@dataclass(frozen=True, slots=True)
class Machine:
    """One folder with everything: software, data, logs, run (pid files), machine.json, env."""

    root: Path
    ports: dict[str, int]
    passwords: dict[str, str] = field(repr=False)
    kept_ports: dict[str, int]  # as they were when something was last started

    def software(self, name: str) -> Path:
        return self.root / "software" / name

    def data(self, name: str) -> Path:
        return self.root / "data" / name

    def config(self, name: str) -> Path:
        return self.root / "config" / name

    def log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def pid_file(self, name: str) -> Path:
        return self.root / "run" / f"{name}.pid"

    @property
    def env_file(self) -> Path:
        return self.root / "env"


def services_dir() -> Path:
    """The folder named by SERVICES_DIR, `var/services` beside the code if it is not set."""
    return Path(os.environ.get("SERVICES_DIR") or ROOT / "var" / "services").expanduser().resolve()


def open_machine() -> Machine:
    """What was decided for this machine before, and new decisions where there are none; `keep` makes them last."""
    root = services_dir()
    kept = _read(root / "machine.json")
    kept_ports = {name: int(port) for name, port in kept.get("ports", {}).items()}
    offset = _number("SERVICES_PORT_OFFSET", 0, least=0)
    ports = {name: _port(name, kept_ports.get(name, default + offset)) for name, default in PORTS.items()}
    machine = Machine(
        root=root,
        ports=ports | {name: ports[other] + 1 for name, other in NEXT_TO.items()},
        passwords={name: kept.get("passwords", {}).get(name) or secrets.token_hex(24) for name in PASSWORDS},
        kept_ports=kept_ports,
    )
    _refuse_shared_ports(machine.ports)
    return machine


def keep(machine: Machine) -> None:
    """Make the folders, and write the decisions down."""
    for name in ("software", "data", "config", "logs", "run"):
        (machine.root / name).mkdir(parents=True, exist_ok=True)
    decisions = {"ports": machine.ports, "passwords": machine.passwords}
    write_privately(machine.root / "machine.json", json.dumps(decisions, indent=1))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two commands at once would make two sets of passwords, or start a server twice."""
    root = services_dir()
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        kept: dict[str, dict[str, str]] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError:
        raise ServicesError(f"{path} cannot be read as JSON. Restore it, or remove its folder to begin anew.") from None
    return kept


def _port(name: str, default: int) -> int:
    return _number(f"SERVICES_{name.upper()}_PORT", default, least=1)


def _number(variable: str, default: int, *, least: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not least <= int(text) < 65536:
        raise ServicesError(f"{variable} must be a number from {least} to 65535, not {text!r}.")
    return int(text)


def _refuse_shared_ports(ports: dict[str, int]) -> None:
    taken: dict[int, str] = {}
    for name, port in ports.items():
        if port in taken:
            raise ServicesError(
                f"{taken[port]} and {name} cannot both use port {port}: set SERVICES_{name.upper()}_PORT."
            )
        taken[port] = name


def write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.rename(path)


def refuse_full_disk(machine: Machine, needed: int = NEEDED_BYTES) -> None:
    """Say it before a server stops in the middle of a write."""
    free = shutil.disk_usage(machine.root).free
    if free < needed:
        raise ServicesError(
            f"Only {free >> 20} MiB are free at {machine.root}, {needed >> 20} MiB are needed: "
            "free some space, or set SERVICES_DIR elsewhere."
        )

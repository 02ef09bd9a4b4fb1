"""The file `env`: the product's settings that name these servers, one NAME=value a line, readable by its owner only.

And `infra/.env`, from which `infra/compose.yaml` takes the same passwords and ports.
"""

from pathlib import Path

from infra.local.machine import ROOT, Machine, write_privately

COMPOSE_ENV = ROOT / "infra" / ".env"


def settings(machine: Machine) -> dict[str, str]:
    port, password = machine.ports, machine.passwords
    redis = f"redis://:{password['redis']}@127.0.0.1:{port['redis']}"
    return {
        "DATABASE_URL": _database(machine, "app"),
        "DATABASE_OWNER_URL": _database(machine, "owner"),
        "DATABASE_OPS_URL": _database(machine, "ops"),
        "EVENTS_URL": f"kafka://127.0.0.1:{port['kafka']}",
        "CELERY_BROKER_URL": f"{redis}/0",
        "STREAMS_URL": f"{redis}/1",
        "VECTORS_URL": f"weaviate://:{password['weaviate']}@127.0.0.1:{port['weaviate']}?grpc_port={port['weaviate_grpc']}",
        "GRAPH_URL": f"bolt://neo4j:{password['neo4j']}@127.0.0.1:{port['neo4j']}",
    }


def _database(machine: Machine, role: str) -> str:
    return f"postgres://rapport_{role}:{machine.passwords[role]}@127.0.0.1:{machine.ports['postgres']}/rapport"


def write_env(machine: Machine) -> None:
    lines = [f"{name}={value}\n" for name, value in settings(machine).items()]
    write_privately(machine.env_file, "".join(lines))


def write_compose_env(machine: Machine, path: Path = COMPOSE_ENV) -> None:
    ports = {f"{name.upper()}_PORT": str(port) for name, port in machine.ports.items()}
    passwords = {f"{name.upper()}_PASSWORD": password for name, password in machine.passwords.items()}
    write_privately(path, "".join(f"{name}={value}\n" for name, value in (ports | passwords).items()))

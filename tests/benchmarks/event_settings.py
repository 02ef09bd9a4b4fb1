"""Where the event benchmark runs: on the embedded parts, or on the real servers in corners of its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests import servers

EMBEDDED = {"DATABASE_URL": "", "EVENTS_URL": "embedded:", "CELERY_BROKER_URL": "embedded:", "STREAMS_URL": "embedded:"}


@contextmanager
def settings(*, real: bool) -> Iterator[Path]:
    """The environment for this process and those that it starts, with a data folder, which is given back."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-")))
        chosen = {**EMBEDDED, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "rapport.settings"}
        chosen |= {"LOG_LEVEL": "WARNING", "SECRET_KEY": "x" * 50}
        if real:
            chosen |= stack.enter_context(_servers())
        os.environ.update(chosen)
        yield folder


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """A new database, and prefixes on Kafka and Redis."""
    prefix = servers.token()
    events, broker = servers.address("EVENTS_URL"), servers.address("CELERY_BROKER_URL")
    with servers.fresh_database() as database:
        yield {
            **database.settings,
            "EVENTS_URL": servers.with_query(events, prefix=f"{prefix}."),
            "CELERY_BROKER_URL": servers.with_query(broker, prefix=prefix),
            "STREAMS_URL": servers.with_query(servers.address("STREAMS_URL"), prefix=prefix),
            "EMAIL_URL": "embedded:",
            "ALLOWED_HOSTS": "localhost",
        }
        servers.delete_topics(events, f"{prefix}.")
        servers.delete_keys(broker, prefix)


def server_processes() -> dict[str, list[psutil.Process]]:
    """The real servers' processes on this machine, by the port that they listen on."""
    ports = {name: urlsplit(servers.addresses()[setting].split(",")[0]).port for name, setting in SETTINGS.items()}
    found: dict[str, list[psutil.Process]] = {name: [] for name in ports}
    for each in psutil.net_connections("tcp"):
        for name, port in ports.items():
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid:
                found[name].append(psutil.Process(each.pid))
    return found


SETTINGS = {"PostgreSQL": "DATABASE_URL", "Kafka": "EVENTS_URL", "Redis": "CELERY_BROKER_URL"}


def processor_seconds(process: psutil.Process) -> float:
    """Of the process, of its children that ended, and of those that live (PostgreSQL has one for each connection)."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    times = process.cpu_times()
    return total + times.children_user + times.children_system

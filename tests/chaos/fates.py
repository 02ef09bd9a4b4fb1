"""What happens to whom: every process and every server is killed and comes back; each server is away for a while."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from rapport.health import check_health
from tests.chaos.servers import NAMES, OwnServers
from tests.running import Running, wait_until

PROCESSES = ("worker", "ingest", "events", "embedder")
PARTS = {  # what the health page names when the server is away
    "postgres": ("database",),
    "redis": ("broker",),
    "kafka": ("relay", "consumer"),
    "neo4j": ("graph",),
    "weaviate": ("vectors",),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """`seconds`: from the blow until it is well again. `was_named`: the health page said what was away."""

    victim: str
    what: str
    seconds: float
    was_named: bool | None = None


def fates(running: Running, servers: OwnServers, *, away_seconds: float, pause_seconds: float) -> Iterator[Fate]:
    for name in PROCESSES:
        yield _kill_process(running, name)
        time.sleep(pause_seconds)
    for name in NAMES:
        yield _kill_server(servers, name, "kill -9, started again", away_seconds=0)
        time.sleep(pause_seconds)
    if away_seconds:
        for name in NAMES:
            yield _kill_server(servers, name, f"away for {away_seconds:.0f} s", away_seconds=away_seconds)
            time.sleep(pause_seconds)


def _kill_process(running: Running, name: str) -> Fate:
    before, started = running.pid(name), time.monotonic()
    running.kill(name)
    wait_until(lambda: running.pid(name) not in {None, before}, seconds=120)
    return Fate(name, "kill -9", time.monotonic() - started)


def _kill_server(servers: OwnServers, name: str, what: str, *, away_seconds: float) -> Fate:
    started = time.monotonic()
    servers.kill(name)
    was_named = None
    if away_seconds:
        time.sleep(away_seconds / 2)
        was_named = not is_well(PARTS[name])
        time.sleep(max(0.0, started + away_seconds - time.monotonic()))
    servers.start(name)
    wait_until(lambda: is_well(PARTS[name]), seconds=120)
    return Fate(name, what, time.monotonic() - started, was_named)


def is_well(parts: Sequence[str]) -> bool:
    try:
        found = {each.name: each.is_ready for each in check_health()}
    finally:
        connection.close()
    return all(found[part] for part in parts)


def run_all(chain: Iterator[Fate], tell: Callable[[Fate], None]) -> list[Fate]:
    happened = []
    for fate in chain:
        tell(fate)
        happened.append(fate)
    return happened

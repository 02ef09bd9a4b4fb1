"""`make chaos`: 100,000 events and 500 documents of 20 tenants while everything is killed; prints what became of them.
Before that, conversations whose models and tools fail.

`--small` is the same in a few minutes, and part of `make test-real`. The last line is one JSON object; the exit status
says whether all of it is as it must be.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from tests.chaos.servers import OwnServers
from tests.chaos.talk import Outside, outside, talk
from tests.running import Running, prepare, wait_until


@dataclass(frozen=True, slots=True)
class Size:
    """`load_seconds`: over how long the load is spread; `drain_seconds`: the most that the rest may take."""

    tenants: int
    events: int
    documents: int
    load_seconds: float
    away_seconds: float
    pause_seconds: float
    drain_seconds: float
    turns: int


FULL = Size(20, 100_000, 500, 720, 60, 5, 900, 200)
SMALL = Size(3, 3_000, 24, 60, 0, 1, 300, 40)


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    arguments.add_argument("--small", action="store_true")
    size = SMALL if arguments.parse_args().small else FULL
    folder = Path(tempfile.mkdtemp(prefix="rapport-"))  # a short name: sockets live in it
    servers = OwnServers(folder / "services")
    try:
        servers.start()
        (folder / "data").mkdir()
        with outside() as world:
            settings = {**servers.settings, **world.settings}
            os.environ.update(settings, DATA_DIR=str(folder / "data"), DJANGO_SETTINGS_MODULE="rapport.settings")
            return _run(folder / "data", servers, size, world, settings)
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _run(data: Path, servers: OwnServers, size: Size, world: Outside, settings: dict[str, str]) -> int:
    prepare(data, settings)
    import django

    django.setup()
    from tests.chaos import ending
    from tests.chaos.fates import Fate, fates
    from tests.chaos.load import Load

    load = Load(_tenants(size.tenants), size.events, size.documents, size.load_seconds)
    started = time.monotonic()

    def tell(fate: Fate) -> None:
        named = "" if fate.was_named is None else f", health page named it: {'yes' if fate.was_named else 'NO'}"
        _say(f"{time.monotonic() - started:6.0f} s  {fate.victim:10} {fate.what:28} {fate.seconds:6.1f} s{named}")

    with Running(data, only="embedder,worker,ingest,events", environment=settings) as running:
        talked = talk(running, world, turns=size.turns, seconds=size.drain_seconds)
        _say(f"{time.monotonic() - started:6.0f} s  conversations: {asdict(talked)}")
        given_up = len(running.dead())  # turns that failed: the load must leave no others
        load.start()
        happened = []
        for fate in fates(running, servers, away_seconds=size.away_seconds, pause_seconds=size.pause_seconds):
            tell(fate)
            happened.append(fate)
        try:
            wait_until(lambda: ending.is_done(running, load), seconds=size.load_seconds + size.drain_seconds)
        except TimeoutError:
            _say(f"It did not come to an end. {running.pending()} rows wait. The log says:\n{running.output()[-4000:]}")
        found = ending.look(running, load, given_up=given_up)
    result = {
        **asdict(found),
        "talked": asdict(talked),
        "refused_writes": load.refused,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "fates": [asdict(fate) for fate in happened],
        "unnamed": sum(fate.was_named is False for fate in happened),
    }
    for name, value in result.items():
        if name != "fates":
            _say(f"{name:16} {value}")
    sys.stdout.write(f"{json.dumps(result)}\n")
    is_good = found.is_good and talked.is_good and given_up == talked.failed and not result["unnamed"]
    return 0 if is_good else 1


def _tenants(count: int) -> list[UUID]:
    from tenants.services import create_tenant, create_user

    owner = create_user(email="chaos@rapport.example", password="chaos chaos chaos")
    return [create_tenant(name=f"Company {number}", owner_id=owner) for number in range(count)]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())

"""What must be true at the end."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

from tests.chaos.load import Load
from tests.running import ROOT, Running


@dataclass(frozen=True, slots=True)
class Ending:
    """`differences`: what `manage.py reconcile --dry-run` finds between PostgreSQL and the two stores."""

    events: int
    handled: int
    lost: int
    doubled: int
    out_of_order: int
    dead: int
    documents: int
    ready: int
    passages: int
    told_twice: int
    differences: int
    kinds: dict[str, int]  # of differences

    @property
    def is_good(self) -> bool:
        bad = (self.lost, self.doubled, self.out_of_order, self.dead, self.told_twice, self.differences)
        return not any(bad) and self.ready == self.documents and self.handled == self.events


def look(running: Running, load: Load, *, given_up: int = 0) -> Ending:
    """`given_up`: dead before the load began."""
    effects = running.effects()
    distinct = set(effects)
    ready, passages = _documents(load)
    differences, kinds = _differences(running)
    return Ending(
        events=load.events,
        handled=len(distinct),
        lost=load.events - len(distinct),
        doubled=len(effects) - len(distinct),
        out_of_order=_out_of_order(effects),
        dead=len(running.dead()) - given_up,
        documents=load.documents,
        ready=ready,
        passages=passages,
        told_twice=_told_twice(),
        differences=differences,
        kinds=kinds,
    )


def is_done(running: Running, load: Load) -> bool:
    """Nothing waits any more, and every document has come to an end."""
    from ingestion.selectors import tally_documents

    if not load.is_over() or running.pending():
        return False
    states: Counter[str] = Counter()
    for tenant_id in load.tenants:
        states += tally_documents(tenant_id=tenant_id)[0]
    return states["ready"] + states["failed"] == load.documents


def _out_of_order(effects: list[tuple[str, int]]) -> int:
    last: dict[str, int] = {}
    wrong = 0
    for key, number in effects:
        wrong += number <= last.get(key, -1)
        last[key] = number
    return wrong


def _documents(load: Load) -> tuple[int, int]:
    from ingestion.models import Chunk, Document
    from tenants.context import tenant_scope

    ready = passages = 0
    for tenant_id in load.tenants:
        with tenant_scope(tenant_id):
            ready += Document.objects.filter(state="ready").count()
            passages += Chunk.objects.count()
    return ready, passages


def _told_twice() -> int:
    """Facts about one version that were told more than once, as events with ids of their own."""
    from ingestion.topics import EMBEDDED, READY
    from rapport.events.models import OutboxEvent

    told: Counter[tuple[str, str]] = Counter()
    for payload in OutboxEvent.objects.filter(topic="ingestion.documents").values_list("payload", flat=True):
        if payload["type"] in {EMBEDDED, READY}:
            told[payload["type"], payload["data"]["version_id"]] += 1
    return sum(count - 1 for count in told.values())


def _differences(running: Running) -> tuple[int, dict[str, int]]:
    """Raises RuntimeError when it cannot be said."""
    command = [sys.executable, str(ROOT / "manage.py"), "reconcile", "--dry-run", "--json"]
    done = subprocess.run(command, env=running.environment, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
        return int(report["left"]), report["total"]["found"]
    except (ValueError, KeyError):
        raise RuntimeError(f"reconcile said: {done.stdout[-500:]}{done.stderr[-1500:]}") from None

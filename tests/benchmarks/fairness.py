"""What one tenant's import costs another tenant: its single documents and its answers, alone and during the import.

`python -m tests.benchmarks.fairness [--real] [--documents N]` starts `manage.py run` on a fresh data folder. A tenant
submits single documents, one after the other, and asks questions, first on the idle product, then while another one
imports thousands of small documents; for a bounded time, the import need not end. The last line is one JSON object.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from tests.benchmarks.ingest import Product, prepare_product, servers_of
from tests.running import wait_until

MOST_READY_RATIO = 2.0
MOST_TURN_RATIO = 1.2
WORDS = (
    "river copper garden winter letter engine market silver bridge harvest candle window forest island mirror".split()
)


class Times(NamedTuple):
    """Seconds of each stage. The relay marks what it published a little later than the bus has it, so `bus` may be
    below zero."""

    submit: float
    outbox: float
    bus: float
    queue: float
    work: float
    seen: float


@dataclass(frozen=True)
class Small:
    """The tenant that is measured."""

    tenant_id: UUID
    source_id: UUID
    agent_id: UUID


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--documents", type=int, default=50_000, help="of the import")
    arguments.add_argument("--samples", type=int, default=20, help="single documents and questions, of each kind")
    arguments.add_argument("--real", action="store_true", help="on the servers of `make services`")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder, servers_of(real=options.real) as settings:
        prepare_product(folder, settings)
        product = Product(Path(folder))
        try:
            result = _measure(options.documents, options.samples)
        finally:
            product.close()
    result["parts"] = "real servers" if options.real else "embedded"
    for name, value in result.items():
        print(f"{name:28} {value}", file=sys.stderr)
    print(json.dumps(result))
    return 0


def _measure(documents: int, samples: int) -> dict[str, object]:
    small, importer = _small(), _tenant("Importer")
    _document_times(small, 3)  # the model's files, pools, caches
    _turn_times(small, 3)
    alone, turn_alone = _document_times(small, samples), _turn_times(small, samples)
    queued = _import(*importer, documents)
    load = os.getloadavg()[0]
    during, turn_during = _document_times(small, samples), _turn_times(small, samples)
    left = _left(importer[0])
    return {
        "documents": documents,
        "submitting_seconds": round(queued, 1),
        "still_queued_at_the_end": left,
        "import_outlasted": left > 0,  # else the figures mean nothing: take more documents
        **_compare("ready", alone, during, MOST_READY_RATIO),
        **_compare("turn", turn_alone, turn_during, MOST_TURN_RATIO),
        "load_average": round(load, 1),
    }


def _compare(name: str, alone: Sequence[Times], during: Sequence[Times], most: float) -> dict[str, object]:
    figures: dict[str, object] = {}
    for label, times in (("alone", alone), ("during", during)):
        values = [sum(each) for each in times]
        figures[f"{name}_{label}_p50_ms"] = round(statistics.median(values) * 1000, 1)
        figures[f"{name}_{label}_p95_ms"] = round(_p95(values) * 1000, 1)
        figures[f"{name}_{label}_stages_p50_ms"] = _by_stage(
            [statistics.median(column) for column in zip(*times, strict=True)]
        )
        figures[f"{name}_{label}_slowest_ms"] = _by_stage(max(times, key=sum))
    before, after = ([sum(each) for each in times] for times in (alone, during))
    ratio = _p95(after) / _p95(before)
    return figures | {
        f"{name}_p50_ratio": round(statistics.median(after) / statistics.median(before), 2),
        f"{name}_p95_ratio": round(ratio, 2),
        f"{name}_target_ratio": most,
        f"{name}_is_met": ratio <= most,
    }


def _by_stage(seconds: Sequence[float]) -> dict[str, float]:
    return {name: round(each * 1000, 1) for name, each in zip(Times._fields, seconds, strict=True)}


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _tenant(name: str) -> tuple[UUID, UUID]:
    """The tenant and its source for uploads."""
    from ingestion.services import ensure_upload_source
    from tenants.actors import SYSTEM
    from tenants.services import create_tenant, create_user

    owner = create_user(email=f"{name.lower()}@rapport.example", password="bench bench bench")
    tenant_id = create_tenant(name=name, owner_id=owner)
    return tenant_id, ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)


def _small() -> Small:
    from agents.services.agents import create_agent
    from tenants.actors import SYSTEM

    tenant_id, source_id = _tenant("Small")
    return Small(tenant_id, source_id, create_agent(tenant_id=tenant_id, actor=SYSTEM))


def _text(number: int) -> bytes:
    """Small, and unlike any other."""
    said = " ".join(WORDS[(number * step + step) % len(WORDS)] for step in range(1, 30))
    return f"Note {number} of {uuid4()}. The {said}.".encode()


def _document_times(small: Small, count: int) -> list[Times]:
    """From submitting to ready, of single documents, one after the other."""
    from ingestion.models import DocumentVersion
    from ingestion.services import submit_document
    from tenants.actors import SYSTEM

    def submit(number: int) -> UUID:
        return submit_document(
            tenant_id=small.tenant_id,
            actor=SYSTEM,
            source_id=small.source_id,
            name=f"{uuid4()}.txt",
            content=_text(number),
        ).version_id

    return [_time(small, partial(submit, number), DocumentVersion, "ingest-documents") for number in range(count)]


def _turn_times(small: Small, count: int) -> list[Times]:
    """From the message to the stored answer, each in a conversation of its own."""
    from agents.models import Turn
    from agents.services.conversations import post_message, start_conversation
    from tenants.actors import SYSTEM

    def ask(conversation_id: UUID, number: int) -> UUID:
        return post_message(
            tenant_id=small.tenant_id,
            conversation_id=conversation_id,
            text=f"What does note {number} say of the {WORDS[number % len(WORDS)]} and {uuid4().hex[:6]}?",
            idempotency_key="",
            actor=SYSTEM,
        ).turn_id

    times = []
    for number in range(count):
        conversation_id = start_conversation(
            tenant_id=small.tenant_id, agent_id=small.agent_id, contact_id=uuid4(), actor=SYSTEM, channel="test"
        )
        times.append(_time(small, partial(ask, conversation_id, number), Turn, "answer-turns"))
    return times


def _time(small: Small, begin: Callable[[], UUID], model: Any, subscription: str) -> Times:
    """`begin` writes a row of `model` and an event for `subscription`; it is over when the row is finished."""
    from rapport.events.models import InboxEvent, OutboxEvent
    from tenants.context import tenant_scope

    started = datetime.now(UTC)
    row_id = begin()

    def row() -> Any:
        with tenant_scope(small.tenant_id):
            return model.objects.get(id=row_id)

    wait_until(lambda: row().finished_at is not None, seconds=180)
    over = datetime.now(UTC)
    received = InboxEvent.objects.filter(subscription=subscription, tenant_id=small.tenant_id).latest("id")
    published = OutboxEvent.objects.filter(event_id=received.event_id, published_at__isnull=False)
    wait_until(published.exists, seconds=30)  # the relay marks it when the bus has it, perhaps after all is done
    sent = published.get()
    done = row()
    assert sent.published_at is not None
    moments = [
        started,
        sent.created_at,
        sent.published_at,
        received.received_at,
        done.started_at,
        done.finished_at,
        over,
    ]
    return Times(*[(after - before).total_seconds() for before, after in itertools.pairwise(moments)])


def _import(tenant_id: UUID, source_id: UUID, count: int) -> float:
    """Submit all, as `manage.py ingest` does; returns how long that took."""
    from ingestion.services import NewDocument, submit_documents
    from tenants.actors import SYSTEM

    started = time.monotonic()
    for first in range(0, count, 50):
        documents = [NewDocument(f"{number}.txt", _text(number)) for number in range(first, min(first + 50, count))]
        submit_documents(tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, documents=documents)
    return time.monotonic() - started


def _left(tenant_id: UUID) -> int:
    from ingestion.selectors import tally_documents

    states, _ = tally_documents(tenant_id=tenant_id)
    return states["queued"] + states["processing"]


if __name__ == "__main__":
    raise SystemExit(main())

"""What one tenant's import costs another tenant: its single documents and its answers, alone and during the import.

`python -m tests.benchmarks.fairness [--real] [--documents N]` starts `manage.py run` on a fresh data folder. A tenant
submits single documents, one after the other, and asks questions, first on the idle product, then while another one
imports thousands of small documents; for a bounded time, the import need not end. The last line is one JSON object.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from tests.benchmarks.ingest import Product, prepare_product, servers_of
from tests.running import wait_until

MOST_READY_RATIO = 2.0
MOST_TURN_RATIO = 1.2
WORDS = (
    "river copper garden winter letter engine market silver bridge harvest candle window forest island mirror".split()
)


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
    _document_seconds(small, 3)  # the model's files, pools, caches
    _turn_seconds(small, 3)
    alone, turn_alone = _document_seconds(small, samples), _turn_seconds(small, samples)
    queued = _import(*importer, documents)
    load = os.getloadavg()[0]
    during, turn_during = _document_seconds(small, samples), _turn_seconds(small, samples)
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


def _compare(name: str, alone: Sequence[float], during: Sequence[float], most: float) -> dict[str, object]:
    figures: dict[str, object] = {}
    for label, values in (("alone", alone), ("during", during)):
        figures[f"{name}_{label}_p50_ms"] = round(statistics.median(values) * 1000, 1)
        figures[f"{name}_{label}_p95_ms"] = round(_p95(values) * 1000, 1)
    ratio = _p95(during) / _p95(alone)
    return figures | {
        f"{name}_p50_ratio": round(statistics.median(during) / statistics.median(alone), 2),
        f"{name}_p95_ratio": round(ratio, 2),
        f"{name}_target_ratio": most,
        f"{name}_is_met": ratio <= most,
    }


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


def _document_seconds(small: Small, count: int) -> list[float]:
    """From submitting to ready, of single documents, one after the other."""
    from ingestion.models import Document
    from ingestion.services import submit_document
    from tenants.actors import SYSTEM
    from tenants.context import tenant_scope

    spent = []
    for number in range(count):
        started = time.monotonic()
        submitted = submit_document(
            tenant_id=small.tenant_id,
            actor=SYSTEM,
            source_id=small.source_id,
            name=f"{uuid4()}.txt",
            content=_text(number),
        )

        def is_ready(document_id: UUID = submitted.document_id) -> bool:
            with tenant_scope(small.tenant_id):
                return Document.objects.filter(id=document_id, state="ready").exists()

        wait_until(is_ready, seconds=180)
        spent.append(time.monotonic() - started)
    return spent


def _turn_seconds(small: Small, count: int) -> list[float]:
    """From the message to the stored answer, each in a conversation of its own."""
    from agents.models import Turn
    from agents.services.conversations import post_message, start_conversation
    from tenants.actors import SYSTEM
    from tenants.context import tenant_scope

    spent = []
    for number in range(count):
        conversation_id = start_conversation(
            tenant_id=small.tenant_id, agent_id=small.agent_id, contact_id=uuid4(), actor=SYSTEM, channel="test"
        )
        started = time.monotonic()
        posted = post_message(
            tenant_id=small.tenant_id,
            conversation_id=conversation_id,
            text=f"What does note {number} say of the {WORDS[number % len(WORDS)]} and {uuid4().hex[:6]}?",
            idempotency_key="",
            actor=SYSTEM,
        )

        def is_answered(turn_id: UUID = posted.turn_id) -> bool:
            with tenant_scope(small.tenant_id):
                return Turn.objects.filter(id=turn_id, finished_at__isnull=False).exists()

        wait_until(is_answered, seconds=180)
        spent.append(time.monotonic() - started)
    return spent


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

"""Ingest of both sides in turn, each time into an empty place."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID, uuid4

import psutil

from ingestion.pipeline.stores import Stores
from rapport.config import get_config
from tenants.services import create_user
from tests.benchmarks.peers.bare import Bare, open_bare
from tests.benchmarks.peers.corpus import Page, StubEmbedder
from tests.benchmarks.peers.product import Shelf

WARM_PAGES = 30


def open_stores(embedder: StubEmbedder) -> Stores:
    from ingestion.graph.registry import get_graph_store
    from ingestion.vectors.registry import get_vector_store

    stores = Stores(embedder, get_vector_store(), get_graph_store())
    stores.vectors.prepare(model_key=embedder.model.key, dimensions=embedder.model.dimensions)
    stores.graph.prepare()
    return stores


@dataclass(frozen=True, slots=True)
class Side:
    """One ingest: seconds, those of them that went into handing documents in, and processor seconds of the client's
    side, that is of this process and those it started."""

    seconds: float
    cpu: float
    submitting: float = 0.0


def compare_ingest(pages: Sequence[Page], embedder: StubEmbedder, rounds: int) -> dict[str, object]:
    config = get_config()
    owner = create_user(email="bench@rapport.example", password="bench bench bench")
    stores = open_stores(embedder)
    ours: list[Side] = []
    bares: list[Side] = []
    with open_bare(config.vectors_url, config.graph_url, embedder) as bare:
        _product(owner, stores, pages[:WARM_PAGES])
        _bare(bare, pages[:WARM_PAGES])
        for _ in range(rounds):
            one, stages = _product(owner, stores, pages)
            ours.append(one)
            bares.append(_bare(bare, pages))
    least = min(each.seconds for each in bares)
    return {
        "product_seconds": [round(each.seconds, 2) for each in ours],
        "product_submitting_seconds": [round(each.submitting, 2) for each in ours],
        "product_cpu_seconds": [round(each.cpu, 1) for each in ours],
        "product_seconds_by_stage": stages,
        "bare_seconds": [round(each.seconds, 2) for each in bares],
        "bare_cpu_seconds": [round(each.cpu, 1) for each in bares],
        "ratio_to_bare": round(min(each.seconds for each in ours) / least, 3),
        "ratio_to_bare_with_submitting": round(min(each.seconds + each.submitting for each in ours) / least, 3),
    }


def _product(owner: UUID, stores: Stores, pages: Sequence[Page]) -> tuple[Side, dict[str, float]]:
    shelf, cpu = Shelf.of_new_tenant(owner, stores), _cpu_seconds()
    try:
        took = shelf.ingest(pages)
        return Side(took.reading, _cpu_seconds() - cpu, took.submitting), shelf.stages()
    finally:
        shelf.clear()


def _bare(bare: Bare, pages: Sequence[Page]) -> Side:
    tenant, cpu, started = uuid4(), _cpu_seconds(), perf_counter()
    bare.ingest(tenant, pages)
    side = Side(perf_counter() - started, _cpu_seconds() - cpu)
    bare.clear(tenant)
    return side


def _cpu_seconds() -> float:
    total = 0.0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total

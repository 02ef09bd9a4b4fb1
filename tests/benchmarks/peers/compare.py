"""The sides in turn, and what is made of their times."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from uuid import UUID, uuid4

import psutil

from ingestion.pipeline.stores import Stores
from rapport.config import get_config
from tenants.services import create_user
from tests.benchmarks.peers.again import ingest_again
from tests.benchmarks.peers.bare import Bare, open_bare
from tests.benchmarks.peers.corpus import Page, StubEmbedder
from tests.benchmarks.peers.others import LlamaIndex, open_llamaindex
from tests.benchmarks.peers.product import Shelf
from tests.benchmarks.peers.search import compare_search, draw_questions

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
    """One ingest in seconds; `cpu`: processor seconds of the client's side, that is of its process and those that it
    started; `submitting`: what handing in took before; `again`: the same pages once more."""

    seconds: float
    cpu: float
    submitting: float = 0.0
    again: float = 0.0


def compare(pages: Sequence[Page], embedder: StubEmbedder, rounds: int, folder: Path) -> dict[str, object]:
    """Every side in turn, each into an empty place; what the last round leaves is searched and changed."""
    cut = [chunk for chunks in embedder.learn(pages) for chunk in chunks]
    config, stores = get_config(), open_stores(embedder)
    owner = create_user(email="bench@rapport.example", password="bench bench bench")
    sides: dict[str, list[Side]] = {"product": [], "bare": [], "llamaindex": []}
    with open_bare(config.vectors_url, config.graph_url, embedder) as bare:
        other = open_llamaindex(bare, pages, folder)
        shelf, tenant = _product(owner, stores, pages[:WARM_PAGES])[0], _bare(bare, pages[:WARM_PAGES])[0]
        for _ in range(rounds):
            bare.clear(tenant)
            shelf.clear()
            shelf, ours = _product(owner, stores, pages)
            sides["product"].append(ours)
            tenant, theirs = _bare(bare, pages)
            sides["bare"].append(theirs)
            if other is not None:
                sides["llamaindex"].append(_other(other))
        stages = shelf.stages()
        searched = compare_search(shelf, embedder, bare.shard(tenant), draw_questions(cut, embedder))
        again = ingest_again(shelf, pages, embedder)
        shelf.clear()
    return {"passages": len(cut), **_figures(sides), "product_seconds_by_stage": stages, **searched, **again}


def _figures(sides: dict[str, list[Side]]) -> dict[str, object]:
    figures: dict[str, object] = {}
    for name, each in sides.items():
        figures[f"{name}_seconds"] = [round(side.seconds, 2) for side in each]
        figures[f"{name}_cpu_seconds"] = [round(side.cpu, 1) for side in each]
    figures["product_submitting_seconds"] = [round(side.submitting, 2) for side in sides["product"]]
    whole = min(side.seconds + side.submitting for side in sides["product"])
    ours, bare = (min(side.seconds for side in sides[name]) for name in ("product", "bare"))
    figures |= {"ratio_to_bare": round(ours / bare, 3), "ratio_to_bare_with_submitting": round(whole / bare, 3)}
    if others := sides["llamaindex"]:
        figures["ratio_to_llamaindex"] = round(ours / min(side.seconds for side in others), 3)
        figures["llamaindex_unchanged_seconds"] = min(side.again for side in others)
    return figures


def _product(owner: UUID, stores: Stores, pages: Sequence[Page]) -> tuple[Shelf, Side]:
    shelf, cpu = Shelf.of_new_tenant(owner, stores), _cpu_seconds()
    took = shelf.ingest(pages)
    return shelf, Side(took.reading, _cpu_seconds() - cpu, took.submitting)


def _bare(bare: Bare, pages: Sequence[Page]) -> tuple[UUID, Side]:
    tenant, cpu, started = uuid4(), _cpu_seconds(), perf_counter()
    bare.ingest(tenant, pages)
    return tenant, Side(perf_counter() - started, _cpu_seconds() - cpu)


def _other(side: LlamaIndex) -> Side:
    """Its passages and its graph are gone afterwards."""
    figures = side.run()
    return Side(figures["seconds"], figures["cpu_seconds"], again=figures["again_seconds"])


def _cpu_seconds() -> float:
    total = 0.0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total

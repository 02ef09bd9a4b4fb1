"""Retrieval for tenants in use while thousands of others sleep: `make bench-tenants`.

Three Weaviate servers of the benchmark's own, with 1, 1,000 and 10,000 tenants, are asked the same in turn, so that
other work on the machine falls on all. Tenants that are not in use are put to sleep after they were written, since an
awake one holds its files open; what the first question to a sleeping one takes is measured apart. The embedder is a
stub. The last line is one JSON object.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import numpy as np

from tests.benchmarks.figures import percentile
from tests.chaos.servers import OwnServers

if TYPE_CHECKING:
    from agents.retrieval import Retriever
    from ingestion.vectors.port import VectorChunk
    from ingestion.vectors.weaviate.store import WeaviateVectorStore
    from tests.benchmarks.peers.corpus import StubEmbedder

IN_USE, PASSAGES, PASSAGES_ASLEEP = 10, 200, 3
WRITTEN_AT_ONCE = 500  # tenants, before they are put to sleep
QUESTIONS, WARM, FIRSTS = 1_500, 60, 200
WORDS = tuple(f"word{number}" for number in range(3_000))


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tenants", type=int, nargs="+", default=[1, 1_000, 10_000])
    options = arguments.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-"))
        os.environ.setdefault("DATA_DIR", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")
        import django

        django.setup()
        crowds = [stack.enter_context(_crowd(tenants)) for tenants in options.tenants]
        figures = _ask(crowds)
        for crowd in figures["crowds"]:
            print(crowd, file=sys.stderr)
        print("The servers are stopped and their files removed; that takes minutes.", file=sys.stderr)
    print(json.dumps(figures))
    return 0


@dataclass
class Crowd:
    """One server's tenants: those in use, those that sleep, and what asking them took in milliseconds."""

    servers: OwnServers
    store: "WeaviateVectorStore"
    retriever: "Retriever"
    embedder: "StubEmbedder"
    in_use: list[UUID] = field(default_factory=list)
    asleep: list[UUID] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    filled_seconds: float = 0.0

    def ask(self, tenant_id: UUID, question: str) -> float:
        started = time.perf_counter()
        found = self.retriever.retrieve(tenant_id=tenant_id, query=question, limit=10)
        seconds = time.perf_counter() - started
        assert found.passages, f"nothing was found: {found.failed}"
        assert not found.failed, found.failed
        return seconds * 1000

    def figures(self) -> dict[str, object]:
        held = self.times[WARM:]
        found: dict[str, object] = {
            "tenants": len(self.in_use) + len(self.asleep),
            "filled_seconds": round(self.filled_seconds, 1),
            "p50_ms": round(percentile(held, 50), 2),
            "p95_ms": round(percentile(held, 95), 2),
            **_size(self.servers.folder),
        }
        if self.firsts:
            found |= {
                "first_p50_ms": round(percentile(self.firsts, 50), 1),
                "first_p95_ms": round(percentile(self.firsts, 95), 1),
            }
        return found


@contextmanager
def _crowd(tenants: int) -> Iterator[Crowd]:
    from agents.retrieval import Retriever
    from ingestion.vectors.weaviate.store import WeaviateVectorStore
    from tests.benchmarks.peers.corpus import StubEmbedder

    folder = Path(tempfile.mkdtemp(prefix="rapport-"))
    servers = OwnServers(folder / "services")
    try:
        servers.start("weaviate")
        store, embedder = WeaviateVectorStore(servers.settings["VECTORS_URL"]), StubEmbedder()
        store.prepare(model_key=embedder.model.key, dimensions=embedder.model.dimensions)
        crowd = Crowd(servers, store, Retriever(embedder, store), embedder)
        started = time.monotonic()
        _fill(crowd, tenants)
        crowd.filled_seconds = time.monotonic() - started
        print(f"{tenants} tenants after {crowd.filled_seconds:.0f} s, {_size(servers.folder)}", file=sys.stderr)
        yield crowd
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(crowd: Crowd, tenants: int) -> None:
    generator = np.random.default_rng(7)
    while len(crowd.asleep) + IN_USE < tenants:
        some = [uuid4() for _ in range(min(WRITTEN_AT_ONCE, tenants - IN_USE - len(crowd.asleep)))]
        _write_many(crowd.store, some, generator)
        crowd.store._collection().tenants.deactivate([str(each) for each in some])
        crowd.asleep += some
    for _ in range(min(IN_USE, tenants)):
        tenant_id = uuid4()
        chunks = [_chunk(ordinal) for ordinal in range(PASSAGES)]
        crowd.store.upsert(tenant_id, chunks, generator.standard_normal((PASSAGES, 384)).astype(np.float32))
        crowd.in_use.append(tenant_id)


def _write_many(store: "WeaviateVectorStore", tenants: Sequence[UUID], generator: np.random.Generator) -> None:
    """Without what makes a write survive: nobody kills this server."""
    from ingestion.vectors.weaviate.objects import to_object

    name, client = store._collection().name, store.door.client()
    with client.batch.fixed_size(batch_size=300, concurrent_requests=2) as batch:
        for tenant_id in tenants:
            for ordinal in range(PASSAGES_ASLEEP):
                each: Any = to_object(_chunk(ordinal), generator.standard_normal(384).astype(np.float32))
                batch.add_object(
                    name, properties=each.properties, uuid=each.uuid, vector=each.vector, tenant=str(tenant_id)
                )
    if failed := client.batch.failed_objects:
        raise RuntimeError(f"Weaviate refused {len(failed)} objects: {failed[0].message}")


def _chunk(ordinal: int) -> "VectorChunk":
    from ingestion.vectors.port import VectorChunk

    document = uuid4()
    text = " ".join(random.choices(WORDS, k=180))
    return VectorChunk(uuid4(), document, document, document, ordinal, "A page", (), text, "en")


def _ask(crowds: Sequence[Crowd]) -> dict[str, Any]:
    generator = np.random.default_rng(9)
    for number in range(QUESTIONS + WARM):
        question = " ".join(random.sample(WORDS, 7))
        for crowd in [*crowds[number % len(crowds) :], *crowds[: number % len(crowds)]]:
            _learn(crowd, question, generator)
            crowd.times.append(crowd.ask(crowd.in_use[number % len(crowd.in_use)], question))
    for crowd in crowds:
        for tenant_id in random.sample(crowd.asleep, min(FIRSTS, len(crowd.asleep))):
            crowd.firsts.append(crowd.ask(tenant_id, question))
    found = [crowd.figures() for crowd in crowds]
    alone = crowds[0].figures()
    return {
        "crowds": found,
        "p95_to_the_first": [round(float(str(each["p95_ms"])) / float(str(alone["p95_ms"])), 3) for each in found],
        "p50_to_the_first": [round(float(str(each["p50_ms"])) / float(str(alone["p50_ms"])), 3) for each in found],
        "load_average": round(os.getloadavg()[0], 1),
    }


def _learn(crowd: Crowd, question: str, generator: np.random.Generator) -> None:
    crowd.embedder.vectors[question] = generator.standard_normal(384).astype(np.float32)
    crowd.embedder.counts[question] = 9


def _size(folder: Path) -> dict[str, int]:
    """The server's memory and open files."""
    import psutil

    for process in psutil.process_iter(["cmdline"]):
        with_it = process.info["cmdline"] or [""]
        if with_it[0].endswith("weaviate-server") and str(folder) in str(process.environ()):
            return {"server_mb": process.memory_info().rss >> 20, "server_files": process.num_fds()}
    return {}


if __name__ == "__main__":
    raise SystemExit(main())

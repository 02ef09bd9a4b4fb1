"""Pages into answers through the real processes, beside the bare embedder on the same passages in the same run.

`python -m tests.benchmarks.ingest --corpus DIR [--limit N]` starts `manage.py run` on a fresh data folder, submits
every readable file, waits until each is ready or failed, then has the same embedder embed the same passages with
nothing else going on. Wall-clock ratios mean little on a busy machine, so processor seconds are given too. The last
line is one JSON object.
"""

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import psutil

from tests import servers
from tests.prepared import prepare_folder
from tests.running import ROOT, wait_until

SUFFIXES = {".html", ".htm", ".md", ".txt", ".pdf", ".docx", ".csv"}
MEGABYTE = 1024 * 1024


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--corpus", type=Path, required=True, help="folder of documents")
    arguments.add_argument("--limit", type=int, default=0, help="take only the first N files")
    arguments.add_argument("--real", action="store_true", help="on the servers of `make services`")
    options = arguments.parse_args()
    paths = sorted(path for path in options.corpus.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    paths = paths[: options.limit] if options.limit else paths
    if not paths:
        print(f"There is no file to read in {options.corpus}.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder, servers_of(real=options.real) as settings:
        prepare_product(folder, settings)
        result = _measure(Path(folder), paths)
    _show(result)
    print(json.dumps(result))
    return 0


@contextlib.contextmanager
def servers_of(*, real: bool) -> Iterator[Mapping[str, str]]:
    """The product's settings for the real servers, in corners that are emptied afterwards; none for the embedded."""
    if not real:
        yield {"DATABASE_URL": ""}
        return
    os.environ["RAPPORT_REQUIRE_SERVERS"] = "1"
    with servers.corners() as corner:
        own = {"SECRET_KEY": "only-for-benchmarks-" + "x" * 40, "ALLOWED_HOSTS": "localhost", "EMAIL_URL": "embedded:"}
        yield {**corner, **own}
        from django.db import connections

        connections.close_all()


def prepare_product(folder: str, settings: Mapping[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ.update(
        settings,
        DATA_DIR=folder,
        DJANGO_SETTINGS_MODULE="rapport.settings",
        LOG_LEVEL="WARNING",
        PORT=str(port),
        DEMO_SITE_PORT="0",
    )
    if not settings.get("DATABASE_URL"):
        prepare_folder(Path(folder))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


class Product:
    """`manage.py run` and all that it starts; `module`: what runs in its place."""

    def __init__(self, folder: Path, *, module: str = "") -> None:
        self._folder = folder
        self._log = (folder / "output.log").open("ab")
        command = [sys.executable, *(["-m", module] if module else [str(ROOT / "manage.py"), "run"])]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=self._log, start_new_session=True)
        wait_until(lambda: len(list((folder / "run").glob("*.pid"))) >= 4, seconds=90)

    def processes(self) -> list[tuple[str, psutil.Process]]:
        """Name and process; children of the parser live so shortly that some are gone before they are asked."""
        root = psutil.Process(self._process.pid)
        found = []
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append((self._name(process), process))
        return found

    def cpu_seconds(self) -> dict[str, float]:
        """By name, with those that they have already buried."""
        total: dict[str, float] = defaultdict(float)
        for name, process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total[name] += times.user + times.system + times.children_user + times.children_system
        return total

    def _name(self, process: psutil.Process) -> str:
        """As the supervisor calls it, else by what it runs."""
        for path in (self._folder / "run").glob("*.pid"):
            if path.read_text().strip() == str(process.pid):
                return path.stem
        command = " ".join(process.cmdline())
        known = {"embedding.server": "embedder", "parsing.process": "parser", "manage.py run": "supervisor"}
        return next((name for mark, name in known.items() if mark in command), process.name())

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()


class MemoryWatch:
    """The largest sum of proportional set sizes seen: memory that processes share counts once."""

    def __init__(self, product: Product) -> None:
        self.peak_bytes = 0
        self.by_process: dict[str, int] = {}
        self._product = product
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def sample(self) -> int:
        sizes: Counter[str] = Counter()
        for name, process in self._product.processes():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                sizes[name] += process.memory_full_info().pss
        if sizes.total() > self.peak_bytes:
            self.peak_bytes, self.by_process = sizes.total(), dict(sizes)
        return sizes.total()

    def _watch(self) -> None:
        while not self._ended.wait(2):  # a sample takes 15 ms of a core, which is then missing
            self.sample()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()


@dataclass(frozen=True)
class Ingested:
    seconds: float
    cpu_seconds: dict[str, float]
    states: Counter[str]
    codes: Counter[str]


def _measure(folder: Path, paths: Sequence[Path]) -> dict[str, object]:
    from ingestion.services import ensure_upload_source
    from tenants.actors import SYSTEM
    from tenants.services import create_tenant, create_user

    owner = create_user(email="bench@rapport.example", password="bench bench bench")
    tenant_id = create_tenant(name="Bench", owner_id=owner)
    source_id = ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)
    product = Product(folder)
    try:
        _warm_up(tenant_id, source_id)
        time.sleep(2)
        watch = MemoryWatch(product)
        idle = watch.sample()
        ingested = _ingest(product, tenant_id, source_id, paths)
        watch.close()
        alone_seconds, alone_cpu = _embed_alone(product, tenant_id)
        again = _again(tenant_id, source_id, paths)
        facts = _facts(tenant_id)
    finally:
        product.close()
    return {
        "pages": len(paths),
        **facts,
        **again,
        "failed": dict(ingested.codes),
        "seconds": round(ingested.seconds, 1),
        "pages_per_second": round(len(paths) / ingested.seconds, 2),
        "embedder_alone_seconds": round(alone_seconds, 1),
        "ratio": round(ingested.seconds / alone_seconds, 3),
        "cpu_seconds": round(sum(ingested.cpu_seconds.values()), 1),
        "cpu_seconds_by_process": {name: round(spent, 1) for name, spent in ingested.cpu_seconds.items()},
        "embedder_alone_cpu_seconds": round(alone_cpu["embedder"], 1),
        "cpu_ratio": round(sum(ingested.cpu_seconds.values()) / alone_cpu["embedder"], 3),
        "idle_mb": round(idle / MEGABYTE),
        "peak_mb": round(watch.peak_bytes / MEGABYTE),
        "peak_mb_by_process": {name: round(size / MEGABYTE) for name, size in watch.by_process.items()},
        "load_average": round(os.getloadavg()[0], 1),
    }


def _warm_up(tenant_id: UUID, source_id: UUID) -> None:
    """One document first: building the model's files and starting processes is not what is measured."""
    from ingestion.selectors import list_documents
    from ingestion.services import delete_document, submit_document
    from tenants.actors import SYSTEM

    submitted = submit_document(
        tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, name="warm.txt", content=b"A warm word of welcome."
    )
    wait_until(lambda: list_documents(tenant_id=tenant_id)[0].state in {"ready", "failed"}, seconds=180)
    delete_document(tenant_id=tenant_id, actor=SYSTEM, document_id=submitted.document_id)
    wait_until(lambda: not _rows(tenant_id), seconds=60)


def _since(before: dict[str, float], now: dict[str, float]) -> dict[str, float]:
    return {name: spent - before.get(name, 0.0) for name, spent in now.items()}


def _rows(tenant_id: UUID) -> int:
    from ingestion.models import Document
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        return Document.objects.count()


def _ingest(product: Product, tenant_id: UUID, source_id: UUID, paths: Sequence[Path]) -> Ingested:
    from ingestion.selectors import tally_documents
    from ingestion.services import NewDocument, submit_documents
    from tenants.actors import SYSTEM

    cpu, started = product.cpu_seconds(), time.monotonic()
    for start in range(0, len(paths), 50):  # as `manage.py ingest` does
        documents = [NewDocument(path.name, path.read_bytes()) for path in paths[start : start + 50]]
        submit_documents(tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, documents=documents)
    print(f"submitted {len(paths)} files in {time.monotonic() - started:.1f} s", file=sys.stderr)
    told = started
    while True:
        states, codes = tally_documents(tenant_id=tenant_id)
        if states["ready"] + states["failed"] >= len(paths):
            seconds = time.monotonic() - started
            return Ingested(seconds, _since(cpu, product.cpu_seconds()), states, codes)
        if time.monotonic() - told > 10:
            told = time.monotonic()
            print(f"{told - started:6.0f} s  {dict(states)}", file=sys.stderr)
        time.sleep(0.5)


def _again(tenant_id: UUID, source_id: UUID, paths: Sequence[Path]) -> dict[str, object]:
    """The same once more, unchanged; then ten pages edited, and what became of all the others."""
    from ingestion.models import Document
    from ingestion.pipeline.stores import get_stores
    from ingestion.services import NewDocument, submit_documents
    from tenants.actors import SYSTEM
    from tenants.context import tenant_scope

    def submit(documents: Sequence[NewDocument]) -> float:
        started = time.monotonic()
        for start in range(0, len(documents), 50):
            submit_documents(
                tenant_id=tenant_id, actor=SYSTEM, source_id=source_id, documents=documents[start : start + 50]
            )
        wait_until(lambda: not _waiting(tenant_id), seconds=300)
        return time.monotonic() - started

    def held() -> dict[str, dict[UUID, int]]:
        with tenant_scope(tenant_id):
            names = dict(Document.objects.values_list("id", "external_id"))
        ids = list(names)
        counts: dict[UUID, dict[UUID, int]] = {}
        for start in range(0, len(ids), 100):
            counts |= get_stores().vectors.version_counts(tenant_id, ids[start : start + 100])
        return {names[document]: versions for document, versions in counts.items()}

    pages = [NewDocument(path.name, path.read_bytes()) for path in paths]
    unchanged = submit(pages)
    before = held()
    picked = {page.name for page in pages[:: max(1, len(pages) // 9)][:9]} | {"sql.html"}
    edited = [replace(page, content=edit_page(page.content)) for page in pages if page.name in picked][:10]
    seconds = submit(edited)
    after = held()
    names = {page.name for page in edited}
    return {
        "unchanged_seconds": round(unchanged, 2),
        "edited_pages": len(edited),
        "edited_seconds": round(seconds, 2),
        "edited_that_changed": sum(before.get(name) != after.get(name) for name in names),
        "others_that_changed": sum(before[name] != after.get(name) for name in before.keys() - names),
    }


def edit_page(content: bytes) -> bytes:
    word = b"This page was edited. "
    place = content.rfind(b"</p>")
    return content[:place] + word + content[place:] if place > 0 else content + word


def _waiting(tenant_id: UUID) -> int:
    from ingestion.selectors import tally_documents

    states, _ = tally_documents(tenant_id=tenant_id)
    return states["queued"] + states["processing"]


def _embed_alone(product: Product, tenant_id: UUID) -> tuple[float, dict[str, float]]:
    """The same passages, from as many callers at once as the product has, with nothing around it."""
    from ingestion.chunking.chunk import text_to_embed
    from ingestion.embedding.registry import get_embedder
    from ingestion.models import Chunk
    from rapport.config import get_config
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        rows = list(Chunk.objects.values_list("document__title", "heading_path", "text"))
    texts = [text_to_embed(title=title, heading_path=path, text=text) for title, path, text in rows]
    embedder = get_embedder()
    batches = [texts[start : start + 64] for start in range(0, len(texts), 64)]
    cpu, started = product.cpu_seconds(), time.monotonic()
    with ThreadPoolExecutor(get_config().ingest_slots) as pool:
        list(pool.map(lambda batch: embedder.embed(batch, purpose="passage"), batches))
    return time.monotonic() - started, _since(cpu, product.cpu_seconds())


def _facts(tenant_id: UUID) -> dict[str, object]:
    from ingestion.models import DocumentVersion
    from tenants.context import tenant_scope

    with tenant_scope(tenant_id):
        versions = list(DocumentVersion.objects.values_list("chunk_count", "token_count", "timings_ms", "node_count"))
    stages: Counter[str] = Counter()
    for _, _, timings, _ in versions:
        stages.update(timings)
    return {
        "chunks": sum(chunks for chunks, _, _, _ in versions),
        "tokens": sum(tokens for _, tokens, _, _ in versions),
        "nodes": sum(nodes for _, _, _, nodes in versions),
        "seconds_by_stage": {stage: round(spent / 1000, 1) for stage, spent in stages.items()},
    }


def _show(result: dict[str, object]) -> None:
    for name, value in result.items():
        print(f"{name:28} {value}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())

"""Kinds "vector query", "graph query", "stream", "file": every method of a port that names a tenant, called in another
tenant's name with the addresses of Acme's things. The answer is that for addresses of nothing, and Acme's stay.

Methods are those of the Protocol (or functions of the module), values are found by the parameter's name: a new method
is covered when its parameters are known here, and fails until they are.
"""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from agents.attachments import files as attached
from ingestion import blobs
from ingestion.embedding.port import Vectors
from ingestion.graph.port import Edge, GraphStore, Node, VersionNodes
from ingestion.vectors.port import EVERYTHING, VectorChunk, VectorStore
from rapport.errors import RapportError
from rapport.streams.port import StreamStore
from tests.leaks.asking import plain
from tests.leaks.cells import Cell
from tests.leaks.world import has_secret
from tests.strangers.possessions import SECRET

DIMENSIONS = 16
# They name no tenant because they are about the installation: what they answer holds none of a tenant's content.
OF_THE_INSTALLATION = frozenset({"prepare", "list_models", "drop", "check", "incarnation", "list_tenants", "prune"})


@dataclass
class Port:
    """`fill` writes things of a tenant; `addresses` are values by parameter; `held` is all that a tenant has."""

    kind: str
    contract: Any
    store: Any
    fill: Callable[[UUID, str, "Addresses"], None]
    held: Callable[[UUID], Any]
    close: Callable[[UUID], None] = lambda tenant_id: None


@dataclass(frozen=True)
class Addresses:
    """Of one tenant's things; those of nothing are as many."""

    document_id: UUID = field(default_factory=uuid4)
    version_id: UUID = field(default_factory=uuid4)
    source_id: UUID = field(default_factory=uuid4)
    chunk_id: UUID = field(default_factory=uuid4)
    edge_id: UUID = field(default_factory=uuid4)
    turn_id: UUID = field(default_factory=uuid4)
    attachment_id: UUID = field(default_factory=uuid4)
    key: str = field(default_factory=lambda: f"entity:{uuid4()}")
    blob: str = ""

    def chunk(self, text: str) -> VectorChunk:
        return VectorChunk(
            self.chunk_id, self.document_id, self.version_id, self.source_id, 0, text, (text,), text, "en"
        )

    def version(self, text: str) -> VersionNodes:
        nodes = [Node(self.key, "entity", text, {"word": text}), Node(f"{self.key}/2", "entity", text, {"word": text})]
        edges = [Edge(self.edge_id, self.key, f"{self.key}/2", "mentions")]
        return VersionNodes(self.document_id, self.version_id, nodes, edges)

    def values(self, mine: "Addresses", *, is_writing: bool) -> dict[str, Any]:
        """What a caller passes who knows these addresses; what it writes itself is `mine`."""
        return {
            "chunks": [mine.chunk("mine")],
            "vectors": np.stack([direction(1)]),
            "vector": direction(1),
            "query": SECRET,
            "limit": 10,
            "scope": EVERYTHING,
            "ids": [self.chunk_id],
            "document_id": self.document_id,
            "document_ids": [self.document_id],
            "version_id": self.version_id,
            "version_ids": [self.version_id],
            "versions": [mine.version("mine")] if is_writing else [(self.document_id, self.version_id)],
            "edge_ids": [self.edge_id],
            "after": None,
            "keys": [self.key] if not self.blob else [self.blob],
            "key": self.blob,
            "hops": 2,
            "edge_kinds": (),
            "is_dry": False,
            "turn_id": self.turn_id,
            "turn_ids": [self.turn_id],
            "frames": [("token", {"text": "mine"})],
            "heartbeat_seconds": 0.01,
            "content": b"mine",
            "attachment_id": self.attachment_id,
            "attachment_ids": [self.attachment_id],
            "seconds": -60.0,
            "used": lambda keys: [],
        }


def direction(number: int) -> Vectors:
    vector = np.random.default_rng(number).normal(size=DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def cells(port: Port) -> Iterator[Cell]:
    acme, other, unknown = uuid4(), uuid4(), uuid4()
    theirs, mine = Addresses(), Addresses()
    if port.contract is blobs:
        theirs = Addresses(blob=blobs.write_blob(acme, SECRET.encode()))
    port.fill(acme, SECRET, theirs)
    port.fill(other, "mine", mine)
    try:
        for name, method in methods(port.contract):
            for caller, tenant_id in (("stranger's owner", other), ("unknown tenant", unknown)):
                yield Cell(port.kind, name, caller, _leak(port, method, name, (acme, tenant_id), (theirs, mine)))
                port.close(tenant_id)
            port.fill(other, "mine", mine)
    finally:
        for tenant_id in (acme, other, unknown):
            port.close(tenant_id)


def methods(contract: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Public ones that name a tenant. Raises AssertionError for one that names none and is not declared."""
    public = [
        (name, each)
        for name, each in inspect.getmembers(contract, inspect.isfunction)
        if not name.startswith("_") and (not inspect.ismodule(contract) or each.__module__ == contract.__name__)
    ]
    named: list[tuple[str, Callable[..., Any]]] = [
        (name, each) for name, each in public if "tenant_id" in inspect.signature(each).parameters
    ]
    unnamed = {name for name, _ in public} - {name for name, _ in named} - OF_THE_INSTALLATION - {"hash_content"}
    assert not unnamed, f"{unnamed} name no tenant: say in OF_THE_INSTALLATION that they need none."
    return named


def _leak(
    port: Port,
    method: Callable[..., Any],
    name: str,
    tenants: tuple[UUID, UUID],
    addresses: tuple[Addresses, Addresses],
) -> str:
    (acme, tenant_id), (theirs, mine) = tenants, addresses
    before = repr(port.held(acme))
    nothing = Addresses(blob=theirs.blob.replace(theirs.blob[-4:], "0000")) if theirs.blob else Addresses()
    is_writing = name.startswith("upsert")
    there = _call(port.store, method, name, tenant_id, theirs.values(mine, is_writing=is_writing))
    nowhere = _call(port.store, method, name, tenant_id, nothing.values(mine, is_writing=is_writing))
    if has_secret(there):
        return "holds Acme's words"
    if repr(port.held(acme)) != before:
        return "Acme's things are others afterwards"
    if not name.startswith("delete") and plain(there) != plain(nowhere):
        return f"tells what exists: {there[:80]} instead of {nowhere[:80]}"
    return ""


def _call(store: Any, method: Callable[..., Any], name: str, tenant_id: UUID, values: Mapping[str, Any]) -> str:
    given = {each: values[each] for each in inspect.signature(method).parameters if each not in ("self", "tenant_id")}
    try:
        result = getattr(store, name)(tenant_id, **given)
        if isinstance(result, AsyncGenerator):
            result = asyncio.run(_first(result))
        return repr(result)
    except RapportError as error:
        return f"{type(error).__name__}: {error.message}"


async def _first(found: AsyncGenerator[Any, None]) -> Any:
    first = await anext(found)
    await found.aclose()
    return first


def vectors(store: VectorStore) -> Port:
    store.prepare(model_key=f"leaks-{uuid4().hex[:8]}", dimensions=DIMENSIONS)
    return Port(
        "vector query",
        VectorStore,
        store,
        lambda tenant_id, text, mine: store.upsert(tenant_id, [mine.chunk(text)], np.stack([direction(1)])),
        lambda tenant_id: (store.list_chunks(tenant_id), store.search_dense(tenant_id, direction(1), limit=9)),
        store.delete_tenant,
    )


def graph(store: GraphStore) -> Port:
    store.prepare()
    return Port(
        "graph query",
        GraphStore,
        store,
        lambda tenant_id, text, mine: store.upsert_versions(tenant_id, [mine.version(text)]),
        lambda tenant_id: (store.counts(tenant_id), store.list_versions(tenant_id)),
        store.delete_tenant,
    )


def streams(store: StreamStore) -> Port:
    written: dict[UUID, UUID] = {}

    def fill(tenant_id: UUID, text: str, mine: Addresses) -> None:
        written[tenant_id] = mine.turn_id
        store.append(tenant_id, mine.turn_id, [("token", {"text": text})])

    def held(tenant_id: UUID) -> object:
        return store.read(tenant_id, written[tenant_id])

    return Port("stream", StreamStore, store, fill, held, store.delete_tenant)


def files() -> Port:
    return Port(
        "file",
        blobs,
        blobs,
        lambda tenant_id, text, mine: None,
        blobs.count_tenant_blobs,
        blobs.delete_tenant_blobs,
    )


def attachments() -> Port:
    written: dict[UUID, UUID] = {}

    def fill(tenant_id: UUID, text: str, mine: Addresses) -> None:
        written[tenant_id] = mine.attachment_id
        attached.write_file(tenant_id, mine.attachment_id, text.encode())

    def held(tenant_id: UUID) -> object:
        return attached.read_file(tenant_id, written[tenant_id]), attached.count_tenant_files(tenant_id)

    return Port("file", attached, attached, fill, held, attached.delete_tenant_files)

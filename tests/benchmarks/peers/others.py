"""Other frameworks' sides: each in an environment of its own, since what they need does not go with our packages.

`make peers` makes the environments under var/peers; a side whose environment is not there is left out, and says so.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from ingestion.graph.neo4j.address import read_address as read_graph_address
from ingestion.vectors.weaviate.address import read_address
from tests.benchmarks.graph import BARE_EDGES, BARE_NODES, bare_rows, erase_bare
from tests.benchmarks.peers.bare import Bare
from tests.benchmarks.peers.corpus import Page
from tests.running import ROOT

LLAMAINDEX = ROOT / "var" / "peers" / "llamaindex" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class LlamaIndex:
    """`folder` holds the job and the vectors; a run writes a collection and a graph that are emptied after it."""

    bare: Bare
    folder: Path

    @property
    def collection_name(self) -> str:
        return f"{read_address(self.bare.vectors_url).prefix}LlamaIndex"

    def prepare(self, pages: Sequence[Page]) -> None:
        read = [self.bare.read(page) for page in pages]
        nodes, edges = bare_rows([version for _, version in read])
        passages = [[(chunk, vector) for chunk, vector in chunks] for chunks, _ in read]
        at, graph = read_address(self.bare.vectors_url), read_graph_address(self.bare.graph_url)
        job = {
            "tenant": str(uuid4()),
            "collection": self.collection_name,
            "pages": {
                page.name: [{"id": str(chunk.id), "text": chunk.text} for chunk, _ in chunks]
                for page, chunks in zip(pages, passages, strict=True)
            },
            "writes": [(BARE_NODES, nodes), (BARE_EDGES, edges)],
            "vectors": {"host": at.host, "port": at.port, "grpc_port": at.grpc_port, "key": at.key},
            "graph": {
                "url": graph.uri,
                "username": graph.user,
                "password": graph.password,
                "database": graph.database,
            },
        }
        (self.folder / "job.json").write_text(json.dumps(job))
        np.save(self.folder / "vectors.npy", np.stack([vector for chunks in passages for _, vector in chunks]))

    def run(self) -> dict[str, float]:
        script = Path(__file__).with_name("llamaindex.py")
        try:
            ended = subprocess.run(
                [LLAMAINDEX, "-P", script, self.folder], stdout=subprocess.PIPE, text=True, check=True
            )
        finally:
            self.bare.client.collections.delete(self.collection_name)
            erase_bare(self.bare.driver, read_graph_address(self.bare.graph_url))
        figures: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
        if figures["held"] != figures["written"]:
            raise RuntimeError(f"LlamaIndex wrote {figures['written']} passages, Weaviate holds {figures['held']}.")
        return figures


def open_llamaindex(bare: Bare, pages: Sequence[Page], folder: Path) -> LlamaIndex | None:
    if not LLAMAINDEX.exists():
        return None
    side = LlamaIndex(bare, Path(tempfile.mkdtemp(dir=folder)))
    side.prepare(pages)
    return side

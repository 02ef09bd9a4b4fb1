"""LlamaIndex's side, run by the interpreter of its own environment: `python -P llamaindex.py JOB`.

It is handed what the other sides make themselves (passages, vectors, nodes and relationships), and what it needs by way
of addresses and Cypher. Its IngestionPipeline turns pages into those passages, asks the stub for vectors and writes
Weaviate; its property graph store writes Neo4j. It must not import anything of Rapport. The last line is a JSON object.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import weaviate
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.schema import BaseNode, Document, NodeRelationship, TextNode, TransformComponent
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.graph_stores.neo4j import Neo4jPropertyGraphStore
from llama_index.vector_stores.weaviate import WeaviateVectorStore
from weaviate.classes.config import Configure, DataType, Property, VectorDistances
from weaviate.classes.init import Auth

# What LlamaIndex writes with a passage; the server makes no property by itself.
WRITTEN = ("text", "name", "_node_content", "_node_type", "document_id", "doc_id", "ref_doc_id")
ROWS = 1000


class MadeBefore(TransformComponent):
    """Pages → the passages that they were cut into beforehand."""

    passages: dict[str, list[dict[str, str]]]

    def __call__(self, nodes: Any, **_: Any) -> list[BaseNode]:
        return [
            TextNode(
                id_=each["id"],
                text=each["text"],
                metadata=node.metadata,
                excluded_embed_metadata_keys=["name"],
                relationships={NodeRelationship.SOURCE: node.as_related_node_info()},
            )
            for node in nodes
            for each in self.passages[node.metadata["name"]]
        ]


class Drawn(BaseEmbedding):
    """The stub: vectors that were drawn beforehand, by text."""

    by_text: dict[str, list[float]]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self.by_text[text.strip()]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self.by_text[query.strip()]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self.by_text[query.strip()]


def main() -> None:
    folder = Path(sys.argv[1])
    job = json.loads((folder / "job.json").read_text())
    vectors = np.load(folder / "vectors.npy").tolist()
    passages = [each for page in job["pages"].values() for each in page]
    drawn = {each["text"].strip(): vector for each, vector in zip(passages, vectors, strict=True)}
    pages = [Document(text="\n".join(each["text"] for each in page), metadata={"name": name}, id_=name)
             for name, page in job["pages"].items()]  # fmt: skip
    with _connect(job["vectors"]) as client:
        _create(client, job["collection"])
        graph = Neo4jPropertyGraphStore(**job["graph"], refresh_schema=False, create_indexes=False)
        pipeline = IngestionPipeline(
            transformations=[MadeBefore(passages=job["pages"]), Drawn(by_text=drawn, embed_batch_size=64)],
            docstore=SimpleDocumentStore(),
            vector_store=WeaviateVectorStore(weaviate_client=client, index_name=job["collection"]),
            docstore_strategy=DocstoreStrategy.UPSERTS,
        )
        started, cpu = time.perf_counter(), time.process_time()
        written = len(pipeline.run(documents=pages))
        between = time.perf_counter()
        for statement, rows in job["writes"]:
            for start in range(0, len(rows), ROWS):
                graph.structured_query(statement, {"rows": rows[start : start + ROWS], "tenant": job["tenant"]})
        ended, cpu = time.perf_counter(), time.process_time() - cpu
        held = client.collections.use(job["collection"]).aggregate.over_all(total_count=True).total_count
        again = time.perf_counter()
        pipeline.run(documents=pages)
        figures = {
            "seconds": round(ended - started, 2),
            "graph_seconds": round(ended - between, 2),
            "cpu_seconds": round(cpu, 1),
            "again_seconds": round(time.perf_counter() - again, 2),
            "written": written,
            "held": held,
        }
        graph.close()
    print(json.dumps(figures))


def _connect(address: dict[str, Any]) -> weaviate.WeaviateClient:
    return weaviate.connect_to_local(
        host=address["host"],
        port=address["port"],
        grpc_port=address["grpc_port"],
        auth_credentials=Auth.api_key(address["key"]),
        skip_init_checks=True,
    )


def _create(client: weaviate.WeaviateClient, name: str) -> None:
    """The vector index like the other sides', one shard, LlamaIndex's own properties as the server would make them."""
    client.collections.create(
        name,
        vector_config=Configure.Vectors.self_provided(
            vector_index_config=Configure.VectorIndex.hnsw(
                distance_metric=VectorDistances.COSINE, ef_construction=128, max_connections=64
            )
        ),
        properties=[Property(name=each, data_type=DataType.TEXT) for each in WRITTEN],
    )


if __name__ == "__main__":
    main()

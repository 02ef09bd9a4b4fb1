"""Hybrid top 10: the product's retrieval beside one hybrid query of a bare client, asked in turn."""

import random
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from agents.retrieval import Retriever
from ingestion.chunking.chunk import TextChunk
from ingestion.embedding.port import Vectors
from ingestion.vectors.weaviate.objects import RETURNED
from tests.benchmarks.figures import percentile
from tests.benchmarks.peers.corpus import DIMENSIONS, StubEmbedder
from tests.benchmarks.peers.product import Shelf

QUESTIONS, WARM, LIMIT = 300, 30, 10


def draw_questions(chunks: Sequence[TextChunk], embedder: StubEmbedder) -> list[str]:
    """Seven words of a passage, with a vector near that passage's: something is to be found by both arms."""
    drawn, generator = random.Random(5), np.random.default_rng(5)
    questions: list[str] = []
    while len(questions) < QUESTIONS + WARM:
        chunk = drawn.choice(chunks)
        words = [word for word in chunk.text.split() if word.isalpha() and len(word) > 2]
        if len(words) < 12:
            continue
        question = " ".join(drawn.sample(words, 7))
        near = embedder.vectors[chunk.embedded_text] + 0.05 * generator.standard_normal(DIMENSIONS)
        embedder.vectors[question] = np.asarray(near / np.linalg.norm(near), dtype=np.float32)
        embedder.counts[question] = 9
        questions.append(question)
    return questions


def compare_search(shelf: Shelf, embedder: StubEmbedder, shard: Any, questions: Sequence[str]) -> dict[str, float]:
    """`shard`: the bare side's, holding the same passages."""
    retriever = Retriever(embedder, shelf.stores.vectors)
    times: dict[str, list[float]] = {"product": [], "bare": []}
    for question in questions:
        vector = embedder.vectors[question]
        times["product"].append(
            _milliseconds(partial(retriever.retrieve, tenant_id=shelf.tenant_id, query=question, limit=LIMIT))
        )
        times["bare"].append(_milliseconds(partial(_ask_bare, shard, question, vector)))
    ours, bare = times["product"][WARM:], times["bare"][WARM:]
    return {
        "search_p50_ms": round(statistics.median(ours), 2),
        "search_p95_ms": round(percentile(ours, 95), 2),
        "search_bare_p50_ms": round(statistics.median(bare), 2),
        "search_bare_p95_ms": round(percentile(bare, 95), 2),
        "search_ratio_p50": round(statistics.median(ours) / statistics.median(bare), 3),
    }


def _ask_bare(shard: Any, question: str, vector: Vectors) -> object:
    return shard.query.hybrid(
        question, vector=vector.tolist(), query_properties=["words"], limit=LIMIT, return_properties=RETURNED
    ).objects


def _milliseconds(ask: Callable[[], object]) -> float:
    started = perf_counter()
    ask()
    return (perf_counter() - started) * 1000

"""What int8 costs in recall beside float32, and how fast the built-in embedder's own process is.

`python -m tests.benchmarks.embedder --data PATH` (a SQuAD-format file: each question should find its paragraph among
all paragraphs, cut at 512 tokens). The last line is one JSON object.
"""

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil

from ingestion.embedding.client import BuiltinEmbedder
from ingestion.embedding.port import Vectors
from ingestion.embedding.service import available_cores
from ingestion.embedding.weights import MAX_TOKENS, Precision
from tests.benchmarks.answering.dataset import Dataset, read_dataset
from tests.ingestion.embedding.processes import load_model, start_server

PRECISIONS: tuple[Precision, Precision] = ("float32", "int8")
QUERIES = 300
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Recall:
    """Shares (0..1) of questions whose paragraph comes first, or among the first five; CPU of one question."""

    hit_at_1: float
    hit_at_5: float
    query_cpu_ms: float


@dataclass(frozen=True, slots=True)
class Speed:
    chunks_per_second_256: float
    chunks_per_second_512: float
    chunks_per_cpu_second_256: float  # what a machine that does other things, too, says of an idle one's core
    chunks_per_cpu_second_512: float
    query_p50_ms: float
    query_p95_ms: float
    query_p50_ms_under_load: float
    query_p95_ms_under_load: float
    idle_rss_mb: float
    peak_rss_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD-format file, such as xquad.en.json")
    parser.add_argument("--chunks", type=int, default=200, help="passages of each throughput part")
    options = parser.parse_args()
    dataset = read_dataset(options.data)
    texts = [_cut(paragraph, MAX_TOKENS) for paragraph in dataset.paragraphs]
    passages = {name: load_model(name).encode(texts) for name in PRECISIONS}
    recalls = {name: _measure_recall(dataset, name, found) for name, found in passages.items()}
    cosine = (passages["float32"] * passages["int8"]).sum(axis=1)
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        speed = _measure_speed(Path(folder) / "e.sock", dataset, options.chunks)
    _report(dataset, recalls, speed)
    result = {"int8_cosine_mean": round(float(cosine.mean()), 5), "int8_cosine_min": round(float(cosine.min()), 5)}
    print(json.dumps({**{name: asdict(recall) for name, recall in recalls.items()}, **result, **asdict(speed)}))


def _measure_recall(dataset: Dataset, precision: Precision, passages: Vectors) -> Recall:
    gold = np.array([asked.paragraph for asked in dataset.questions])
    began = time.process_time()
    questions = load_model(precision).encode([asked.question for asked in dataset.questions])
    spent = time.process_time() - began
    scores = questions @ passages.T
    ranks = (scores > scores[np.arange(len(gold)), gold][:, None]).sum(axis=1)
    return Recall(
        round(float((ranks < 1).mean()), 4), round(float((ranks < 5).mean()), 4), round(1000 * spent / len(gold), 2)
    )


def _measure_speed(path: Path, dataset: Dataset, chunks: int) -> Speed:
    process = start_server(path)
    client, other = BuiltinEmbedder(path), BuiltinEmbedder(path)
    questions = [asked.question for asked in dataset.questions[:QUERIES]]
    try:
        client.embed(["ready?"], purpose="query")
        server = psutil.Process(process.pid)
        idle = server.memory_info().rss
        alone = [_query_seconds(client, text) for text in questions]
        short, long = (_texts_of(dataset.paragraphs, tokens, chunks) for tokens in (256, 512))
        short_seconds, short_cpu = _passage_seconds(client, server, short)
        long_seconds, long_cpu = _passage_seconds(client, server, long)
        loaded = _query_under_load(client, other, short, questions)
        peak = server.memory_info().rss
    finally:
        process.terminate()
        process.wait(20)
    return Speed(
        round(chunks / short_seconds, 1),
        round(chunks / long_seconds, 1),
        round(chunks / short_cpu, 1),
        round(chunks / long_cpu, 1),
        *_quantiles(alone),
        *_quantiles(loaded),
        round(idle / MEGABYTE, 1),
        round(peak / MEGABYTE, 1),
    )


def _passage_seconds(client: BuiltinEmbedder, server: psutil.Process, texts: list[str]) -> tuple[float, float]:
    """Seconds by the clock, and of the server's CPU."""
    before = server.cpu_times()
    seconds = _seconds(lambda: client.embed(texts, purpose="passage"))
    after = server.cpu_times()
    return seconds, after.user + after.system - before.user - before.system


def _texts_of(paragraphs: Sequence[str], tokens: int, count: int) -> list[str]:
    """Texts of about so many tokens, each begun at another paragraph: characters are cut until the count fits."""
    rolled = ([*paragraphs[number % len(paragraphs) :], *paragraphs][:8] for number in range(count))
    return [_cut(" ".join(parts), tokens) for parts in rolled]


def _cut(text: str, tokens: int) -> str:
    """The text's beginning that has at most so many tokens."""
    words = text.split()
    while (size := load_model().count_tokens([" ".join(words)])[0]) > tokens:
        words = words[: -max(1, (size - tokens) // 2)]
    return " ".join(words)


def _query_under_load(
    client: BuiltinEmbedder, other: BuiltinEmbedder, passages: list[str], questions: Sequence[str]
) -> list[float]:
    """Seconds of queries that come every 30 ms while both cores embed passages."""
    loading = threading.Thread(target=lambda: other.embed(passages, purpose="passage"))
    loading.start()
    found: list[float] = []
    while loading.is_alive():
        found.append(_query_seconds(client, questions[len(found) % len(questions)]))
        time.sleep(0.03)
    return found


def _query_seconds(client: BuiltinEmbedder, text: str) -> float:
    return _seconds(lambda: client.embed([text], purpose="query"))


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    p50, p95 = np.quantile(seconds, [0.5, 0.95]) * 1000
    return round(float(p50), 2), round(float(p95), 2)


def _report(dataset: Dataset, recalls: dict[Precision, Recall], speed: Speed) -> None:
    print(f"{len(dataset.questions)} questions, {len(dataset.paragraphs)} paragraphs, {available_cores()} cores\n")
    print(f"{'':10}{'hit@1':>8}{'hit@5':>8}{'CPU ms a question':>20}")
    for precision, recall in recalls.items():
        print(f"{precision:10}{recall.hit_at_1:8.4f}{recall.hit_at_5:8.4f}{recall.query_cpu_ms:20.2f}")
    print("\nThe embedder's process (int8):")
    for name, value in asdict(speed).items():
        print(f"  {name.replace('_', ' '):28}{value:8.1f}")


if __name__ == "__main__":
    main()

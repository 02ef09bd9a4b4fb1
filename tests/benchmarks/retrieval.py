"""How often the passage that answers is found: each arm, all together, and all but each; beside plain BM25 and vectors.

    python -m tests.benchmarks.retrieval --data xquad.en.json [--data-de xquad.de.json] [--corpus DIR] [--real]

Paragraphs of SQuAD-format files become documents of a tenant, through the product's own ingest; a question should find
its paragraph. With `--corpus`, a folder of HTML pages that link to each other: questions over two pages. Constants of
the fusion were chosen on the tuning half (split by the hash of the paragraph). The last line is one JSON object.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.answering.dataset import Dataset, read_dataset
from tests.benchmarks.figures import percentile
from tests.benchmarks.finding.company import Company, found_company, settings
from tests.benchmarks.finding.ranks import measure

SHOWN = 10  # passages that an answer is made from
ALONE, WITH_GRAPH = "single-shot", "with the graph"


def main() -> None:
    options = _parse()
    results: dict[str, Any] = {"stores": "real" if options.real else "embedded"}
    with tempfile.TemporaryDirectory(prefix="rapport-retrieval-") as name, settings(Path(name), is_real=options.real):
        for language, path in (("en", options.data), ("de", options.data_de)):
            if path:
                results[language] = _measure_questions(language, read_dataset(path), Path(name))
        if options.corpus:
            results["two_hops"] = _measure_hops(options, Path(name))
    sys.stdout.write(f"{json.dumps(results)}\n")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, help="a SQuAD-format file in English")
    parser.add_argument("--data-de", type=Path, help="one in German")
    parser.add_argument("--corpus", type=Path, help="HTML pages that link to each other")
    parser.add_argument("--pages", type=int, default=200, help="how many of them")
    parser.add_argument("--hops", type=int, default=200, help="how many questions over two pages")
    parser.add_argument("--real", action="store_true", help="Weaviate and Neo4j of `make services`")
    return parser.parse_args()


def _measure_questions(language: str, dataset: Dataset, folder: Path) -> dict[str, Any]:
    from agents.retrieval.reranking import EvidenceReranker
    from tests.benchmarks.finding.arms import Asker
    from tests.benchmarks.finding.plain import PlainBM25, PlainVectors

    files = [(f"{number:04d}.txt", text.encode()) for number, text in enumerate(dataset.paragraphs)]
    company = found_company(f"bench-{language}", files, folder)
    retriever = company.retriever()
    asked = [(each.question, each.paragraph) for each in dataset.questions]
    found = Asker(company, retriever, EvidenceReranker(lambda: retriever.embedder)).ask(asked)
    places = dict(found.by_name)
    for name, plain in (
        ("plain BM25", PlainBM25(dataset.paragraphs)),
        ("plain vectors", PlainVectors(dataset.paragraphs, retriever.embedder)),
    ):
        places[name] = [plain.rank(question).index(paragraph) + 1 for question, paragraph in asked]
    is_tuning = [dataset.is_tuning(each) for each in dataset.questions]
    title = f"{language}: {len(asked):,} questions, {len(dataset.paragraphs)} paragraphs"
    return _report(title, places, is_tuning) | _times(found.milliseconds)


def _measure_hops(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from tests.benchmarks.finding.two_hops import choose_pages, make_questions

    pages = choose_pages(options.corpus, options.pages)
    hops = make_questions(pages, options.hops)
    company = found_company("bench-pages", [(path.name, path.read_bytes()) for path in pages], folder)
    names = [path.name for path in pages]
    shown: dict[str, list[bool]] = {}
    for name, retriever in _with_and_without(company):
        for hop in hops:
            result = retriever.retrieve(tenant_id=company.tenant_id, query=hop.question, limit=SHOWN)
            found = [(names[company.documents[each.chunk.document_id]], each.chunk.text) for each in result.passages]
            wanted = "".join(hop.answer.split())
            is_there = any(page == hop.target and wanted in "".join(text.split()) for page, text in found)
            shown.setdefault(name, []).append(is_there)
            shown.setdefault(f"{name}, its page", []).append(any(page == hop.target for page, _ in found))
    held_out = [not hop.is_tuning for hop in hops]
    sys.stdout.write(f"two hops: {len(hops)} questions over {len(pages)} pages, found among {SHOWN} passages\n")
    missed = [found for alone, found in zip(shown[ALONE], shown[WITH_GRAPH], strict=True) if not alone]
    shown["with the graph, of those that single-shot misses"] = missed
    figures: dict[str, Any] = {"questions": len(hops), "pages": len(pages)}
    for name, hits in shown.items():
        held = [hit for hit, is_held in zip(hits, held_out, strict=False) if is_held] if len(hits) == len(hops) else []
        figures[name] = {"all": _share(hits), "held_out": _share(held)}
        sys.stdout.write(f"  {name:50} {_share(hits):6.1%}  held-out half {_share(held):6.1%}\n")
    return figures


def _with_and_without(company: Company) -> Sequence[tuple[str, Any]]:
    from dataclasses import replace

    whole = replace(company.retriever(), deadline_seconds=60)
    return [(ALONE, replace(whole, arms=(), beyond=())), (WITH_GRAPH, whole)]


def _share(hits: Sequence[bool]) -> float:
    return round(statistics.fmean(hits), 4) if hits else 0.0


def _report(title: str, places: dict[str, list[int]], is_tuning: Sequence[bool]) -> dict[str, Any]:
    """hit@1, hit@5 and MRR of all questions and of both halves."""
    sys.stdout.write(f"{title}\n  {'hit@1, hit@5, MRR of':24} {'all':^22} {'tuning half':^22} {'held-out half':^22}\n")
    figures: dict[str, Any] = {}
    for name, all_of_it in places.items():
        halves = [[p for p, t in zip(all_of_it, is_tuning, strict=True) if t is wanted] for wanted in (True, False)]
        three = [measure(each) for each in (all_of_it, *halves)]
        sys.stdout.write(f"  {name:24} {three[0]}  {three[1]}  {three[2]}\n")
        figures[name] = dict(zip(("all", "tuning", "held_out"), (each.as_dict() for each in three), strict=True))
    return figures


def _times(milliseconds: Sequence[float]) -> dict[str, Any]:
    p50, p95 = percentile(milliseconds, 50), percentile(milliseconds, 95)
    sys.stdout.write(f"  a question takes {p50:.1f} ms p50, {p95:.1f} ms p95\n")
    return {"ms": {"p50": round(p50, 2), "p95": round(p95, 2)}}


if __name__ == "__main__":
    main()

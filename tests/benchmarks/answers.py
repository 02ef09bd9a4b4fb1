"""How often the built-in model quotes the answer, and how well it knows when it cannot, beside a plain BM25 picker.

`python -m tests.benchmarks.answers --data PATH` (a SQuAD-format file). `--fast` asks in this process; without it the
questions go through the product's own ingest and turn. `--fit` makes the weights from the tuning half first. The last
line is one JSON object.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from agents.llm.extractive.meaning import MeaningReader
from agents.llm.extractive.questions import read_question
from agents.llm.extractive.quoting import choose_quotes
from agents.llm.extractive.ranking import rank_segments
from tests.benchmarks.answering.baseline import SentencePicker
from tests.benchmarks.answering.dataset import Asked, Dataset, read_dataset
from tests.benchmarks.answering.fast import Shelf, by_paragraph
from tests.benchmarks.answering.figures import Answer, Case, Figures, measure


def main() -> None:
    options = _parse()
    dataset = read_dataset(options.data, limit=options.paragraphs)
    with tempfile.TemporaryDirectory(prefix="rapport-answers-") as folder:
        ask = _ask_fast if options.fast or options.fit else _ask_product
        cases = ask(dataset, Path(folder), options)
    baseline = _ask_baseline(dataset)
    _report(dataset, {"built-in": cases, "BM25 sentence": baseline})


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a SQuAD-format file, such as xquad.en.json")
    parser.add_argument("--fast", action="store_true", help="in this process, without the product's ingest and turn")
    parser.add_argument(
        "--fit", action="store_true", help="first make the weights from the tuning half; implies --fast"
    )
    parser.add_argument("--vectors-only", action="store_true", help="as if the embedder gave no token states")
    parser.add_argument("--paragraphs", type=int, default=None, help="only the first so many paragraphs")
    return parser.parse_args()


def _ask_fast(dataset: Dataset, folder: Path, options: argparse.Namespace) -> list[Case]:
    from tests.benchmarks.answering.fitting import fit_weights

    shelf = Shelf(dataset, folder)
    if options.fit:
        fit_weights(dataset, shelf)
    meaning = shelf.meaning(with_tokens=not options.vectors_only)
    cases: list[Case] = []
    for paragraph, group in by_paragraph(dataset.questions):
        present = [_answer(asked, shelf, meaning, dataset.language) for asked in group]
        shelf.take_out(paragraph)
        removed = [_answer(asked, shelf, meaning, dataset.language) for asked in group]
        shelf.put_back(paragraph)
        cases.extend(Case(*case) for case in zip(group, present, removed, strict=True))
    return cases


def _ask_product(dataset: Dataset, folder: Path, options: argparse.Namespace) -> list[Case]:
    from tests.benchmarks.answering.product import ask_product, prepare_settings

    prepare_settings(folder)
    return ask_product(dataset, folder)


def _answer(asked: Asked, shelf: Shelf, meaning: MeaningReader, language: str) -> Answer:
    passages = shelf.find(asked.question)
    cpu, wall = time.process_time(), time.perf_counter()
    question = read_question(asked.question, language=language)
    ranking = rank_segments(question, passages, meaning=meaning)
    quotes = choose_quotes(question, ranking)
    cpu_ms, wall_ms = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
    best = ""
    if ranking.ranked:
        top = ranking.ranked[0]
        best = ranking.read[top.passage].segments[top.position].text
    texts = {number: passage.text for number, passage in enumerate(passages)}
    shown = tuple(texts[quote.passage][quote.start : quote.end] for quote in quotes)
    return Answer(best, shown, ranking.confidence, ranking.is_answer, cpu_ms, wall_ms)


def _ask_baseline(dataset: Dataset) -> list[Case]:
    picker = SentencePicker(dataset)
    return [
        Case(asked, picker.ask(asked, without_paragraph=False), picker.ask(asked, without_paragraph=True))
        for asked in dataset.questions
    ]


def _report(dataset: Dataset, systems: dict[str, list[Case]]) -> None:
    figures: dict[str, dict[str, Figures]] = {
        name: {half: measure(part) for half, part in _halves(dataset, cases).items()} for name, cases in systems.items()
    }
    for name, halves in figures.items():
        print(f"\n{name}")
        for half, figure in halves.items():
            print(f"  {half:9s}", "  ".join(f"{key} {value:g}" for key, value in figure.as_dict().items()))
    print(json.dumps({n: {h: f.as_dict() for h, f in halves.items()} for n, halves in figures.items()}))


def _halves(dataset: Dataset, cases: Sequence[Case]) -> dict[str, list[Case]]:
    return {
        "all": list(cases),
        "tuning": [case for case in cases if dataset.is_tuning(case.asked)],
        "held out": [case for case in cases if not dataset.is_tuning(case.asked)],
    }


if __name__ == "__main__":
    main()

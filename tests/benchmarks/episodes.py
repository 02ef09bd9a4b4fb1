"""How often the turns that answer are found again among all that two people ever said, with no model that writes.

    python -m tests.benchmarks.episodes --data locomo10.json [--quick]

Each dialogue becomes conversations of a contact, remembered, indexed and searched by the product. Recall of the turns
that a question's answer stands in, among the first 5, 10, 25 and 50; with each part left out; beside plain BM25 and the
plain embedder over `Name said, "…"`. Weights were chosen on every second dialogue, the others are reported apart. The
last line is one JSON object.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.figures import percentile
from tests.benchmarks.finding.company import settings
from tests.benchmarks.recalling.dialogues import CATEGORIES, CUTOFFS, Dialogue, read_dialogues, share_found

PRODUCT = "product"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="dialogues in LoCoMo's format")
    parser.add_argument("--quick", action="store_true", help="nothing left out, nothing beside")
    options = parser.parse_args()
    dialogues = read_dialogues(options.data)
    with tempfile.TemporaryDirectory(prefix="rapport-recall-") as name, settings(Path(name), is_real=False):
        figures = _measure(dialogues, is_quick=options.quick)
    sys.stdout.write(f"{json.dumps(figures)}\n")


def _measure(dialogues: Sequence[Dialogue], *, is_quick: bool) -> dict[str, Any]:
    from tests.benchmarks.recalling.asking import Asker

    started = time.perf_counter()
    asker = Asker(dialogues)
    loaded_seconds = time.perf_counter() - started
    turns = sum(len(each.turns) for each in dialogues)
    questions = sum(len(each.questions) for each in dialogues)
    sys.stdout.write(f"{len(dialogues)} dialogues, {turns:,} turns, {questions:,} questions\n")
    figures: dict[str, Any] = {"dialogues": len(dialogues), "turns": turns, "questions": questions}
    found = {PRODUCT: asker.ask_product()}
    times = list(asker.milliseconds)
    if not is_quick:
        found |= {f"without {name}": each for name, each in asker.ask_without(asker.parts).items()}
        found |= {name: asker.ask_plain(name) for name in ("plain BM25", "plain embedder")}
    shares = {name: _shares(dialogues, each) for name, each in found.items()}
    _print_table(dialogues, shares)
    figures |= {name: _figures(dialogues, each) for name, each in shares.items()}
    p50, p95 = percentile(times, 50), percentile(times, 95)
    sys.stdout.write(f"a question takes {p50:.1f} ms p50, {p95:.1f} ms p95; loading took {loaded_seconds:.0f} s\n")
    return figures | {"ms": {"p50": round(p50, 2), "p95": round(p95, 2)}, "load_seconds": round(loaded_seconds, 1)}


Shares = list[list[list[float]]]  # by dialogue and question: the four shares


def _shares(dialogues: Sequence[Dialogue], found: Sequence[Sequence[Sequence[str]]]) -> Shares:
    return [
        [share_found(turns, question) for turns, question in zip(lists, dialogue.questions, strict=True)]
        for dialogue, lists in zip(dialogues, found, strict=True)
    ]


def _rows(dialogues: Sequence[Dialogue], shares: Shares, category: str = "", half: int | None = None) -> list[Any]:
    """By dialogue, the shares of its questions of this category. `half` 0: those that weights were chosen on."""
    return [
        np.array([s for s, q in zip(shares[n], each.questions, strict=True) if category in {"", q.category}])
        for n, each in enumerate(dialogues)
        if half is None or n % 2 == half
    ]


def _summary(rows: Sequence[Any]) -> dict[str, list[float]]:
    """Mean over questions in percent, and the standard error of dialogues' means."""
    some = [each for each in rows if len(each)]
    if not some:
        return {"recall": [], "se": []}
    means = np.array([each.mean(axis=0) for each in some])
    error = means.std(axis=0, ddof=1) / len(some) ** 0.5 if len(some) > 1 else np.zeros(len(CUTOFFS))
    mean = np.concatenate(some).mean(axis=0)
    return {"recall": [round(100 * x, 2) for x in mean], "se": [round(100 * x, 2) for x in error]}


def _figures(dialogues: Sequence[Dialogue], shares: Shares) -> dict[str, Any]:
    kinds = {"all": "", **{name: name for name in CATEGORIES.values()}}
    return {
        title: {name: _summary(_rows(dialogues, shares, category, half)) for name, category in kinds.items()}
        for title, half in (("all", None), ("tuning", 0), ("held_out", 1))
    }


def _print_table(dialogues: Sequence[Dialogue], shares: dict[str, Shares]) -> None:
    sys.stdout.write(f"  recall@{'/'.join(map(str, CUTOFFS))}, ± standard error by dialogue\n")
    for name, each in shares.items():
        figures = _figures(dialogues, each)
        for title in ("all", "tuning", "held_out"):
            if title == "all" or name == PRODUCT or name.startswith("plain"):
                whole = figures[title]["all"]
                error = "/".join(f"{x:.1f}" for x in whole["se"])
                sys.stdout.write(f"  {name:24} {title:9} {_four(whole)} ± {error}")
                categories = (f"{kind} {_four(figures[title][kind])}" for kind in CATEGORIES.values())
                sys.stdout.write(f"  {'  '.join(categories)}\n")


def _four(figures: dict[str, list[float]]) -> str:
    return "/".join(f"{x:.1f}" for x in figures["recall"])


if __name__ == "__main__":
    main()

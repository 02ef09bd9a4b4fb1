"""How well questions that nobody could answer are put together: those of one intent in one group.

    python -m tests.benchmarks.questions --train banking77_train.csv --test banking77_test.csv [--rounds N]

Each round takes 300 questions of 40 intents by chance. Counted are pairs: of those that share a group, how many share
an intent (precision), and of those that share an intent, how many share a group (recall). The threshold was chosen on
the training file. Beside it: questions that are the same word by word. The last line is one JSON object.
"""

import argparse
import csv
import json
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

QUESTIONS, INTENTS = 300, 40
THRESHOLDS = (0.46, 0.5, 0.52, 0.54, 0.56, 0.6)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    import tempfile

    from tests.benchmarks.finding.company import settings

    with tempfile.TemporaryDirectory(prefix="rapport-questions-") as folder, settings(Path(folder), is_real=False):
        figures = _measure(options.train, options.test, options.rounds)
    sys.stdout.write(f"{json.dumps(figures)}\n")


def _measure(train: Path, test: Path, rounds: int) -> dict[str, Any]:
    from agents.feedback.grouping import ALIKE, group_alike, same_words

    figures: dict[str, Any] = {"threshold": ALIKE}
    for name, path in (("train", train), ("test", test)):
        samples = [_sample(path, seed) for seed in range(rounds)]
        vectors = [_vectors([text for text, _ in each]) for each in samples]
        wanted = [[intent for _, intent in each] for each in samples]
        for alike in THRESHOLDS if name == "train" else (ALIKE,):
            groups = [group_alike(each, alike) for each in vectors]
            figures[f"{name}_{alike}"] = _line(f"{name}, from {alike}", groups, wanted)
        words = [same_words([text for text, _ in each]) for each in samples]
        figures[f"{name}_words"] = _line(f"{name}, same words", words, wanted)
    return figures


def _sample(path: Path, seed: int) -> list[tuple[str, str]]:
    chance = random.Random(seed)
    by_intent = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            by_intent[row["category"]].append(row["text"])
    some = chance.sample(sorted(by_intent), INTENTS)
    return chance.sample([(text, intent) for intent in some for text in by_intent[intent]], QUESTIONS)


def _vectors(texts: Sequence[str]) -> Any:
    from ingestion.embedding.registry import get_embedder

    return np.asarray(get_embedder().embed(list(texts), purpose="query"), np.float32)


def _line(name: str, groups: Sequence[Sequence[Sequence[int]]], wanted: Sequence[Sequence[str]]) -> dict[str, float]:
    both = together = same = 0
    for found, intents in zip(groups, wanted, strict=True):
        of = {row: number for number, rows in enumerate(found) for row in rows}
        for a in range(len(intents)):
            for b in range(a):
                is_together, is_same = of[a] == of[b], intents[a] == intents[b]
                together, same, both = together + is_together, same + is_same, both + (is_together and is_same)
    precision, recall = both / max(together, 1), both / max(same, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    number = sum(len(each) for each in groups) / len(groups)
    sys.stdout.write(
        f"  {name:<20} precision {precision:6.1%}  recall {recall:6.1%}  F1 {f1:6.1%}  groups {number:.0f}\n"
    )
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "groups": round(number, 1),
    }


if __name__ == "__main__":
    main()

"""How often the semantic cache answers and how often wrongly, on questions whose right answer is known; and how fast.

`python -m tests.benchmarks.cache --train PATH --test PATH [--fit]`: CSV files with the columns text and category
(BANKING77: two questions of one category have the same answer). Two settings: (a) 50 phrasings of each answer from the
training file are kept and the test file is asked; (b) all questions come as a stream into an empty cache. The rule is
the product's (`agents/cache/rule.json`); `--fit` makes it anew, from the training file alone. Beside it, in the same
run: a fixed threshold on the nearest question, as GPTCache has it, and a margin to the nearest other answer, each
chosen on the training file for the same share of false hits. The last line is one JSON object.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.cache.deciding import Rule, choose_phrasing, load_rule
from agents.cache.voting import FEATURES, vote
from agents.cache.words import word_vector
from agents.experiments.intervals import wilson
from ingestion.embedding.client import BuiltinEmbedder
from tests.benchmarks.caching.fitting import MOST_FALSE, PHRASINGS, fit_rule
from tests.benchmarks.caching.questions import Questions, choose_phrasings, read_questions
from tests.benchmarks.caching.runs import Outcomes, ask_curated, ask_stream

DRAWS = (1, 2, 3)
STREAMS = (11, 12)
CURVE = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8)
PLAIN = {"nearest question (fixed threshold)": "nearest", "margin to the next answer": "meaning_margin"}
ENTRIES, LOOKUPS = 10_000, 300

Json = dict[str, object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--fit", action="store_true", help="make agents/cache/rule.json anew first")
    options = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "rapport-bench-cache"
    embedder = BuiltinEmbedder(folder / "embedder.sock", autostart=True)
    training, asked = (read_questions(path, embedder, folder) for path in (options.train, options.test))
    if options.fit:
        fit_rule(training)
        load_rule.cache_clear()
    rule = load_rule()
    figures: Json = {"curated": _curated(training, asked, rule), "stream": _stream(training + asked, rule)}
    figures["lookup"] = _speed(training + asked, rule)
    print(json.dumps(figures))


def _curated(training: Questions, asked: Questions, rule: Rule) -> Json:
    print(f"(a) {PHRASINGS} phrasings of each answer kept, {len(asked)} questions asked, draws {DRAWS}\n")
    outcomes = [_ask_draw(training, asked, seed) for seed in DRAWS]
    limits = _plain_limits(training)
    rows = {"the product": [_row(each, each.logits(rule) >= _logit(rule.least)) for each in outcomes]}
    for name, feature in PLAIN.items():
        values = [each.evidence[:, FEATURES.index(feature)] for each in outcomes]
        rows[name] = [_row(each, value >= limits[name]) for each, value in zip(outcomes, values, strict=True)]
    figures = {name: _print_rows(name, found) for name, found in rows.items()}
    curve = [_curve(each, each.logits(rule)) for each in outcomes]
    mean = {str(share): round(float(np.mean([each[share] for each in curve])), 5) for share in CURVE}
    print("\n    risk at coverage (the surest questions first): " + ", ".join(f"{k}: {v:.2%}" for k, v in mean.items()))
    return {"rows": figures, "risk_at_coverage": mean}


def _ask_draw(training: Questions, asked: Questions, seed: int) -> Outcomes:
    kept = choose_phrasings(training.answers, each=PHRASINGS, seed=seed)
    return ask_curated(training.take(np.flatnonzero(kept)), asked)


def _plain_limits(training: Questions) -> dict[str, float]:
    """Each plain rule's threshold, chosen on the rest of the training file so that 1 % of its hits are false."""
    kept = choose_phrasings(training.answers, each=PHRASINGS, seed=101)
    rest = ask_curated(training.take(np.flatnonzero(kept)), training.take(np.flatnonzero(~kept)))
    return {name: _limit(rest, rest.evidence[:, FEATURES.index(feature)]) for name, feature in PLAIN.items()}


def _limit(outcomes: Outcomes, values: NDArray[np.floating]) -> float:
    order = np.argsort(-values)
    false = np.cumsum(~outcomes.is_right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(false <= MOST_FALSE)
    return float(values[order[good[-1]]]) if len(good) else float("inf")


def _row(outcomes: Outcomes, hits: NDArray[np.bool_]) -> tuple[int, int, int]:
    """Asked, hits, false hits."""
    return len(hits), int(hits.sum()), int((hits & ~outcomes.is_right).sum())


def _print_rows(name: str, rows: list[tuple[int, int, int]]) -> Json:
    asked, hits, false = (sum(column) for column in zip(*rows, strict=True))
    low, high = wilson(false // len(rows), hits // len(rows))
    each = ", ".join(f"{h / n:.1%} / {f / max(h, 1):.2%}" for n, h, f in rows)
    share = false / max(hits, 1)
    print(f"    {name:36}{hits / asked:7.1%} hits {share:7.2%} false of hits  ({low:.2%} to {high:.2%})   each: {each}")
    return {"hits": round(hits / asked, 4), "false_of_hits": round(share, 5), "each": rows}


def _curve(outcomes: Outcomes, logits: NDArray[np.floating]) -> dict[float, float]:
    order = np.argsort(-logits)
    false = np.cumsum(~outcomes.is_right[order])
    return {share: float(false[int(share * len(order)) - 1] / int(share * len(order))) for share in CURVE}


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _stream(questions: Questions, rule: Rule) -> Json:
    print(f"\n(b) {len(questions)} questions as a stream into an empty cache, orders {STREAMS}\n")
    rows = []
    for seed in STREAMS:
        order = np.random.default_rng(seed).permutation(len(questions))
        outcomes, hits = ask_stream(questions.take(order), rule)
        rows.append(_row(outcomes, hits))
    return _print_rows("the product", rows)


def _speed(questions: Questions, rule: Rule) -> Json:
    """Milliseconds of vote, rule and gate among 10,000 ways of asking, beside a scan for the nearest one."""
    kept = questions.take(np.arange(ENTRIES))
    words = kept.words.astype(np.float16)
    whole: list[float] = []
    scans: list[float] = []
    for place in range(len(questions) - LOOKUPS, len(questions)):
        text, meaning = questions.texts[place], questions.meanings[place]
        began = time.perf_counter()
        found = vote(meaning, word_vector(text), kept.meanings, words, kept.answers)
        assert found
        if rule.confidence(found.evidence) >= rule.least:
            choose_phrasing(text, found, {each: kept.texts[each] for each in found.supporters})
        whole.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        int((kept.meanings @ meaning).argmax())
        scans.append(1000 * (time.perf_counter() - began))
    figures = {
        "decision_p50_ms": round(float(np.median(whole)), 2),
        "decision_p95_ms": round(float(np.quantile(whole, 0.95)), 2),
        "numpy_scan_p50_ms": round(float(np.median(scans)), 2),
    }
    print(f"\n(c) among {ENTRIES} ways of asking: {figures}; GPTCache's whole hit, measured elsewhere: 5.4 ms")
    return dict(figures)


if __name__ == "__main__":
    main()

"""Facts from what contacts say, against exact answers: `python -m tests.benchmarks.facts [--rounds N] [--seed N]`.

Stories are generated from templates and word lists, in English and German, and told to the product: messages, episodes,
extraction, reconciling, deletion, "as of". Templates that are held out are counted apart, and so is a baseline without
negation, doubt, owner or time. Questions that go over somebody or something else are asked in words, and have no
baseline. Junk is counted over all stories. The last line is one JSON object. Exits non-zero when
an answer is wrong with the known templates, or anything is junk.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.benchmarks.remembering import lastwins
from tests.benchmarks.remembering.paths import PATHS, Ask, make_paths
from tests.benchmarks.remembering.stories import SUITES, Question, Story, make_stories

if TYPE_CHECKING:
    pass

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
Score = dict[str, list[int]]  # suite → right, asked


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--seed", type=int, default=20261126)
    arguments.add_argument("--misses", type=int, default=12, help="how many wrong answers are shown of each part")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        os.environ.update(DATA_DIR=folder, DATABASE_URL="", LOG_LEVEL="ERROR")
        os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        result = _Run(options).result()
    print(json.dumps(result))
    sys.exit(result["known"]["right"] < 1.0 or result["duplicates"] > 0 or result["reextracted"] > 0)


class _Run:
    def __init__(self, options: argparse.Namespace) -> None:
        from tests.benchmarks.remembering.telling import Told, company

        self.options, self.told = options, Told(company())
        self.scores: dict[str, Score] = {
            part: defaultdict(lambda: [0, 0]) for part in ("known", "apart", "baseline known", "baseline apart")
        }
        self.misses: dict[str, list[str]] = defaultdict(list)
        self.kinds: Counter[str] = Counter()

    def result(self) -> dict[str, Any]:
        begun = time.perf_counter()
        for split in ("known", "apart"):
            for story in make_stories(self.options.seed, split, self.options.rounds):
                self._ask(story)
            for path in make_paths(self.options.seed, split, self.options.rounds):
                [contact, *_] = self.told.tell(path)
                for ask in path.asks:
                    self._count(split, path, ask, frozenset(self.told.reached(contact, ask.text)))
        seconds = time.perf_counter() - begun
        self._print()
        junk, times = self.told.junk(), self._times()
        print(f"\n{self.told.turns} turns of contacts, {junk}, {seconds:.0f} s")
        shares = {part: _share(score) for part, score in self.scores.items()}
        return {
            **{
                part.replace(" ", "_"): {"right": share, **_by_suite(self.scores[part])}
                for part, share in shares.items()
            },
            **junk,
            **times,
            "stories": self.told.stories,
            "turns": self.told.turns,
            "seconds": round(seconds, 1),
            "seed": self.options.seed,
        }

    def _times(self) -> dict[str, float]:
        """In milliseconds: what a turn waits for, and what is done behind it."""
        told = [f"My order number is A-{number}." for number in range(100, 150)]
        parts = {
            "turn_nothing_told": self.told.in_a_turn(["How long does delivery take?"] * 50),
            "turn_something_told": self.told.in_a_turn(told),
            "remembering": self.told.took,
        }
        figures: dict[str, float] = {}
        for name, seconds in parts.items():
            ordered = sorted(seconds)
            median, slow = ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.95)] * 1000
            print(f"{name.replace('_', ' ')}: median {median:.1f} ms, p95 {slow:.1f} ms")
            figures |= {f"{name}_ms": round(median, 2), f"{name}_p95_ms": round(slow, 2)}
        return figures

    def _ask(self, story: Story) -> None:
        contacts = self.told.tell(story)
        for question in story.questions:
            found = frozenset(self.told.values(contacts, question))
            self._count(story.split, story, question, found)
            guess = lastwins.answer(story.lines, question)
            self._count(f"baseline {story.split}", story, question, guess)

    def _count(self, part: str, story: Story, question: Question | Ask, found: frozenset[str]) -> None:
        score = self.scores[part][story.suite]
        is_right = {each.casefold() for each in found} == {each.casefold() for each in question.expected}
        score[0] += is_right
        score[1] += 1
        if not is_right and not part.startswith("baseline"):
            said = " | ".join(line.text for line in story.lines)
            self.misses[part].append(f"{story.suite}: {question} got {set(found) or '{}'} from {said}")

    def _print(self) -> None:
        print(f"{'suite':<16}" + "".join(f"{part:>18}" for part in self.scores) + f"{'asked':>8}")
        for suite in (*SUITES, *PATHS):
            cells = "".join(f"{_percent(score[suite]):>18}" for score in self.scores.values())
            print(f"{suite:<16}{cells}{sum(self.scores[part][suite][1] for part in ('known', 'apart')):>8}")
        print(f"{'all':<16}" + "".join(f"{_share(score):>18.1%}" for score in self.scores.values()))
        for part, misses in self.misses.items():
            print(f"\n{len(misses)} wrong with {part} templates:")
            print("\n".join(f"  {each}" for each in misses[: self.options.misses]))


def _percent(score: list[int]) -> str:
    return f"{score[0] / score[1]:.1%}" if score[1] else "–"


def _share(score: Score) -> float:
    asked = sum(each[1] for each in score.values())
    return round(sum(each[0] for each in score.values()) / asked, 4) if asked else 0.0


def _by_suite(score: Score) -> dict[str, float]:
    return {suite.replace(" ", "_"): round(right / asked, 4) for suite, (right, asked) in score.items() if asked}


if __name__ == "__main__":
    main()

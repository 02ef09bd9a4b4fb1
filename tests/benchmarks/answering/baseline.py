"""The plain BM25 sentence picker that the built-in model is measured against: the best sentence of all paragraphs."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from agents.llm.extractive.sentences import split_sentences
from agents.llm.extractive.words import read_words
from tests.benchmarks.answering.dataset import Asked, Dataset
from tests.benchmarks.answering.figures import Answer

K1, B = 1.2, 0.75


class SentencePicker:
    """BM25 (k1 = 1.2, b = 0.75) over stemmed sentences without stop words; its confidence is the best score."""

    def __init__(self, dataset: Dataset) -> None:
        self._language = dataset.language
        self._sentences = [
            (number, text[a:b]) for number, text in enumerate(dataset.paragraphs) for a, b in split_sentences(text)
        ]
        self._counts = [Counter(self._stems(sentence)) for _, sentence in self._sentences]
        self._lengths = [sum(count.values()) for count in self._counts]
        self._average = sum(self._lengths) / len(self._lengths)
        self._holding: dict[str, list[int]] = {}
        for index, count in enumerate(self._counts):
            for stem in count:
                self._holding.setdefault(stem, []).append(index)

    def ask(self, asked: Asked, *, without_paragraph: bool) -> Answer:
        scores: defaultdict[int, float] = defaultdict(float)
        for stem in self._stems(asked.question):
            for index, score in self._scores(stem):
                scores[index] += score
        allowed = [
            (score, -index)
            for index, score in scores.items()
            if not (without_paragraph and self._sentences[index][0] == asked.paragraph)
        ]
        score, index = max(allowed, default=(0.0, 0))
        sentence = self._sentences[-index][1] if allowed else ""
        return Answer(best=sentence, shown=(sentence,), confidence=score, is_given=True)

    def _scores(self, stem: str) -> Sequence[tuple[int, float]]:
        holding = self._holding.get(stem, [])
        rarity = math.log(1 + (len(self._sentences) - len(holding) + 0.5) / (len(holding) + 0.5))
        return [(index, rarity * self._saturation(index, stem)) for index in holding]

    def _saturation(self, index: int, stem: str) -> float:
        frequency = self._counts[index][stem]
        return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * self._lengths[index] / self._average))

    def _stems(self, text: str) -> list[str]:
        return [word.stem for word in read_words(text, language=self._language) if not word.is_stop]

"""An arm over what other arms found: a passage by its best sentence, so that a long one is not judged by its average.

BM25 (k1 = 1.2, b = 0.75) over the sentences of the candidates; how rare a word is, is counted among them. Sentence
vectors find more still, but double what embedding costs (docs/benchmarks.md).
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from agents.llm.extractive.sentences import split_sentences
from ingestion.vectors.port import Hit, VectorChunk
from ingestion.vectors.words import analyse, analyse_query

K1, B = 1.2, 0.75


def rank_by_best_sentence(query: str, chunks: Iterable[VectorChunk]) -> list[Hit]:
    """Best first; chunks without any of the question's words are left out."""
    terms = analyse_query(query)
    read = [(chunk, _read_sentences(chunk.text, chunk.language)) for chunk in chunks]
    scorer = _Scorer(terms, [sentence for _, sentences in read for sentence in sentences])
    hits = [Hit(chunk, max(map(scorer.score, sentences), default=0.0)) for chunk, sentences in read]
    return sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.chunk.id))


class _Scorer:
    def __init__(self, terms: Sequence[str], sentences: Sequence[Counter[str]]) -> None:
        count = len(sentences)
        holding = {term: sum(term in sentence for sentence in sentences) for term in terms}
        self._rarity = {t: math.log(1 + (count - n + 0.5) / (n + 0.5)) for t, n in holding.items() if n}
        self._average = sum(sentence.total() for sentence in sentences) / max(count, 1) or 1.0

    def score(self, sentence: Counter[str]) -> float:
        norm = K1 * (1 - B + B * sentence.total() / self._average)
        return sum(
            rarity * sentence[term] * (K1 + 1) / (sentence[term] + norm)
            for term, rarity in self._rarity.items()
            if term in sentence
        )


@lru_cache(maxsize=2_000)  # some 8 kB each
def _read_sentences(text: str, language: str) -> tuple[Counter[str], ...]:
    lines = (line for line in text.split("\n") if line.strip())
    sentences = (line[start:end] for line in lines for start, end in split_sentences(line))
    return tuple(Counter(analyse(sentence, language)) for sentence in sentences)

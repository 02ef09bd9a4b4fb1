"""Reads a SQuAD-format file (XQuAD is one) and splits its paragraphs into a tuning half and a held-out half."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its gold answer: text and character span in paragraph number `paragraph`."""

    paragraph: int
    question: str
    answer: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.answer)


@dataclass(frozen=True, slots=True)
class Dataset:
    paragraphs: tuple[str, ...]
    questions: tuple[Asked, ...]
    language: str

    def is_tuning(self, asked: Asked) -> bool:
        """True for the half that weights may be made from; decided by the paragraph's text alone."""
        return hashlib.sha256(self.paragraphs[asked.paragraph].encode()).digest()[0] % 2 == 0


def read_dataset(path: Path, *, limit: int | None = None) -> Dataset:
    """The file's paragraphs and questions in order; `limit` keeps the first paragraphs only."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]][:limit]
    questions = [
        Asked(number, qa["question"], qa["answers"][0]["text"], qa["answers"][0]["answer_start"])
        for number, paragraph in enumerate(paragraphs)
        for qa in paragraph["qas"]
    ]
    language = "de" if ".de." in path.name else "en"
    return Dataset(tuple(paragraph["context"] for paragraph in paragraphs), tuple(questions), language)

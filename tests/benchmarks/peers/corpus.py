"""The pages of a benchmark, and an embedder that costs nothing: what is left is everything around the model.

Token counts are the real tokenizer's and made beforehand, vectors are random and kept by text, so that every side
stores the same.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ingestion.chunking.chunk import TextChunk
from ingestion.chunking.chunker import chunk_document
from ingestion.embedding.minilm import load_tokenizer
from ingestion.embedding.port import EmbeddingModel, Purpose, Vectors
from ingestion.parsing.parse import parse

DIMENSIONS = 384


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    content: bytes


def read_pages(folder: Path, limit: int = 0) -> list[Page]:
    """Every HTML page, in the order of their names; `limit` takes some of all over the folder, and sql.html."""
    paths = sorted(folder.glob("*.html"))
    if limit and limit < len(paths):
        paths = sorted({*paths[:: max(1, len(paths) // limit)][:limit], *folder.glob("sql.html")})
    return [Page(path.name, path.read_bytes()) for path in paths]


@dataclass
class StubEmbedder:
    """See `ingestion.embedding.port.Embedder`; made by `learn`, it knows every text that a side will ask about."""

    model: EmbeddingModel = field(default_factory=lambda: EmbeddingModel("stub-384-1", DIMENSIONS, 512))
    vectors: dict[str, Vectors] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tokenizer = load_tokenizer()

    def learn(self, pages: Iterable[Page]) -> list[list[TextChunk]]:
        """Read and cut the pages once, so that nothing has to be counted or drawn while time is taken."""
        cut = [chunk_document(parse(page.content, name=page.name), self.count_tokens) for page in pages]
        for chunk in (chunk for chunks in cut for chunk in chunks):
            self._vector(chunk.embedded_text)
        return cut

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        unknown = [text for text in texts if text not in self.counts]
        if unknown:
            found = self._tokenizer.encode_batch_fast(unknown)
            self.counts |= {text: len(encoding.ids) for text, encoding in zip(unknown, found, strict=True)}
        return [self.counts[text] for text in texts]

    def _vector(self, text: str) -> Vectors:
        known = self.vectors.get(text)
        if known is None:
            known = self.vectors[text] = _drawn(text)
        return known


def _drawn(text: str) -> Vectors:
    """A unit vector that is always the same for a text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

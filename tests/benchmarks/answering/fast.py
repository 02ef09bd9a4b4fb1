"""Asks in this process: a paragraph is a chunk, the stores are the embedded ones, nothing else of the product runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID, uuid5

from agents.llm.extractive.meaning import MeaningReader
from agents.llm.extractive.sentences import split_sentences
from agents.llm.port import Passage
from agents.retrieval import RetrievedPassage, Retriever
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.port import EmbeddingModel, Purpose, TokenStates, Vectors
from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.port import VectorChunk
from tests.benchmarks.answering.dataset import Asked, Dataset

TENANT = UUID("0190b3a0-0000-7000-8000-000000000001")
PASSAGES = 10
LONGEST_PIECES = {"en": 1800}  # characters; the model's vocabulary is English, other languages take more tokens
LONGEST_PIECE = 1000


class InProcessEmbedder:
    """The built-in model without its own process."""

    def __init__(self, models: Path) -> None:
        self._model = MiniLM(models)

    @property
    def model(self) -> EmbeddingModel:
        return self._model.model

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        return self._model.encode(texts)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        return self._model.embed_tokens(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._model.count_tokens(texts)


class VectorsOnly:
    """The same model seen through the plain port, as a remote endpoint would be."""

    def __init__(self, embedder: InProcessEmbedder) -> None:
        self._embedder = embedder

    @property
    def model(self) -> EmbeddingModel:
        return self._embedder.model

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        return self._embedder.embed(texts, purpose=purpose)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)


class Shelf:
    """One tenant with every paragraph as a document; a document can be taken out for a while."""

    def __init__(self, dataset: Dataset, folder: Path) -> None:
        self.embedder = InProcessEmbedder(folder / "models")
        self._store = EmbeddedVectorStore(folder / "vectors.sqlite3")
        self._store.prepare(model_key=self.embedder.model.key, dimensions=self.embedder.model.dimensions)
        self._chunks = [
            _chunk(number, piece, start, dataset.language)
            for number, text in enumerate(dataset.paragraphs)
            for start, piece in _pieces(text, dataset.language)
        ]
        self._paragraphs = [_document(number) for number in range(len(dataset.paragraphs))]
        self._vectors = self.embedder.embed([chunk.text for chunk in self._chunks], purpose="passage")
        self._store.upsert(TENANT, self._chunks, self._vectors)
        self._retriever = Retriever(self.embedder, self._store)

    def meaning(self, *, with_tokens: bool) -> MeaningReader:
        return MeaningReader(self.embedder if with_tokens else VectorsOnly(self.embedder))

    def find(self, question: str) -> tuple[Passage, ...]:
        result = self._retriever.retrieve(tenant_id=TENANT, query=question, limit=PASSAGES)
        return tuple(as_passage(found) for found in result.passages)

    def take_out(self, paragraph: int) -> None:
        self._store.delete_document(TENANT, self._paragraphs[paragraph])

    def put_back(self, paragraph: int) -> None:
        document = self._paragraphs[paragraph]
        rows = [row for row, chunk in enumerate(self._chunks) if chunk.document_id == document]
        self._store.upsert(TENANT, [self._chunks[row] for row in rows], self._vectors[rows])

    def place_of(self, passage: Passage) -> tuple[int, int]:
        """The paragraph that a passage comes from, and its first character's offset in it."""
        chunk = next(chunk for chunk in self._chunks if chunk.id == passage.id)
        return self._paragraphs.index(chunk.document_id), chunk.ordinal


def by_paragraph(questions: Sequence[Asked]) -> Iterator[tuple[int, list[Asked]]]:
    """Questions grouped by their paragraph, so that it is taken out once for all of them."""
    groups: dict[int, list[Asked]] = {}
    for asked in questions:
        groups.setdefault(asked.paragraph, []).append(asked)
    yield from groups.items()


def as_passage(found: RetrievedPassage) -> Passage:
    dense, words = found.arms.get("dense"), found.arms.get("words")
    return Passage(
        id=found.chunk.id,
        title=found.chunk.title,
        heading_path=found.chunk.heading_path,
        text=found.chunk.text,
        dense_score=dense.score if dense else None,
        words_score=words.score if words else None,
    )


def _document(number: int) -> UUID:
    return uuid5(TENANT, f"document {number}")


def _pieces(text: str, language: str) -> Iterator[tuple[int, str]]:
    """The paragraph, or for the few that are longer than the model reads its sentences in stretches that are not."""
    longest = LONGEST_PIECES.get(language, LONGEST_PIECE)
    start = 0
    for begin, end in split_sentences(text):
        if end - start > longest and begin > start:
            yield start, text[start:begin].rstrip()
            start = begin
    yield start, text[start:]


def _chunk(number: int, text: str, start: int, language: str) -> VectorChunk:
    """`ordinal` carries the offset of the piece in its paragraph."""
    document = _document(number)
    return VectorChunk(
        id=uuid5(document, f"chunk {start}"),
        document_id=document,
        version_id=uuid5(document, "version"),
        source_id=TENANT,
        ordinal=start,
        title="",
        heading_path=(),
        text=text,
        language=language,
    )

"""The project's own pages, as the demo asks them: parsed and chunked by the product, answered by the built-in model."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from agents.llm.extractive.model import ExtractiveModel
from agents.llm.port import ChatRequest, Passage
from agents.retrieval import RetrievedPassage, Retriever
from ingestion.chunking.chunker import chunk_document
from ingestion.parsing.markdown import parse_markdown
from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.port import VectorChunk
from tests.agents.extractive.answers import PLACE, Answered, InProcessEmbedder, answer

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("quickstart.md", "knowledge.md", "widget.md")
Ask = Callable[[str], Answered]


@pytest.fixture(scope="module")
def ask(embedder: InProcessEmbedder, model: ExtractiveModel, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    store = EmbeddedVectorStore(tmp_path_factory.mktemp("docs") / "vectors.sqlite3")
    store.prepare(model_key=embedder.model.key, dimensions=embedder.model.dimensions)
    for page in PAGES:
        _shelve(store, embedder, page)
    retriever = Retriever(embedder, store)

    def ask(question: str) -> Answered:
        found = retriever.retrieve(tenant_id=PLACE, query=question, limit=10).passages
        passages = tuple(
            Passage(each.chunk.id, each.chunk.title, each.chunk.heading_path, each.chunk.text, *_scores(each))
            for each in found
        )
        return answer(model, ChatRequest(question, passages))

    return ask


def _scores(found: RetrievedPassage) -> tuple[float | None, float | None]:
    dense, words = found.arms.get("dense"), found.arms.get("words")
    return dense.score if dense else None, words.score if words else None


def _shelve(store: EmbeddedVectorStore, embedder: InProcessEmbedder, page: str) -> None:
    document = parse_markdown((DOCS / page).read_bytes(), name=page)
    key: UUID = uuid5(PLACE, page)
    parts = chunk_document(document, embedder.count_tokens)
    chunks = [
        VectorChunk(
            uuid5(key, str(part.ordinal)),
            key,
            key,
            key,
            part.ordinal,
            document.title,
            part.heading_path,
            part.text,
            "en",
        )
        for part in parts
    ]
    store.upsert(PLACE, chunks, embedder.embed([part.embedded_text for part in parts], purpose="passage"))


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("How do I start Rapport on my machine?", "make demo\n```"),
        ("Which Python version do I need?", "Python 3.11"),
        ("Which files can I upload?", "DOCX"),
        ("How do I put the widget on my site?", "<script async"),
    ],
)
def test_the_docs_answer(ask: Ask, question: str, part: str) -> None:
    answered = ask(question)
    assert answered.finished.reason == "answered"
    assert part in answered.text


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "Who founded the company?", "What does the enterprise plan cost?"]
)
def test_what_the_docs_do_not_say_is_not_known(ask: Ask, question: str) -> None:
    assert ask(question).finished.reason == "unknown"

"""The real embedder in this process, built once."""

import pytest

from agents.llm.extractive.model import ExtractiveModel
from ingestion.embedding.minilm import MiniLM
from tests.agents.extractive.answers import InProcessEmbedder


@pytest.fixture(scope="session")
def embedder() -> InProcessEmbedder:
    from rapport.config import get_config

    return InProcessEmbedder(MiniLM(get_config().data_dir / "models"))


@pytest.fixture(scope="session")
def model(embedder: InProcessEmbedder) -> ExtractiveModel:
    return ExtractiveModel(lambda: embedder)

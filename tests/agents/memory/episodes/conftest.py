import pytest

from tests.agents.memory.episodes.company import Memory, WordEmbedder
from tests.cast import Cast


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def memory(cast: Cast, embedder: WordEmbedder) -> Memory:
    return Memory(cast.acme, embedder)

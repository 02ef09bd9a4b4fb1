"""`acme` and `stranger`: two tenants' knowledge over the same stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.embedding.minilm import MiniLM
from ingestion.parsing import sandbox
from ingestion.pipeline import stores as pipeline_stores
from ingestion.pipeline.stores import Stores
from rapport.config import get_config
from tests.cast import Cast
from tests.ingestion.knowledge import InProcessEmbedder, Knowledge, open_stores


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    """The model's files are built and loaded once a run."""
    return MiniLM(get_config().data_dir / "models")


@pytest.fixture
def opened(tmp_path: Path, minilm: MiniLM, monkeypatch: pytest.MonkeyPatch) -> tuple[Stores, InProcessEmbedder]:
    """Fresh stores, which the event handlers of this process use too."""
    stores, embedder = open_stores(tmp_path, minilm)
    monkeypatch.setattr(pipeline_stores, "get_stores", lambda: stores)
    return stores, embedder


@pytest.fixture
def acme(cast: Cast, opened: tuple[Stores, InProcessEmbedder]) -> Knowledge:
    return Knowledge(cast.acme.tenant_id, *opened)


@pytest.fixture
def stranger(cast: Cast, opened: tuple[Stores, InProcessEmbedder]) -> Knowledge:
    return Knowledge(cast.other.tenant_id, *opened)


@pytest.fixture(scope="session", autouse=True)
def _no_parser_is_left() -> Iterator[None]:
    yield
    sandbox._PARSER.close()

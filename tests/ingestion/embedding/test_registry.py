"""EMBEDDINGS_URL chooses the embedder; a process has one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingestion.embedding import registry
from ingestion.embedding.client import BuiltinEmbedder
from ingestion.embedding.errors import EmbeddingsUrlInvalid
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.openai_compatible import OpenAICompatibleEmbedder
from ingestion.embedding.registry import get_embedder, get_embedders, make_embedder
from rapport.config import get_config
from tests.ingestion.embedding.processes import load_model, models_folder


def test_the_built_in_model_is_the_default() -> None:
    assert isinstance(make_embedder(get_config(), get_config().embeddings_url), BuiltinEmbedder)


def test_an_address_takes_its_place() -> None:
    embedder = make_embedder(get_config(), "https://host/v1?model=text-embedding-3-small&dimensions=1536")

    assert isinstance(embedder, OpenAICompatibleEmbedder)
    assert embedder.model.key == "text-embedding-3-small-1536"


def test_a_wrong_address_is_refused_at_once() -> None:
    with pytest.raises(EmbeddingsUrlInvalid, match="EMBEDDINGS_URL"):
        make_embedder(get_config(), "https://host/v1")
    with pytest.raises(EmbeddingsUrlInvalid, match="builtin:float32"):
        make_embedder(get_config(), "builtin:float8")


def test_the_built_in_models_are_there_beside_what_the_settings_name(monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(
        get_config(),
        embeddings_url="https://host/v1?model=new&dimensions=8",
        embeddings_other_urls=("builtin:float32",),
    )
    monkeypatch.setattr(registry, "get_config", lambda: config)
    registry._make_all.cache_clear()
    try:
        assert list(get_embedders()) == ["new-8", "minilm-l6-v2-float32-1", "minilm-l6-v2-int8-1"]
        assert get_embedder().model.dimensions == 8
    finally:
        registry._make_all.cache_clear()


def test_the_finer_built_in_model_has_a_server_of_its_own(tmp_path: Path, minilm: MiniLM) -> None:
    config = replace(get_config(), data_dir=tmp_path)
    (tmp_path / "models").symlink_to(models_folder())
    texts = ["Refunds arrive within five days."]

    embedder = make_embedder(config, "builtin:float32")

    vector = embedder.embed(texts, purpose="passage")
    assert embedder.model.key == "minilm-l6-v2-float32-1"
    assert np.allclose(vector, load_model("float32").encode(texts), atol=1e-5)
    assert not np.allclose(vector, minilm.encode(texts), atol=1e-3)


def test_a_process_has_one() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({id(found) for found in pool.map(lambda _: get_embedder(), range(32))}) == 1

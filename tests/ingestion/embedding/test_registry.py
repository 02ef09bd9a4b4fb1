"""EMBEDDINGS_URL chooses the embedder; a process has one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ingestion.embedding.client import BuiltinEmbedder
from ingestion.embedding.errors import EmbeddingsUrlInvalid
from ingestion.embedding.openai_compatible import OpenAICompatibleEmbedder
from ingestion.embedding.registry import get_embedder, make_embedder
from rapport.config import get_config


def test_the_built_in_model_is_the_default() -> None:
    assert isinstance(make_embedder(get_config()), BuiltinEmbedder)


def test_an_address_takes_its_place() -> None:
    config = replace(get_config(), embeddings_url="https://host/v1?model=text-embedding-3-small&dimensions=1536")

    embedder = make_embedder(config)

    assert isinstance(embedder, OpenAICompatibleEmbedder)
    assert embedder.model.key == "text-embedding-3-small-1536"


def test_a_wrong_address_is_refused_at_once() -> None:
    with pytest.raises(EmbeddingsUrlInvalid, match="EMBEDDINGS_URL"):
        make_embedder(replace(get_config(), embeddings_url="https://host/v1"))


def test_a_process_has_one() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({id(found) for found in pool.map(lambda _: get_embedder(), range(32))}) == 1

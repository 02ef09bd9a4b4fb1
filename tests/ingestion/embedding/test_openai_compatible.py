"""EMBEDDINGS_URL with an OpenAI-compatible endpoint: what is asked, and what is made of each kind of answer."""

from collections.abc import Iterator

import numpy as np
import pytest

from ingestion.embedding.errors import EmbeddingRefused, EmbeddingsUrlInvalid, EmbeddingUnavailable
from ingestion.embedding.openai_compatible import (
    TEXTS_PER_REQUEST,
    OpenAICompatibleEmbedder,
    estimate_tokens,
    parse_endpoint,
)
from tests.ingestion.embedding.openai_server import openai_server
from tests.ingestion.embedding.processes import load_model


@pytest.fixture(scope="module")
def endpoint() -> Iterator[tuple[str, list[dict[str, object]]]]:
    with openai_server() as found:
        yield found


@pytest.mark.parametrize("name", ["minilm", "minilm-shuffled"])
def test_vectors_come_back_in_order_and_with_length_one(
    endpoint: tuple[str, list[dict[str, object]]], name: str
) -> None:
    embedder = OpenAICompatibleEmbedder.from_url(f"{endpoint[0]}?model={name}&dimensions=384")
    texts = [f"text {number}" for number in range(TEXTS_PER_REQUEST + 3)]

    found = embedder.embed(texts, purpose="passage")

    assert np.allclose(found, load_model().encode(texts), atol=1e-6)
    assert endpoint[1][-1]["path"] == "/v1/embeddings"
    assert endpoint[1][-1]["input"] == texts[TEXTS_PER_REQUEST:]
    assert "dimensions" not in endpoint[1][-1]


def test_prefixes_and_dimensions_are_sent_where_asked(endpoint: tuple[str, list[dict[str, object]]]) -> None:
    options = "model=minilm&dimensions=384&send_dimensions=1&query_prefix=query:%20&passage_prefix=passage:%20"
    embedder = OpenAICompatibleEmbedder.from_url(f"{endpoint[0]}?{options}")

    embedder.embed(["how"], purpose="query")
    embedder.embed(["so"], purpose="passage")

    assert [request["input"] for request in endpoint[1][-2:]] == [["query: how"], ["passage: so"]]
    assert endpoint[1][-1]["dimensions"] == 384


@pytest.mark.parametrize("name", ["broken-429", "broken-500", "broken-503"])
def test_a_busy_endpoint_may_be_asked_again(endpoint: tuple[str, list[dict[str, object]]], name: str) -> None:
    with pytest.raises(EmbeddingUnavailable) as refusal:
        OpenAICompatibleEmbedder.from_url(f"{endpoint[0]}?model={name}&dimensions=384").embed(["x"], purpose="query")
    assert refusal.value.is_retryable
    assert refusal.value.retry_after_seconds == 7


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("model=broken-400&dimensions=384", "model"),
        ("model=broken-html&dimensions=384", "not an embeddings response"),
        ("model=broken-zeros&dimensions=384", "without direction"),
        ("model=minilm&dimensions=1024", "dimensions"),
    ],
)
def test_an_answer_of_no_use_says_what_to_change(
    endpoint: tuple[str, list[dict[str, object]]], options: str, says: str
) -> None:
    with pytest.raises(EmbeddingRefused, match=says) as refusal:
        OpenAICompatibleEmbedder.from_url(f"{endpoint[0]}?{options}").embed(["x"], purpose="query")
    assert not refusal.value.is_retryable


def test_a_wrong_key_is_not_shown(endpoint: tuple[str, list[dict[str, object]]]) -> None:
    address = endpoint[0].replace("key-for-tests", "another-key")
    with pytest.raises(EmbeddingRefused, match="key") as refusal:
        OpenAICompatibleEmbedder.from_url(f"{address}?model=minilm&dimensions=384").embed(["x"], purpose="query")
    assert "another-key" not in refusal.value.message


def test_an_endpoint_that_is_away_may_be_asked_again() -> None:
    with pytest.raises(EmbeddingUnavailable, match="EMBEDDINGS_URL"):
        OpenAICompatibleEmbedder.from_url("http://127.0.0.1:9?model=m&dimensions=3").embed(["x"], purpose="query")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://host/v1?dimensions=3", "model"),
        ("https://host/v1?model=m", "dimensions"),
        ("https://host/v1?model=m&dimensions=many", "dimensions"),
        ("https://host/v1?model=m&dimensions=0", "dimensions"),
        ("https:///v1?model=m&dimensions=3", "https://host"),
        ("https://host:port/v1?model=m&dimensions=3", "https://host"),
    ],
)
def test_a_wrong_address_says_what_is_missing(address: str, says: str) -> None:
    with pytest.raises(EmbeddingsUrlInvalid, match=says):
        parse_endpoint(address)


def test_the_address_makes_the_models_identity() -> None:
    endpoint = parse_endpoint("https://:s%2Fk@host:8443/v1/?model=BAAI/bge-M3&dimensions=1024&max_tokens=8192")

    assert endpoint.url == "https://host:8443/v1/embeddings"
    assert endpoint.key == "s/k"
    assert (endpoint.model.key, endpoint.model.dimensions, endpoint.model.max_tokens) == (
        "baai-bge-m3-1024",
        1024,
        8192,
    )


@pytest.mark.parametrize("text", ["How do I reset my password?", "Rechnungsadresse ändern", "x = foo(bar)[3]", ""])
def test_estimates_are_of_the_right_size(text: str) -> None:
    count = load_model().count_tokens([text])[0]

    assert count / 1.5 <= estimate_tokens(text) <= count * 1.5

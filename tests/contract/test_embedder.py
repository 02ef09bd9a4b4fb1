"""What every embedder promises (`ingestion/embedding/port.py`). A new implementation joins by one line in EMBEDDERS."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.embedding.errors import TextTooLong
from ingestion.embedding.openai_compatible import OpenAICompatibleEmbedder
from ingestion.embedding.port import Embedder, Purpose
from tests.ingestion.embedding.openai_server import openai_server
from tests.ingestion.embedding.processes import running_server


@contextlib.contextmanager
def _openai_compatible(folder: Path) -> Iterator[Embedder]:
    with openai_server() as (address, _):
        embedder = OpenAICompatibleEmbedder.from_url(f"{address}?model=minilm&dimensions=384&max_tokens=512")
        yield embedder
        embedder.close()


Opened = Callable[[Path], AbstractContextManager[Embedder]]
EMBEDDERS: dict[str, Opened] = {
    "builtin": lambda folder: running_server(folder / "e.sock"),
    "openai-compatible": _openai_compatible,
}


@pytest.fixture(scope="module", params=sorted(EMBEDDERS))
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedder]:
    with EMBEDDERS[request.param](tmp_path_factory.mktemp("c")) as opened:
        yield opened


PURPOSES: tuple[Purpose, Purpose] = ("query", "passage")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_one_unit_row_of_float32_per_text_in_order(embedder: Embedder, purpose: Purpose) -> None:
    texts = ["refunds take five days", "the office opens at nine", "refunds take five days"]

    vectors = embedder.embed(texts, purpose=purpose)

    assert vectors.shape == (3, embedder.model.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert float(vectors[0] @ vectors[2]) > 0.999 > float(vectors[0] @ vectors[1])


@pytest.mark.parametrize("purpose", PURPOSES)
def test_no_texts_give_no_rows(embedder: Embedder, purpose: Purpose) -> None:
    assert embedder.embed([], purpose=purpose).shape == (0, embedder.model.dimensions)
    assert embedder.count_tokens([]) == []


def test_neighbours_do_not_change_a_vector(embedder: Embedder) -> None:
    text = "How do I change my plan?"
    alone = embedder.embed([text], purpose="passage")[0]

    among = embedder.embed(["x", "long words " * 200, text, "東京"], purpose="passage")[2]

    assert float(alone @ among) > 1 - 1e-3


def test_more_texts_than_one_request_holds(embedder: Embedder) -> None:
    texts = [f"number {number}" for number in range(300)]

    vectors = embedder.embed(texts, purpose="passage")

    assert np.allclose(vectors[299], embedder.embed(texts[299:], purpose="passage")[0], atol=1e-3)


def test_a_question_is_nearer_to_its_answer(embedder: Embedder) -> None:
    question = embedder.embed(["When will I get my money back?"], purpose="query")[0]
    passages = embedder.embed(["Refunds arrive within five days.", "Our office has a garden."], purpose="passage")

    right, wrong = (passages @ question).tolist()

    assert right > wrong


def test_a_text_past_the_limit_is_refused_by_its_index(embedder: Embedder) -> None:
    with pytest.raises(TextTooLong) as refusal:
        embedder.embed(["fits", "word " * (embedder.model.max_tokens + 1)], purpose="passage")
    assert refusal.value.index == 1
    assert not refusal.value.is_retryable


def test_counts_grow_with_the_text_and_have_no_limit(embedder: Embedder) -> None:
    counts = embedder.count_tokens(["", "word", "word " * 2000])

    assert 0 <= counts[0] < counts[1] < counts[2]
    assert counts[2] >= 2000


def test_threads_get_their_own_answers(embedder: Embedder) -> None:
    texts = [f"thread {number}" for number in range(16)]
    expected = embedder.embed(texts, purpose="query")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: embedder.embed([text], purpose="query")[0], texts))

    assert np.allclose(np.stack(found), expected, atol=1e-3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=60))  # half surrogates included
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    vectors = embedder.embed([text], purpose="query")

    assert np.isfinite(vectors).all()
    assert embedder.count_tokens([text])[0] >= 0


def test_identities_are_safe_in_names(embedder: Embedder) -> None:
    assert set(embedder.model.key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert embedder.model.dimensions > 0
    assert embedder.model.max_tokens > 0

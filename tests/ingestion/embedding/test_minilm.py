"""Tokens and lengths: nothing is cut, nothing is padded, and a vector does not depend on its neighbours."""

import numpy as np
import pytest

from ingestion.embedding.errors import TextTooLong
from tests.ingestion.embedding.processes import load_model


def test_what_stands_after_128_tokens_counts() -> None:
    start = "the quarterly report " * 60

    short, long = load_model().encode([start, start + "mentions a purple elephant"])

    assert load_model().count_tokens([start]) == [182]
    assert float(short @ long) < 0.9999


def test_512_tokens_are_read_and_513_refused() -> None:
    fits, too_long = "a " * 510, "a " * 511

    assert load_model().encode([fits]).shape == (1, 384)
    with pytest.raises(TextTooLong) as refusal:
        load_model().encode([fits, too_long])
    assert (refusal.value.index, refusal.value.tokens, refusal.value.max_tokens) == (1, 513, 512)


def test_neighbours_change_nothing_at_all() -> None:
    texts = ["short", "a much longer text about invoices, plans and refunds", "short"]

    together = load_model().encode(texts)

    assert np.array_equal(together, np.concatenate([load_model().encode([text]) for text in texts]))


def test_token_states_name_their_characters() -> None:
    text = "Café prices"

    states = load_model().embed_tokens([text])[0]

    words = [text[start:end] for start, end in states.offsets.tolist()]
    assert words == ["", "Café", "prices", ""]
    assert states.states.shape == (4, 384)
    assert states.states.dtype == np.float16


def test_half_surrogates_are_read_as_question_marks() -> None:
    assert np.array_equal(load_model().encode(["who \ud83d is it"]), load_model().encode(["who ? is it"]))

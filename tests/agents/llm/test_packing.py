"""What does not fit is left out by its worth, said, and never sent."""

from dataclasses import replace
from uuid import uuid4

import pytest

from agents.llm.packing import pack, size_of
from agents.llm.port import ChatMessage, ChatRequest, Passage

PASSAGES = tuple(Passage(uuid4(), f"Page {number}", (), f"{number} " + "word " * 400) for number in range(10))
HISTORY = tuple(ChatMessage("user" if number % 2 == 0 else "assistant", "said " * 100) for number in range(8))
WHOLE = ChatRequest("How long?", passages=PASSAGES, history=HISTORY, instructions="Be kind.", max_output_tokens=200)


def test_what_fits_is_left_as_it_is() -> None:
    assert pack(WHOLE, window=100_000).request is WHOLE


@pytest.mark.parametrize("window", [6_000, 5_000, 4_000, 3_000, 2_000, 1_500, 1_100])
def test_it_always_fits(window: int) -> None:
    packed = pack(WHOLE, window=window)
    assert size_of(packed.request) <= window - WHOLE.max_output_tokens
    assert packed.request.question == "How long?"
    assert packed.dropped


def test_the_worst_passages_go_first_then_the_oldest_words() -> None:
    some = pack(WHOLE, window=6_000)
    assert [each.title for each in some.request.passages] == [f"Page {number}" for number in range(7)]
    assert some.dropped == ({"what": "passages", "count": 3},)
    fewer = pack(WHOLE, window=2_600)
    assert len(fewer.request.passages) == 3
    assert 0 < len(fewer.request.history) < len(HISTORY)
    assert fewer.request.history[-1] is HISTORY[-1]
    one = pack(WHOLE, window=1_100)
    assert [each.title for each in one.request.passages] == ["Page 0"]
    assert one.request.history == ()


def test_a_question_that_is_too_long_by_itself_is_cut_and_says_so() -> None:
    packed = pack(replace(WHOLE, question="why " * 9000), window=4_000)
    assert size_of(packed.request) <= 4_000 - 200
    assert "question" in [each["what"] for each in packed.dropped]

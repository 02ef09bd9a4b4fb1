"""Tokens that were counted are embedded without being made again, and never taken for another text's."""

import socket
from collections.abc import Sequence
from typing import cast

import numpy as np

from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.port import EmbeddingModel, TokenStates
from ingestion.embedding.recent import RecentStates, RecentTokens
from ingestion.embedding.service import EmbedderService


def kept(most: int = 8) -> RecentTokens:
    recent = RecentTokens(most=most, max_tokens=5)
    recent.keep(["a", "b", "long"], [[101, 7, 102], [101, 30_000, 102], [1, 2, 3, 4, 5, 6]])
    return recent


def test_rows_come_back_in_the_order_asked_for() -> None:
    assert kept().take(["b", "a", "b"]) == [[101, 30_000, 102], [101, 7, 102], [101, 30_000, 102]]


def test_each_is_taken_once_and_all_or_none() -> None:
    recent = kept()
    assert recent.take(["a", "unknown"]) is None
    assert recent.take(["a"]) == [[101, 7, 102]]
    assert recent.take(["a"]) is None


def test_what_the_model_would_refuse_is_not_kept() -> None:
    assert kept().take(["long"]) is None


def test_the_oldest_go_first() -> None:
    recent = kept(most=2)
    recent.keep(["c"], [[9]])
    assert recent.take(["a"]) is None
    assert recent.take(["b", "c"]) == [[101, 30_000, 102], [9]]


def states(value: float) -> TokenStates:
    return TokenStates(np.full((2, 4), value, np.float16), np.zeros((2, 2), np.int32))


def test_states_are_found_again_until_others_push_them_out() -> None:
    recent = RecentStates(most=2)
    for number, text in enumerate(("a", "b")):
        recent.keep(text, states(number))
    assert recent.find("a") is not None, "it is the latest then"
    recent.keep("c", states(2))
    assert recent.find("b") is None
    kept = recent.find("a")
    assert kept is not None
    assert kept.states[0, 0] == 0
    assert all(len(key) == 32 for key in recent._kept), "no text stays"


class Counting:
    """In the place of the model: what it was asked to read."""

    model = EmbeddingModel("counting", 4, 512)

    def __init__(self) -> None:
        self.read: list[str] = []

    def tokenize_with_offsets(self, texts: Sequence[str]) -> list[str]:
        return list(texts)

    def states_of(self, encoding: str) -> TokenStates:
        self.read.append(encoding)
        return states(len(encoding))


def test_a_text_is_read_once_for_all_processes() -> None:
    model = Counting()
    service = EmbedderService(cast(MiniLM, model), threads=1)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert [each.states[0, 0] for each in service._embed_tokens(ours, ["a", "bb"])] == [1, 2]
        again = service._embed_tokens(ours, ["bb", "ccc", "bb", "a"])
        assert [each.states[0, 0] for each in again] == [2, 3, 2, 1]
    assert sorted(model.read) == ["a", "bb", "ccc"]

"""Tokens that were counted are embedded without being made again, and never taken for another text's."""

from ingestion.embedding.recent import RecentTokens


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

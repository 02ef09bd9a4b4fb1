"""What fits of what was found: the most valuable first, none cut, and why the others were left out."""

from agents.retrieval.packing import Candidate, pack


def candidate(name: str, tokens: int, text: str = "") -> Candidate[str]:
    return Candidate(name, tokens, text or name)


def test_a_smaller_one_takes_the_room_that_a_long_one_leaves() -> None:
    packed = pack([candidate("a", 60), candidate("b", 60), candidate("c", 40)], budget_tokens=100, limit=10)
    assert [each.item for each in packed.kept] == ["a", "c"]
    assert [(each.item, reason) for each, reason in packed.dropped] == [("b", "budget")]


def test_the_best_is_kept_however_long() -> None:
    packed = pack([candidate("a", 500), candidate("b", 1)], budget_tokens=100, limit=10)
    assert [each.item for each in packed.kept] == ["a"]


def test_twins_and_what_is_past_the_number_are_named() -> None:
    found = [candidate("a", 1, "same text"), candidate("b", 1, "same  text"), candidate("c", 1), candidate("d", 1)]
    packed = pack(found, budget_tokens=100, limit=2)
    assert [each.item for each in packed.kept] == ["a", "c"]
    assert [(each.item, reason) for each, reason in packed.dropped] == [("b", "duplicate"), ("d", "limit")]

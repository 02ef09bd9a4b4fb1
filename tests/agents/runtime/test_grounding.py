"""Names and numbers of an answer must occur in what it cites."""

import pytest

from agents.runtime.grounding import check_grounding

PASSAGES = {1: "Delivery within Germany takes 3 days and costs 4.90 euros.", 2: "Founded in 1,190 by Otto Weber."}


@pytest.mark.parametrize(
    "answer",
    [
        "Delivery takes 3 days. [1]",
        "It costs 4.90 euros [1]. Otto Weber founded it in 1190 [2].",
        "1. Delivery takes 3 days [1]\n2. It costs 4.90 euros [1]",
        "I hope that helps!",
        "Die Lieferung ist in 3 Tagen da, und die Kosten sind 4.90 Euro. [1]",
        "",
    ],
)
def test_what_the_passages_say_is_grounded(answer: str) -> None:
    assert check_grounding(answer, PASSAGES).is_grounded


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        ("Delivery takes 5 days. [1]", "5"),
        ("Delivery takes 3 days. [2]", "3"),
        ("It was founded by Karl Meier. [2]", "karl"),
        ("It takes 3 days, or 30. [1]", "30"),
        ("Die Lieferung ist in 9 Tagen da. [1]", "9"),
    ],
)
def test_what_they_do_not_say_is_not(answer: str, claim: str) -> None:
    found = check_grounding(answer, PASSAGES)
    assert not found.is_grounded
    assert claim in found.unsupported


def test_what_the_contact_said_may_be_said_back() -> None:
    assert check_grounding("Delivery of 12 boxes takes 3 days. [1]", PASSAGES, known="12 boxes?").is_grounded

"""Every sentence is cited or small talk; numbers, dates, names and addresses of an answer stand in what it cites."""

import pytest

from agents.runtime.grounding import check_grounding

PASSAGES = {
    1: "Delivery within Germany takes 3 days and costs 4.90 euros.",
    2: "Founded in 1,190 by Otto Weber. Write to help@acme.example, or see https://www.acme.example/returns for more.",
    3: "The sale ends on 5 March 2026. Our shop is at Hauptstraße 12, 28195 Bremen.",
    4: "First do this:\n\n- Hold the button.\n- Open the app.\n\nThen wait for the green light.",
}


@pytest.mark.parametrize(
    "answer",
    [
        "Delivery takes 3 days. [1]",
        "It costs 4.90 euros [1]. Otto Weber founded it in 1190 [2].",
        "1. Delivery takes 3 days [1]\n2. It costs 4.90 euros [1]",
        "I hope that helps!",
        "Here is what I found:\n\nDelivery takes 3 days. [1] Let me know if you need more.",
        "Die Lieferung ist in 3 Tagen da, und die Kosten sind 4.90 Euro. [1]",
        "Write to Help@acme.example [2] or look at www.acme.example/returns/ [2].",
        "The sale ends on March 5th. [3]",
        "Der Verkauf endet am 5. März 2026. [3]",
        "It ends on 2026-03-05. [3]",
        "Come to Hauptstraße 12, 28195 Bremen. [3]",
        "First do this:\n\n- Hold the button.\n- Open the app.\n\nThen wait for the green light. [4]",
        "",
    ],
)
def test_what_the_passages_say_is_grounded(answer: str) -> None:
    found = check_grounding(answer, PASSAGES)
    assert found.is_grounded, found


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        ("Delivery takes 5 days. [1]", "5"),
        ("Delivery takes 3 days. [2]", "3"),
        ("It was founded by Karl Meier. [2]", "karl"),
        ("It takes 3 days, or 30. [1]", "30"),
        ("Die Lieferung ist in 9 Tagen da. [1]", "9"),
        ("Write to sales@acme.example. [2]", "sales@acme.example"),
        ("See https://acme.example/refunds. [2]", "acme.example/refunds"),
        ("The sale ends on 6 March 2026. [3]", "6-3/2026"),
        ("The sale ends on March 5, 2027. [3]", "5-3/2027"),
        ("Come to Hauptstraße 21, 28195 Bremen. [3]", "21"),
    ],
)
def test_what_they_do_not_say_is_not(answer: str, claim: str) -> None:
    found = check_grounding(answer, PASSAGES)
    assert not found.is_grounded
    assert claim in found.unsupported


def test_a_statement_without_a_citation_counts_against_the_answer() -> None:
    found = check_grounding("Delivery takes 3 days. [1] Refunds are always possible.", PASSAGES)
    assert (found.coverage, found.containment) == (0.5, 1.0)
    assert [each.standing for each in found.sentences] == ["cited", "uncited"]
    assert not found.is_grounded
    assert check_grounding("Refunds are always possible.", PASSAGES).coverage == 0


def test_what_an_agent_demands_is_kept() -> None:
    answer = "Delivery takes 3 days. [1] It costs 4.90 euros. [1] Refunds are always possible."
    assert not check_grounding(answer, PASSAGES, minimum=0.7).is_grounded
    assert check_grounding(answer, PASSAGES, minimum=0.6).is_grounded
    assert not check_grounding("Delivery takes 5 days. [1]", PASSAGES, minimum=0).is_grounded


def test_what_the_contact_said_may_be_said_back() -> None:
    assert check_grounding("Delivery of 12 boxes takes 3 days. [1]", PASSAGES, known="12 boxes?").is_grounded

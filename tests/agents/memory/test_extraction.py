"""What is found in a contact's words, and what is rightly left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.memory.extraction import extract


def _found(text: str) -> list[tuple[str, str]]:
    return [(each.predicate, each.value) for each in extract(text) if not each.is_retracted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My name is Anna Schmidt.", [("name", "Anna Schmidt")]),
        ("Hi, I'm Tom, and my order number is A-4711!", [("name", "Tom"), ("order", "A-4711")]),
        ("Ich heiße Jürgen Müller und ich wohne in Köln.", [("name", "Jürgen Müller"), ("place", "Köln")]),
        ("You can write to Tom.Li@Example.COM please", [("email", "tom.li@example.com")]),
        ("Call +49 (171) 234-5678 after six", [("phone", "+491712345678")]),
        ("my number is 0049 171 2345678", [("phone", "+491712345678")]),
        ("It is about order #123456 from May", [("order", "123456")]),
        ("I live in New York now", [("place", "New York")]),
        ("I prefer answers by e-mail, thanks", [("prefers", "answers by e-mail")]),
        ("I don't want phone calls but mail is fine", [("avoids", "phone calls")]),
    ],
)
def test_statements_give_facts(text: str, expected: list[tuple[str, str]]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "What is my order number?",
        "Is my name Anna?",
        "If my name is Anna, what happens?",
        "Maybe my order number is A-4711.",
        'The letter said "my name is Anna" on top.',
        "I am Looking for a parcel.",
        "Is your e-mail support@acme.example still right",
        "I wrote to your address help@acme.example yesterday",
        "I'm happy with it.",
        "Please call me Monday.",
        "I have 3 orders.",
        "My phone is 12 34.",
        "",
    ],
)
def test_what_is_no_statement_about_oneself_gives_nothing(text: str) -> None:
    assert _found(text) == []


def test_a_negation_takes_back_and_its_correction_counts() -> None:
    found = extract("My email is not a@b.example but c@d.example")
    assert [(each.value, each.is_retracted) for each in found] == [("a@b.example", True), ("c@d.example", False)]


def test_moving_away_takes_the_place_back() -> None:
    [fact] = extract("I no longer live in Berlin.")
    assert (fact.predicate, fact.value, fact.is_retracted) == ("place", "Berlin", True)


def test_a_correction_says_so() -> None:
    [fact] = extract("Sorry, my order number is B-2200")
    assert fact.is_correction


@pytest.mark.parametrize("text", ["Hello. My name is Anna.", "x\ny\nI live in Bonn", "Zwölf. Order 12345 is late"])
def test_spans_are_of_the_message(text: str) -> None:
    for fact in extract(text):
        assert fact.value.casefold() in text[fact.start : fact.end].casefold()


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for fact in extract(text):
        assert 0 <= fact.start < fact.end <= len(text)

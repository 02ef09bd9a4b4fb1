"""What is found in a contact's words, and what is rightly left alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.memory.extraction import extract

SAID_AT = datetime(2026, 11, 26, 15, tzinfo=UTC)  # a Thursday


def _found(text: str) -> list[tuple[str, str]]:
    """What is stated as known: neither taken back nor only proposed."""
    return [
        (each.predicate, each.value)
        for each in extract(text, SAID_AT)
        if not each.is_retracted and not each.is_proposal
    ]


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
        ("my name is anna", [("name", "Anna")]),
        ("call me Bob, please", [("name", "Bob")]),
        ("Hello, this is Maria Jones from Leeds.", [("name", "Maria Jones")]),
        ("Guten Tag, ich bin Jörg Weiß.", [("name", "Jörg Weiß")]),
        ("anna@shop.example", [("email", "anna@shop.example")]),
        ("Sure, it's anna@shop.example.", [("email", "anna@shop.example")]),
        ("E-mail: anna@shop.example", [("email", "anna@shop.example")]),
        ("Meine E-Mail ist anna@shop.example", [("email", "anna@shop.example")]),
        ("Sie erreichen mich unter +49 171 2345678", [("phone", "+491712345678")]),
        ("+1 (212) 555-0100", [("phone", "+12125550100")]),
        ("It's order no. 4711-B", [("order", "4711-B")]),
        ("Meine Bestellnummer lautet B-4711", [("order", "B-4711")]),
        ("Where is my order A-4711?", [("order", "A-4711")]),
        ("Wann kommt meine Bestellung 123456?", [("order", "123456")]),
        ("If my order A-4711 is late, I get money back", [("order", "A-4711")]),
        ("I'm from Sheffield", [("place", "Sheffield")]),
        ("I moved from Bonn to Berlin last year", [("place", "Berlin")]),
        ("I live in the Netherlands", [("place", "Netherlands")]),
        ("i live in berlin", [("place", "Berlin")]),
        ("Ich bin nach Köln umgezogen", [("place", "Köln")]),
        ("Ich komme aus der Schweiz.", [("place", "Schweiz")]),
        ("Ich möchte keine Anrufe", [("avoids", "Anrufe")]),
        ("Ich bevorzuge E-Mail", [("prefers", "E-Mail")]),
        ("I'd rather have a refund", [("prefers", "a refund")]),
        ("My name is Anna. My email is anna@shop.example!", [("name", "Anna"), ("email", "anna@shop.example")]),
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
        "I wrote to help@shop.example and got no answer.",
        "My wife's email is eva@shop.example.",
        "Ihre Adresse hilfe@shop.example geht nicht.",
        "my name is spelled wrong on the invoice",
        "I'm German and do not understand this.",
        "Hallo, ich bin Kundin bei Ihnen.",
        "I'm Trying to log in.",
        "this is Urgent",
        "Is my order number A-4711?",
        "Is my order A-4711?",
        "I think my name is Anna",
        "Vielleicht ist meine Bestellnummer B-4711",
        "I live in a small flat.",
        "Could I live in Berlin and order from you?",
        "Order 66 was a film.",
        "My e-mail is not working.",
        "I do not live in Berlin",
        "",
    ],
)
def test_what_is_no_statement_about_oneself_gives_nothing(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    ("text", "predicate", "value"),
    [
        ("My name is not Bob, it is Rob", "name", "Bob"),
        ("Ich heiße nicht Bob", "name", "Bob"),
        ("Ich wohne nicht mehr in Bonn", "place", "Bonn"),
        ("My number is no longer +49 171 2345678", "phone", "+491712345678"),
        ("Meine E-Mail ist nicht a@b.example", "email", "a@b.example"),
        ("My order number isn't A-4711", "order", "A-4711"),
        ("I no longer want letters", "prefers", "letters"),
    ],
)
def test_what_is_no_longer_so_is_taken_back(text: str, predicate: str, value: str) -> None:
    assert [(each.predicate, each.value) for each in extract(text) if each.is_retracted] == [(predicate, value)]
    assert (predicate, value) not in _found(text)


@pytest.mark.parametrize("unit", ["a.", "my ", "order ", "a@a.", "+49 ", "I live in ", "My name is A ", '"', "no. "])
def test_a_message_of_the_greatest_length_is_read_in_bounded_steps(unit: str) -> None:
    """Patterns that backtrack without bound would take minutes here and meet the suite's timeout."""
    assert extract((unit * 4000)[:4000]) is not None


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

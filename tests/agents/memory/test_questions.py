"""Which questions memory answers, and which only sound like it."""

import pytest

from agents.memory.predicates import PREDICATES
from agents.memory.questions import asked_predicates, asks_memory_only


@pytest.mark.parametrize(
    ("question", "predicate"),
    [
        ("What is my order number?", "order"),
        ("What was my order number again?", "order"),
        ("what's my e-mail address", "email"),
        ("Do you remember my e-mail address?", "email"),
        ("Can you tell me my phone number please?", "phone"),
        ("Hi! Do you know my name?", "name"),
        ("Who am I?", "name"),
        ("Where do I live?", "place"),
        ("What did I prefer?", "prefers"),
        ("Which orders did I mention?", "order"),
        ("Wie ist meine Bestellnummer?", "order"),
        ("Wie lautet noch mal meine E-Mail-Adresse?", "email"),
        ("Weißt du noch meinen Namen? Wie heiße ich?", "name"),
        ("Kennen Sie meine Telefonnummer?", "phone"),
        ("Wo wohne ich?", "place"),
    ],
)
def test_asked_for_what_is_remembered(question: str, predicate: str) -> None:
    assert predicate in asked_predicates(question)


@pytest.mark.parametrize("question", ["What do you know about me?", "Was wissen Sie über mich?"])
def test_asked_for_everything(question: str) -> None:
    assert asked_predicates(question) == set(PREDICATES)


@pytest.mark.parametrize(
    "question",
    [
        "How do I change my e-mail address?",
        "What is my e-mail address used for?",
        "Where is my order?",
        "What is the status of my order?",
        "How can I track my order?",
        "Where can I find my order number?",
        "What happens to my name on the invoice?",
        "What is the delivery time?",
        "Do you have my size?",
        "Wie ändere ich meine E-Mail-Adresse?",
        "Wo finde ich meine Bestellnummer?",
        "Wann kommt meine Bestellung?",
        "Was passiert mit meinem Namen?",
        "My order number is A-4711.",
        "",
    ],
)
def test_asked_for_something_else(question: str) -> None:
    assert asked_predicates(question) == frozenset()


@pytest.mark.parametrize(
    ("question", "is_only"),
    [
        ("What is my order number?", True),
        ("My order number is A-4711. What is my order number?", True),
        ("Tell me my order number.", True),
        ("What is my order number? How do I cancel it?", False),
        ("How do I cancel it?", False),
    ],
)
def test_whether_documents_have_something_to_add(question: str, is_only: bool) -> None:
    assert asks_memory_only(question) is is_only

"""What keeps a like question from getting another's answer: numbers, dates, names, negation, and being personal."""

import pytest

from agents.cache.personal import is_personal
from agents.cache.sameness import say_the_same
from agents.cache.slots import are_compatible
from agents.selectors.conversations import CitationView
from rapport.ids import new_id


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("Can I return it after 30 days?", "Can I return it after 60 days?"),
        ("Is delivery free from three items?", "Is delivery free from two items?"),
        ("Are you open on Sunday?", "Are you open on Monday?"),
        ("Haben Sie am Sonntag geöffnet?", "Haben Sie am Montag geöffnet?"),
        ("Can I return opened boxes?", "Can I not return opened boxes?"),
        ("Does it ship to Norway?", "Does it ship to Germany?"),
        ("Geht das mit Versicherung?", "Geht das nicht mit Versicherung?"),
    ],
)
def test_questions_that_look_alike_and_ask_for_something_else_do_not_agree(asked: str, kept: str) -> None:
    assert not are_compatible(asked, kept)
    assert not are_compatible(kept, asked)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("How do I return a parcel?", "how can i send something back"),
        ("Does it ship to norway?", "Do you ship to Norway?"),
        ("Is it 1,000 or so?", "Is it 1.000?"),
        ("Can I pay in 3 rates?", "May I pay in three rates?"),
    ],
)
def test_the_same_question_in_other_words_agrees(asked: str, kept: str) -> None:
    assert are_compatible(asked, kept)


@pytest.mark.parametrize(
    "question",
    [
        "Where is my order?",
        "When will my parcel arrive?",
        "My address is anna@customer.example, is that right?",
        "What about order A-4711?",
        "Is 4711 0815 2342 mine?",
        "What is my balance?",
        "My name is Anna.",
        "Wo ist meine Bestellung?",
        "What is my order number?",
        "Can you call [PHONE_1]?",
    ],
)
def test_personal_questions_are_known(question: str) -> None:
    assert is_personal(question)


@pytest.mark.parametrize(
    "question", ["How long does delivery take?", "How do I reset my password?", "Can I return it within 30 days?"]
)
def test_questions_for_everybody_are_not_personal(question: str) -> None:
    assert not is_personal(question)


def test_the_same_passages_with_other_numbers_are_another_answer() -> None:
    chunk, document = new_id(), new_id()
    cited = [CitationView(1, "Prices", "", "…", document, chunk)]
    assert say_the_same("Basic costs 10 € a month. [1]", cited, "Basic costs 10 € a month. [1]", [])
    assert say_the_same("Basic costs 10 € a month. [1]", cited, "A month of Basic costs 10 €. [1]", cited)
    assert not say_the_same("Basic costs 10 € a month. [1]", cited, "Pro costs 20 € a month. [1]", cited)
    other = [CitationView(1, "Prices", "", "…", document, new_id())]
    assert not say_the_same("Basic costs 10 € a month. [1]", cited, "A month of Basic costs 10 €. [1]", other)

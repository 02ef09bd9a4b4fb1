"""Which questions ask what an earlier conversation was about, and nothing else."""

import pytest

from agents.memory.summaries.asked import asks_last_conversation


@pytest.mark.parametrize(
    "question",
    [
        "What was our last conversation about?",
        "What did we talk about yesterday?",
        "Do you remember what we talked about last time?",
        "Can you summarize our last call?",
        "What did we talk about in May?",
        "Worum ging es letztes Mal?",
        "Worum ging es in unserem letzten Gespräch?",
        "Weißt du noch, worüber wir letztes Mal gesprochen haben?",
        "Was haben wir zuletzt besprochen?",
        "Können Sie mir bitte unser letztes Gespräch zusammenfassen?",
    ],
)
def test_it_asks_for_the_last_conversation(question: str) -> None:
    language = "de" if question.startswith(("Wor", "Wei", "Was", "Kö")) else "en"
    assert asks_last_conversation(question) == language


@pytest.mark.parametrize(
    "question",
    [
        "What did we talk about regarding the invoice last week?",
        "What did you say about delivery last time?",
        "What is this about?",
        "Worum geht es in der Anleitung?",
        "Was kostet das letzte Modell?",
    ],
)
def test_it_asks_for_something_else(question: str) -> None:
    assert not asks_last_conversation(question)

"""The built-in model: quotes what answers, keeps to the conversation, admits what it does not know."""

from collections.abc import Callable

import pytest

from agents.llm.extractive.model import ALWAYS_NAME, ExtractiveModel
from agents.llm.port import ChatMessage, ChatRequest
from tests.agents.extractive.answers import SHOP, Answered, InProcessEmbedder, VectorsOnly, answer, passage, scored

Ask = Callable[..., Answered]


@pytest.fixture
def ask(model: ExtractiveModel, embedder: InProcessEmbedder) -> Ask:
    def ask(question: str, *history: ChatMessage, name: str = "") -> Answered:
        passages = scored(SHOP, question, embedder.minilm)
        return answer(model, ChatRequest(question, passages, history, model=name))

    return ask


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("How long does delivery within Germany take?", "3 days"),
        ("How many days do I have to return something?", "30 days"),
        ("Who founded the shop?", "Ada Moss"),
        ("How many employees does the company have?", "42"),
        ("Why can opened food not be returned?", "hygiene rules"),
    ],
)
def test_it_quotes_the_sentence_that_answers(ask: Ask, question: str, part: str) -> None:
    answered = ask(question)
    assert answered.finished.reason == "answered"
    assert part in answered.quotes(SHOP)[0]
    assert "[1]" in answered.text


def test_every_quote_is_verbatim_and_every_marker_is_cited_once(ask: Ask) -> None:
    answered = ask("How long does delivery within Germany take?")
    assert [citation.marker for citation in answered.citations] == list(range(1, len(answered.citations) + 1))
    assert all(quote in answered.text for quote in answered.quotes(SHOP))


def test_steps_are_quoted_as_one_list(ask: Ask) -> None:
    answered = ask("How do I connect the lamp?")
    assert "1. Hold the button" in answered.text
    assert "3. Wait for the green light." in answered.text


def test_a_listing_is_fenced_and_whole(ask: Ask) -> None:
    answered = ask("How do I update the firmware of the lamp?")
    assert "```\nlampctl update --latest\nlampctl restart\n```" in answered.text


@pytest.mark.parametrize(
    "question",
    ["What is the capital of France?", "How do I cancel my gym membership?", "Which database does the bank use?"],
)
def test_it_does_not_know_what_the_passages_do_not_say(ask: Ask, question: str) -> None:
    answered = ask(question)
    assert answered.finished.reason == "unknown"
    assert answered.citations == ()
    assert "could not find" in answered.text


def test_it_admits_having_no_documents(model: ExtractiveModel) -> None:
    answered = answer(model, ChatRequest("Who founded the shop?"))
    assert answered.finished.reason == "unknown"
    assert "no documents" in answered.text


def test_the_always_variant_quotes_its_best_and_says_how_unsure_it_is(ask: Ask) -> None:
    answered = ask("What is the capital of France?", name=ALWAYS_NAME)
    assert answered.finished.reason == "answered"
    assert answered.finished.confidence is not None
    assert answered.finished.confidence < 0.3


def test_a_follow_up_is_answered_by_what_it_leans_on(ask: Ask) -> None:
    history = (ChatMessage("user", "Who founded the shop?"), ChatMessage("assistant", "Ada Moss … [1]"))
    answered = ask("How many employees does it have?", *history)
    assert "42 employees" in answered.quotes(SHOP)[0]


@pytest.mark.parametrize(
    ("message", "part"),
    [("Hello!", "Hello"), ("Thanks a lot", "welcome"), ("Guten Tag", "Hallo"), ("What can you do?", "documents")],
)
def test_small_talk_is_answered_politely_without_a_citation(ask: Ask, message: str, part: str) -> None:
    answered = ask(message)
    assert answered.finished.reason == "small_talk"
    assert part in answered.text
    assert answered.citations == ()


def test_german_questions_are_answered_from_german_passages(model: ExtractiveModel) -> None:
    pages = (
        passage("Versand", "Der Versand innerhalb Deutschlands dauert drei Tage. Nach Norwegen sind es acht Tage."),
        passage("Rückgabe", "Sie können Waren innerhalb von 30 Tagen zurückgeben. Lebensmittel sind ausgenommen."),
    )
    answered = answer(model, ChatRequest("Wie lange dauert der Versand nach Norwegen?", pages, model=ALWAYS_NAME))
    assert "acht Tage" in answered.quotes(pages)[0]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is my email address?", "Your e-mail address is ada@example.org."),
        ("What's my name?", "Your name is Ada."),
        ("Wie lautet meine Telefonnummer?", "Ihre Telefonnummer ist +49 30 1234."),
    ],
)
def test_what_is_remembered_is_told_when_it_is_handed_over(model: ExtractiveModel, question: str, text: str) -> None:
    answered = answer(model, ChatRequest(question, (passage("What you told us", text),)))
    assert answered.finished.reason == "answered"
    assert text in answered.text


def test_it_works_on_an_embedder_that_gives_no_token_states(embedder: InProcessEmbedder) -> None:
    model = ExtractiveModel(lambda: VectorsOnly(embedder.minilm))
    question = "How many employees does the company have?"
    answered = answer(model, ChatRequest(question, scored(SHOP, question, embedder.minilm)))
    assert "42" in answered.quotes(SHOP)[0]


@pytest.mark.parametrize("text", ["", " \n ", "#", "```", "|||", "x" * 5000, "é" * 3000, "\u200b", "- \n- "])
def test_passages_of_any_form_are_read(model: ExtractiveModel, text: str) -> None:
    answered = answer(model, ChatRequest("What is this about, please?", (passage("Odd", text),), model=ALWAYS_NAME))
    assert answered.finished.reason in ("answered", "unknown")


def test_usage_counts_words_read_and_said(ask: Ask) -> None:
    answered = ask("Who founded the shop?")
    assert answered.usage.output == len(answered.text.split())
    assert answered.usage.input > answered.usage.output

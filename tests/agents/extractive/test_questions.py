"""What a question wants, and what could satisfy it."""

import pytest

from agents.llm.extractive.answer_types import answer_spans
from agents.llm.extractive.questions import read_question
from agents.llm.extractive.words import guess_language, read_words


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Who signs the contract?", "person"),
        ("When does the office open?", "date"),
        ("In what year was it built?", "date"),
        ("Where is the warehouse?", "place"),
        ("Which city has a shop?", "place"),
        ("How many items fit?", "count"),
        ("How much does it cost?", "money"),
        ("What percentage is refunded?", "percent"),
        ("How long does delivery take?", "duration"),
        ("Why was my order cancelled?", "reason"),
        ("How do I reset the device?", "procedure"),
        ("What is a webhook?", "name"),
        ("Do you ship abroad?", "any"),
        ("Wie viele Artikel passen hinein?", "count"),
        ("Wann öffnet das Büro?", "date"),
        ("Warum wurde storniert?", "reason"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(question: str, wanted: str) -> None:
    assert read_question(question, language=guess_language(question)).wanted == wanted


def test_a_language_without_patterns_wants_anything() -> None:
    assert read_question("Combien coûte la lampe ?", language="fr").wanted == "any"


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("date", "It opened on 3 March 2019.", ["March", "2019"]),
        ("count", "It holds 12 boxes and two lids.", ["12", "two"]),
        ("percent", "We keep 15% of it.", ["5%"]),
        ("person", "The plan came from Ada Lovelace.", ["Ada Lovelace"]),
        ("place", "The shop is in the Old Town, near Bremen.", ["Old Town", "Bremen"]),
        ("reason", "It failed because of rain.", ["because"]),
        ("any", "It failed because of rain in 2019.", []),
    ],
)
def test_possible_answers_are_found_by_kind(wanted: str, text: str, found: list[str]) -> None:
    words = read_words(text, language="en")
    spans = answer_spans(text, words, wanted)  # type: ignore[arg-type]
    assert [text[start:end] for start, end in spans] == found


def test_words_are_compared_by_stem_number_and_accent() -> None:
    stems = [word.stem for word in read_words("Interceptions: four cafés in 1,200 places", language="en")]
    assert stems == ["intercept", "4", "cafe", "in", "1200", "place"]

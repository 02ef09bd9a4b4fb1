"""What of an exchange is worth keeping, and which exchanges say what a conversation was about. No database."""

from datetime import UTC, datetime, timedelta

from agents.memory.summaries.choosing import Candidate, choose
from agents.memory.summaries.exchanges import Exchange, Spoken, exchanges_of, lines_of
from agents.memory.summaries.lines import as_text
from rapport.ids import new_id

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def said(*turns: tuple[str, str]) -> list[Spoken]:
    return [
        Spoken(new_id(), new_id(), number, origin, text, NOON + timedelta(minutes=number))
        for number, (origin, text) in enumerate(turns, 1)
    ]


def summed_up(*turns: tuple[str, str], outcomes: tuple[str, ...] = ("answered",), language: str = "en") -> str:
    [group] = exchanges_of(said(*turns))
    return as_text(lines_of(Exchange(tuple(group), outcomes)), language)


def test_what_was_asked_told_and_answered_is_kept_word_for_word() -> None:
    text = summed_up(
        ("contact", "Hello! My order number is A-4711. How long does delivery take?"),
        ("agent", "Thanks for asking. Standard delivery takes 3 days [1]. Anything else?"),
    )
    assert text == (
        "Said: “My order number is A-4711.” Asked: “How long does delivery take?” "
        "Answer: “Standard delivery takes 3 days.”"
    )


def test_german_is_said_in_german() -> None:
    text = summed_up(
        ("contact", "Ich wohne in Bonn. Wie lange dauert die Lieferung?"),
        ("agent", "Die Lieferung dauert drei Tage [1]."),
        language="de",
    )
    assert text == (
        "Gesagt: „Ich wohne in Bonn.“ Gefragt: „Wie lange dauert die Lieferung?“ "
        "Antwort: „Die Lieferung dauert drei Tage.“"
    )


def test_what_stayed_open_says_so() -> None:
    question = ("contact", "Do you sell boats?")
    assert summed_up(question, ("agent", "I do not know."), outcomes=("unknown",)).endswith("That was not answered.")
    handed = summed_up(question, ("agent", "I am handing this over."), outcomes=("handed_off",))
    assert handed == "Asked: “Do you sell boats?” Handed over to a person."


def test_greetings_are_about_nothing() -> None:
    assert summed_up(("contact", "Hello"), ("agent", "Hello! What can I do for you?"), outcomes=("small_talk",)) == ""
    assert exchanges_of(said(("agent", "Welcome!"))) == []


def test_of_many_exchanges_those_are_chosen_that_share_most() -> None:
    groups = [
        [("contact", "How do I return the blue lamp?"), ("agent", "Send the lamp back within 30 days.")],
        *([("contact", f"What about the lamp's {part}?"), ("agent", f"The lamp's {part} goes back too.")]
          for part in ("cable", "shade", "bulb")),
        [("contact", "Nice weather, is it not?"), ("agent", "I cannot look outside.")],
        [("contact", "Who pays the postage of the lamp?"), ("agent", "We pay postage when you return a lamp.")],
    ]  # fmt: skip
    candidates = [
        Candidate(tuple(lines_of(Exchange(tuple(exchanges_of(said(*group))[0]), ("answered",))))) for group in groups
    ]
    chosen = choose(candidates)
    assert len(chosen) == 3, "the lamp's parts are all one question"
    assert candidates[0] in chosen
    assert candidates[-1] in chosen
    assert candidates[4] not in chosen

"""What is spoken of an answer, however it is cut into tokens."""

import pytest

from agents.channels.phone.ear import Ear, for_the_ear

SPOKEN = [
    ("It takes 3 days [1].", "It takes 3 days."),
    ("It takes 3 days[1], or 5 [2, 3] abroad.", "It takes 3 days, or 5 abroad."),
    ("See [our page](https://shop.example/delivery?x=1) for more.", "See our page for more."),
    ("It is at https://shop.example/a(b)c, as always.", "It is at , as always."),
    ("**Free** delivery, `really`, and *soon*.", "Free delivery, really, and soon."),
    ("# Delivery\n\n- by post\n- by bike\n", "Delivery by post by bike"),
    ("2 * 3 is 6, and snake_case stays.", "2 * 3 is 6, and snake_case stays."),
    ("An array a[i] and [a note].", "An array a[i] and [a note]."),
    ("Über 30 € – grüezi!", "Über 30 € – grüezi!"),
]


@pytest.mark.parametrize(("text", "spoken"), SPOKEN)
def test_what_is_for_the_eye_is_left_out(text: str, spoken: str) -> None:
    assert for_the_ear(text).strip() == spoken


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(("text", "spoken"), SPOKEN)
def test_it_is_the_same_in_pieces(text: str, spoken: str, size: int) -> None:
    ear = Ear()
    told = [ear.feed(text[start : start + size]) for start in range(0, len(text), size)]
    whole = "".join([*told, ear.rest()])
    assert " ".join(whole.split()) == spoken


def test_words_are_not_held_back_longer_than_needed() -> None:
    ear = Ear()
    assert ear.feed("Standard delivery ") == "Standard delivery"
    assert ear.feed("takes") == ""
    assert ear.feed(" [1") == " takes"
    assert "".join([ear.feed("] three"), ear.rest()]) == " three"


def test_a_bracket_that_never_closes_is_said_in_the_end() -> None:
    ear = Ear()
    told = "".join(ear.feed(f"word{number} " if number else "[") for number in range(200))
    assert "word150" in told

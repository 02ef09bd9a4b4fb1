"""Where sentences end."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.llm.extractive.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met Mrs. Jones at St. Mary's.",
        "The price rose by 3.5 percent to $1,200.50 in total.",
        "J. R. Miller wrote it with A. B. Carter.",
        "Use e.g. Firefox, i.e. a browser, etc. as you like.",
        "Das gilt z.B. für Bestellungen vom 3. Mai an.",
        "It costs approx. 5 euros (incl. tax) per item.",
        "He said “Stop!” and left.",
    ],
)
def test_a_stop_within_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works. Try it!  Does it? Yes.", ["It works.", "Try it!", "Does it?", "Yes."]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("Version 2 came in 2019. Version 3 followed.", ["Version 2 came in 2019.", "Version 3 followed."]),
        ("Wait... Then go on. ... Done.", ["Wait...", "Then go on. ...", "Done."]),
        ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
        ("It was plan B. Nobody knew.", ["It was plan B. Nobody knew."]),
    ],
)
def test_sentences_are_told_apart(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet=st.sampled_from("ab A.!?…\"'()\n1。"), max_size=80))
def test_sentences_hold_every_character_but_white_space_in_order(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    spans = split_sentences(text)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))

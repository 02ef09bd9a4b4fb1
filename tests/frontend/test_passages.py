"""A document's text is shown whole: nothing lost, nothing twice, the cited characters marked."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from frontend.passages import Asked, cut_text, find_quote, window_around
from ingestion.selectors import PassageView

TEXT = "Heading\n\nFirst passage here.\n\nSecond one.\n\nTail."


def passage(number: int, start: int, end: int) -> PassageView:
    return PassageView(UUID(int=number + 1), UUID(int=99), number, TEXT[start:end], (), "", start, end, 3)


def test_the_asked_passage_is_marked_with_its_quote() -> None:
    pieces = cut_text(TEXT, [passage(0, 9, 28), passage(1, 30, 41)], Asked(UUID(int=1), 15, 22))
    assert [piece.before + piece.quoted + piece.after for piece in pieces] == [
        "Heading",
        "First passage here.",
        "Second one.",
        "Tail.",
    ]
    assert [piece.is_asked for piece in pieces] == [False, True, False, False]
    assert [piece.quoted for piece in pieces] == ["", "passage", "", ""]


def test_a_quote_finds_its_passage_and_a_foreign_one_finds_none() -> None:
    passages = [passage(0, 9, 28), passage(1, 30, 41)]
    assert find_quote(TEXT, passages, "Second one.") == Asked(UUID(int=2), 30, 41)
    assert find_quote(TEXT, passages, "Never said.") == Asked()


def test_of_a_long_text_the_part_around_what_was_asked_for_is_shown() -> None:
    passages = [passage(0, 9, 28), passage(1, 30, 41)]
    assert window_around(Asked(), passages, size=20, whole=len(TEXT)) == (0, 20)
    begin, end = window_around(Asked(UUID(int=2)), passages, size=30, whole=len(TEXT))
    assert begin <= 30 < end
    assert end - begin == 30
    shown = cut_text(TEXT[:end], passages, Asked(UUID(int=2)), begin=begin)
    assert "Second one." in [piece.before for piece in shown]
    assert window_around(Asked(None, 48, 52), passages, size=500, whole=len(TEXT)) == (0, len(TEXT))


@given(
    st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 30)), max_size=6),
    st.integers(-1, len(TEXT)),
    st.integers(0, 40),
)
def test_every_word_is_shown_once(spans: list[tuple[int, int]], start: int, length: int) -> None:
    passages = [passage(at, low, min(low + size, len(TEXT))) for at, (low, size) in enumerate(spans)]
    pieces = cut_text(TEXT, passages, Asked(UUID(int=1), start, start + length))
    shown = "".join(piece.before + piece.quoted + piece.after for piece in pieces)
    assert "".join(shown.split()) == "".join(TEXT.split())

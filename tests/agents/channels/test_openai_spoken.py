"""What callers of OpenAI's streams hear when a turn begins again: nothing twice, and nothing taken back in silence."""

from collections.abc import Sequence

import pytest

from agents.channels.openai.spoken import Spoken

RESTART = "\x00restart"


def hear(pieces: Sequence[str], final: str) -> tuple[str, bool]:
    spoken, heard = Spoken(), ""
    for piece in pieces:
        if piece == RESTART:
            spoken.restart()
        else:
            heard += spoken.add(piece)
    heard += spoken.end(final)
    return heard, spoken.is_replaced


@pytest.mark.parametrize(
    ("pieces", "final", "wanted"),
    [
        (["A ", "b."], "A b.", ("A b.", False)),
        ([" A", " b. "], "A b.", ("A b. ", False)),
        ([], "A b.", ("A b.", False)),
        (["A b"], "A b.", ("A b.", False)),
        (["A ", "b", RESTART, "A ", "b", "c."], "A bc.", ("A bc.", False)),
        (["A ", "b", RESTART], "A b", ("A b", False)),
        (["A b.", RESTART, "No."], "No.", ("A b.\n\nNo.", True)),
        (["A b.", RESTART, "A", " c."], "A c.", ("A b.\n\nA c.", True)),
        (["A b.", RESTART], "A", ("A b.\n\nA", True)),
        (["A", RESTART, "B", RESTART, "C", " d"], "C d", ("A\n\nB\n\nC d", True)),
    ],
)
def test_hearing(pieces: list[str], final: str, wanted: tuple[str, bool]) -> None:
    assert hear(pieces, final) == wanted

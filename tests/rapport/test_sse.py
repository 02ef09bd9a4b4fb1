"""Frames on the wire."""

import pytest

from rapport.streams.port import Frame
from rapport.streams.sse import encode, last_event_id, opening


def test_a_frame_is_three_lines_and_an_empty_one() -> None:
    assert encode(Frame(3, "token", '{"text":"hé"}')) == 'id: 3\nevent: token\ndata: {"text":"hé"}\n\n'.encode()


def test_a_heartbeat_is_a_comment() -> None:
    assert encode(None).startswith(b":")
    assert opening(retry_milliseconds=500) == b"retry: 500\n\n"


@pytest.mark.parametrize(
    ("header", "query", "expected"),
    [
        ("7", None, 7),
        (None, "3", 3),
        ("5", "3", 5),
        (None, None, 0),
        ("x", None, 0),
        ("-1", None, 0),
        ("9" * 30, None, 0),
        ("٣", None, 0),
    ],
)
def test_where_to_go_on(header: str | None, query: str | None, expected: int) -> None:
    assert last_event_id(header, query) == expected

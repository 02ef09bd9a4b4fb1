"""Logs: JSON lines with bound ids, and never a person's words."""

import json
import logging

import pytest

from rapport import logs


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture(autouse=True)
def _configured() -> None:
    logs.configure("INFO")


def test_lines_carry_the_bound_ids(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    with logs.bind(tenant_id="t1", request_id="r1"):
        logs.get_logger("x").info("document_ready", chunks=3)
        logging.getLogger("y").warning("plain")
    first, second = _lines(capsys)
    assert (first["tenant_id"], first["request_id"], first["chunks"]) == ("t1", "r1", 3)
    assert second["tenant_id"] == "t1"


@pytest.mark.parametrize("field", sorted(logs.CONTENT_FIELDS))
def test_content_is_redacted(field: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    logs.get_logger("x").info("careless", **{field: "my secret words"})
    assert "secret words" not in json.dumps(_lines(capsys))


def test_a_traceback_says_where_and_what_but_not_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    try:
        int("my secret words")
    except ValueError:
        logs.get_logger("x").exception("handler_raised")
        logging.getLogger("y").exception("plain")
    for line in _lines(capsys):
        assert "secret words" not in json.dumps(line)
        assert line["error"] == "ValueError"
        assert "test_a_traceback_says_where" in json.dumps(line["traceback"])

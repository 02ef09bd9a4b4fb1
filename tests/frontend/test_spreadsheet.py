"""What a company exports is opened in a spreadsheet: nothing in it may run there."""

import csv
import io
from datetime import UTC, datetime

import pytest

from frontend.spreadsheet import cell, csv_response, write_csv


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        '=HYPERLINK("https://thief.example")',
        " =1",
        "\u00a0=1",
        "\uff1d1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "a=b", "2026-11-26", "usr_01", "'=1"])
def test_all_else_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_numbers_and_times_are_no_formulas() -> None:
    assert cell(-3) == "-3"
    assert cell(None) == ""
    assert cell(datetime(2026, 11, 26, tzinfo=UTC)) == "2026-11-26T00:00:00+00:00"


def test_cells_come_back_as_they_were_written() -> None:
    rows = [["a,b", 'say "hi"', "two\nlines"], ["=1", "", "x"]]
    found = list(csv.reader(io.StringIO("".join(write_csv(["one", "two", "three"], rows)))))
    assert found == [["one", "two", "three"], rows[0], ["'=1", "", "x"]]


def test_it_is_a_download_and_nothing_else() -> None:
    response = csv_response("audit-acme", ["a"], [])
    assert response["Content-Disposition"] == 'attachment; filename="audit-acme.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"

"""Dates as people say them, counted from a Thursday in November."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.memory.dates import find_dates, resolve

SAID_AT = datetime(2026, 11, 26, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found", "precision"),
    [
        ("2024-05-03", "2024-05-03", "day"),
        ("am 3. Mai 2024", "2024-05-03", "day"),
        ("May 3rd, 2024", "2024-05-03", "day"),
        ("03.05.24", "2024-05-03", "day"),
        ("25/12/2026", "2026-12-25", "day"),
        ("tomorrow at 3 pm", "2026-11-27T15:00", "moment"),
        ("übermorgen um 14 Uhr", "2026-11-28T14:00", "moment"),
        ("next Tuesday at 10.", "2026-12-01T10:00", "moment"),
        ("am Dienstag um 14:30 Uhr", "2026-12-01T14:30", "moment"),
        ("last Friday", "2026-11-20", "day"),
        ("in 3 days", "2026-11-29", "day"),
        ("vor zwei Wochen", "2026-11-12", "day"),
        ("a week ago", "2026-11-19", "day"),
        ("seit Mai 2023", "2023-05", "month"),
        ("in 2019", "2019", "year"),
        ("next month", "2026-12", "month"),
        ("letztes Jahr", "2025", "year"),
        ("nächste Woche", "2026-W49", "week"),
        ("the 3rd of May", "05-03", "day"),
        ("at noon tomorrow", "2026-11-27T12:00", "moment"),
    ],
)
def test_dates_in_two_languages(text: str, found: str, precision: str) -> None:
    moment = resolve(text, SAID_AT)
    assert moment is not None
    assert (moment.text, moment.precision) == (found, precision)


@pytest.mark.parametrize(
    "text", ["05/03/2024", "am 31. Februar", "Order 12.5", "version 1.2.3", "at 10", "in a minute", ""]
)
def test_what_is_no_date_or_could_be_two_is_not_read(text: str) -> None:
    assert find_dates(text, SAID_AT) == []


@pytest.mark.parametrize(("lean", "year"), [("past", 2026), ("future", 2027)])
def test_a_month_without_a_year_leans(lean: str, year: int) -> None:
    moment = resolve("in March", SAID_AT, lean)  # type: ignore[arg-type]
    assert moment is not None
    assert moment.at.year == year


@given(st.text(max_size=200), st.integers(0, 3_000_000_000))
def test_any_text_at_any_time_is_read_without_a_fault(text: str, seconds: int) -> None:
    for each in find_dates(text, datetime.fromtimestamp(seconds, UTC)):
        assert 0 <= each.start < each.end <= len(text)

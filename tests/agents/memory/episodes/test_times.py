"""Times in questions, in two languages."""

from datetime import UTC, date, datetime

import pytest

from agents.memory.episodes.times import asks_when, tells_time, times_in

ASKED_AT = datetime(2026, 11, 26, 15, tzinfo=UTC)  # a Thursday
TIMES = [
    ("What did I say last week?", date(2026, 11, 16), date(2026, 11, 23)),
    ("What happened in May 2023?", date(2023, 5, 1), date(2023, 6, 1)),
    ("What did I order in December?", date(2025, 12, 1), date(2026, 1, 1)),
    ("on 8 May, 2023", date(2023, 5, 8), date(2023, 5, 9)),
    ("on the 3rd of June 2022", date(2022, 6, 3), date(2022, 6, 4)),
    ("on May 8th", date(2026, 5, 8), date(2026, 5, 9)),
    ("two months ago", date(2026, 9, 1), date(2026, 10, 1)),
    ("last Friday", date(2026, 11, 20), date(2026, 11, 21)),
    ("in 2022", date(2022, 1, 1), date(2023, 1, 1)),
    ("Was habe ich gestern gesagt?", date(2026, 11, 25), date(2026, 11, 26)),
    ("vor zwei Wochen", date(2026, 11, 9), date(2026, 11, 16)),
    ("letzten Monat", date(2026, 10, 1), date(2026, 11, 1)),
    ("letztes Wochenende", date(2026, 11, 21), date(2026, 11, 23)),
    ("am 3. März 2024", date(2024, 3, 3), date(2024, 3, 4)),
    ("am 03.04.2024", date(2024, 4, 3), date(2024, 4, 4)),
    ("am 2024-02-29", date(2024, 2, 29), date(2024, 3, 1)),
]


@pytest.mark.parametrize(("question", "start", "end"), TIMES)
def test_a_time_is_read(question: str, start: date, end: date) -> None:
    [found] = times_in(question, ASKED_AT)
    assert (found.start.date(), found.end.date()) == (start, end)


@pytest.mark.parametrize("question", ["What may I do?", "Order 4711 please", "How much is it?"])
def test_no_time_is_read_where_there_is_none(question: str) -> None:
    assert times_in(question, ASKED_AT) == []


def test_questions_for_a_time_and_turns_that_name_one() -> None:
    assert asks_when("When did I move?")
    assert asks_when("Seit wann bin ich Kunde?")
    assert not asks_when("What did I say when it rained?")
    assert tells_time("I moved there last year.")
    assert tells_time("Wir kommen am Montag.")
    assert not tells_time("I like the colour.")

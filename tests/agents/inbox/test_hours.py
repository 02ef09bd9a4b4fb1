"""Office hours are local times: when the clocks change, what counts is the instant that they stand for."""

from datetime import UTC, datetime

import pytest

from agents.configuration.sections.handoff import Handoff, Hours
from agents.inbox.hours import Span, coming_spans, hours_in_words, is_open

BERLIN = "Europe/Berlin"
NIGHTS = (Hours(day="sat", opens="20:00", closes="24:00"), Hours(day="sun", opens="00:00", closes="02:30"))
NINE_TO_FIVE = tuple(Hours(day=day, opens="09:00", closes="17:00") for day in ("mon", "tue", "wed", "thu", "fri"))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        ("2026-03-28T12:00", "2026-03-28T19:00", "2026-03-29T01:30"),  # 02:30 does not exist: 03:30 in summer time
        ("2026-10-24T12:00", "2026-10-24T18:00", "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("2026-06-06T12:00", "2026-06-06T18:00", "2026-06-07T00:30"),
    ],
)
def test_a_night_over_midnight_is_one_span_also_when_the_clocks_change(now: str, begins: str, ends: str) -> None:
    handoff = Handoff(office_hours=NIGHTS)
    first = coming_spans(handoff, company_zone=BERLIN, now=_utc(now))[0]
    assert first == Span(_utc(begins), _utc(ends))
    assert is_open(handoff, company_zone=BERLIN, now=first.begins)
    assert not is_open(handoff, company_zone=BERLIN, now=first.ends)


def test_the_same_clock_on_both_sides_of_a_change() -> None:
    spans = coming_spans(Handoff(office_hours=NINE_TO_FIVE), company_zone=BERLIN, now=_utc("2026-10-23T16:00"))
    assert spans[0] == Span(_utc("2026-10-26T08:00"), _utc("2026-10-26T16:00"))


def test_closed_days_are_left_out() -> None:
    handoff = Handoff(office_hours=NINE_TO_FIVE, closed_on=("2026-12-25", "2026-12-24"))
    assert not is_open(handoff, company_zone=BERLIN, now=_utc("2026-12-24T10:00"))
    spans = coming_spans(handoff, company_zone=BERLIN, now=_utc("2026-12-23T17:00"))
    assert spans[0].begins == _utc("2026-12-28T08:00")
    with pytest.raises(ValueError, match="2026-12-24"):
        Handoff(closed_on=("Christmas",))


def test_always_there_has_no_spans() -> None:
    assert coming_spans(Handoff(), company_zone=BERLIN, now=_utc("2026-01-01T00:00")) == []


def test_days_in_a_row_are_said_as_one() -> None:
    saturday = Hours(day="sat", opens="10:00", closes="14:00")
    assert hours_in_words((*NINE_TO_FIVE, saturday)) == "Mon-Fri 09:00-17:00; Sat 10:00-14:00"
    assert hours_in_words(NINE_TO_FIVE, "de") == "Mo-Fr 09:00-17:00"

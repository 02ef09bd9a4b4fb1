"""Times from clocks that are wrong beyond measure are refused by name; calculating with them would end in nothing."""

from datetime import UTC, datetime

import pytest

from ingestion.incoming.customer_data import read_message
from ingestion.incoming.event import InvalidEvent, read_time

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T00:00:00Z"])
def test_a_year_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        read_time(text, "timestamp")
    assert caught.value.param == "timestamp"


@pytest.mark.parametrize(("happened", "sent"), [("1970-01-01T00:00:00Z", "2199-12-31T00:00:00Z")])
def test_the_widest_span_can_be_calculated_with(happened: str, sent: str) -> None:
    message = {"userId": "a", "event": "x", "timestamp": happened, "sentAt": sent}
    assert read_message(message, kind="track", received_at=NOW).occurred_at < NOW


def test_a_clock_that_runs_fast_is_put_right() -> None:
    message = {"userId": "a", "event": "x", "timestamp": "2030-01-01T00:00:00Z", "sentAt": "2030-01-01T00:00:07Z"}
    occurred_at = read_message(message, kind="track", received_at=NOW).occurred_at
    assert (NOW - occurred_at).total_seconds() == 7

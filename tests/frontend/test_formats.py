"""Figures are readable and never wrong by rounding to nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.dateformat import format as write_date
from hypothesis import given
from hypothesis import strategies as st

from frontend import formats
from frontend.templatetags.rapport_ui import address, shortened, table_rows


@pytest.mark.parametrize(
    ("micros", "shown"),
    [
        (0, "$0.00"),
        (1, "$0.000001"),
        (30, "$0.000030"),
        (6_512, "$0.0065"),
        (12_345, "$0.012"),
        (99_999, "$0.100"),
        (100_000, "$0.10"),
        (1_234_567_890, "$1,234.57"),
        (-30, "−$0.000030"),
    ],
)
def test_money(micros: int, shown: str) -> None:
    assert formats.format_money(micros) == shown


def test_other_currencies_are_named() -> None:
    assert formats.format_money(1_500_000, "EUR") == "€1.50"
    assert formats.format_money(1_500_000, "CHF") == "1.50 CHF"
    yen = {
        0: "¥0",
        600_000: "¥0.60",
        1_000_000: "¥1",
        5_500_000: "¥5.50",
        14_800_000_000: "¥14,800",
        99_600_000: "¥100",
    }
    assert {micros: formats.format_money(micros, "JPY") for micros in yen} == yen


@given(st.integers(min_value=1, max_value=10**15))
def test_no_cost_is_shown_as_nothing(micros: int) -> None:
    shown = float(formats.format_money(micros).lstrip("$").replace(",", ""))
    assert shown > 0
    assert abs(shown - micros / 1e6) <= max(0.06 * micros / 1e6, 0.0051 if micros >= 1e5 else 0)


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0.42, "0.4 ms"), (12.3, "12 ms"), (1240, "1.24 s"), (125_000, "2 min 5 s"), (7_300_000, "2 h 1 min")],
)
def test_durations(milliseconds: float, shown: str) -> None:
    assert formats.format_milliseconds(milliseconds) == shown


@pytest.mark.parametrize(("size", "shown"), [(0, "0 B"), (999, "999 B"), (1536, "1.5 kB"), (50 * 2**20, "50 MB")])
def test_sizes(size: int, shown: str) -> None:
    assert formats.format_bytes(size) == shown


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=3), "20 Nov, 12:00"),
        (timedelta(days=400), "19 Oct 2025"),
    ],
)
def test_moments(ago: timedelta, shown: str) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert formats.format_ago(now - ago, now) == shown


@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_are_written_as_django_writes_them(moment: datetime) -> None:
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            for pattern, wanted in formats.PATTERNS.items():
                assert formats.format_date(moment, pattern) == write_date(moment, str(wanted))


def test_a_text_is_cut_between_what_is_seen_as_characters() -> None:
    assert shortened("short", 5) == "short"
    assert shortened("longer", 5) == "long…"
    assert shortened("cafe\u0301s", 5) == "caf…"


def test_addresses_are_those_of_url() -> None:
    assert address("trc_1", "trace") == reverse("trace", args=["trc_1"])


def test_rows_of_a_table_are_escaped() -> None:
    rows = table_rows([("1 Nov", "<b>", 1234, 0.5)])
    assert (
        rows == '<tr><td>1 Nov</td><td class="end">&lt;b&gt;</td><td class="end">1234</td><td class="end">0.5</td></tr>'
    )

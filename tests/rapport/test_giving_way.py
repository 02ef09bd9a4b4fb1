"""Imports wait for people while the cores are busy, for some moments, and never stand still."""

import os
import time

import pytest

from rapport import giving_way
from rapport.config import get_config
from rapport.giving_way import give_way, say_waiting


@pytest.fixture(autouse=True)
def _busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (1_000.0, 0.0, 0.0))
    monkeypatch.setattr(giving_way, "MOST_SECONDS", 0.3)
    (get_config().data_dir / "waiting").unlink(missing_ok=True)


def age(seconds: float) -> None:
    then = time.time() - seconds
    os.utime(get_config().data_dir / "waiting", (then, then))


def test_nobody_waits_so_no_import_does() -> None:
    assert not give_way()
    say_waiting()
    age(5)
    assert not give_way()


def test_an_import_waits_and_then_goes_on() -> None:
    say_waiting()
    assert give_way()


def test_it_goes_on_when_the_person_has_been_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "MOST_SECONDS", 1e9)
    say_waiting()
    assert give_way()


def test_with_cores_to_spare_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (0.1, 0.0, 0.0))
    say_waiting()
    assert not give_way()

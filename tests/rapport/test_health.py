"""Alive is not ready: each part that is missing is named, and reasons are not told to everybody."""

import threading
import time

import pytest
from django.test import Client

from rapport import health
from rapport.errors import Unavailable


@pytest.fixture(autouse=True)
def _own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks of other floors ask processes that do not run here."""
    monkeypatch.setattr(health, "_checks", {"database": lambda: None})


def test_a_process_that_answers_is_alive() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_with_every_part_it_is_ready() -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["parts"]) == (200, {"database": "ok"})


def _no_relay() -> None:
    raise Unavailable("No process carries events: start `manage.py run`.")


def _broken() -> None:
    raise ConnectionError("refused by 10.0.0.1")


def test_a_part_that_is_missing_makes_it_not_ready() -> None:
    health.register_check("relay", _no_relay)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "waiting", "parts": {"database": "ok", "relay": "waiting"}}
    assert [part.message for part in health.check_health() if not part.is_ready] == [
        "No process carries events: start `manage.py run`."
    ]


def test_traffic_goes_on_without_a_part_that_is_not_vital(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_not_vital", set())
    health.register_check("graph", _no_relay, is_vital=False)
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "parts": {"database": "ok", "graph": "waiting"}}


def test_an_unexpected_error_is_a_part_that_waits_and_tells_nothing() -> None:
    health.register_check("store", _broken)
    [part] = [each for each in health.check_health() if each.name == "store"]
    assert not part.is_ready
    assert "10.0.0.1" not in part.message


@pytest.fixture
def let_go(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Parts that hang until it is set, and little patience with them."""
    monkeypatch.setattr(health, "WAIT_SECONDS", 0.3)
    monkeypatch.setattr(health, "_aside", set())
    return threading.Event()


def hang_until(let_go: threading.Event) -> None:
    let_go.wait(20)


def test_servers_that_do_not_answer_are_waited_for_together(let_go: threading.Event) -> None:
    for name in ("broker", "graph", "vectors"):
        health.register_check(name, lambda: hang_until(let_go), is_aside=True)
    started = time.monotonic()
    found = {part.name: part for part in health.check_health()}
    spent = time.monotonic() - started
    let_go.set()
    assert spent < 0.6
    assert [name for name, part in found.items() if part.is_ready] == ["database"]
    assert found["graph"].message == "graph did not answer within 0.3 seconds."


def test_a_server_that_never_answers_takes_one_thread_however_often_it_is_asked(let_go: threading.Event) -> None:
    health.register_check("vectors", lambda: hang_until(let_go), is_aside=True)
    for _ in range(3):
        health.check_health()
    waiting = [thread for thread in threading.enumerate() if thread.name == "check-vectors"]
    let_go.set()
    assert len(waiting) == 1
    waiting[0].join(5)
    assert all(part.is_ready for part in health.check_health())

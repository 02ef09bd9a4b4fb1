"""What every store of breakers must do, and the breaker's life on each: closed, open, half open, closed."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, connections

from rapport.breakers.breakers import Breakers
from rapport.breakers.database import DatabaseBreakers
from rapport.breakers.port import BreakerStore
from rapport.breakers.redis import RedisBreakers
from rapport.breakers.state import FAILURES, OPEN_SECONDS, PROBE_SECONDS, WINDOW_SECONDS, State, fail
from rapport.redis_address import read_redis_address
from tests.file_database import file_database as file_database

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["database", pytest.param("redis", marks=pytest.mark.server)])
def store(request: pytest.FixtureRequest) -> BreakerStore:
    if request.param == "redis":
        return RedisBreakers(read_redis_address("STREAMS_URL", request.getfixturevalue("redis_url")))
    return DatabaseBreakers()


@pytest.fixture
def name() -> str:
    return f"test:{uuid4().hex}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(store: BreakerStore, clock: Clock, name: str) -> Breakers:
    breakers = Breakers(store, clock=clock)
    for _ in range(FAILURES):
        assert breakers.may_call(name)
        breakers.failed(name, "model_unavailable")
    return breakers


def test_a_name_that_nobody_kept_is_as_good_as_new(store: BreakerStore, name: str) -> None:
    assert store.read([name]) == {}
    assert store.change(name, lambda state: state) == State()
    assert store.read([name]) == {}


def test_a_change_is_kept_and_taken_back(store: BreakerStore, name: str) -> None:
    changed = store.change(name, lambda state: fail(state, 5.0, "why"))
    assert store.read([name, f"{name}-other"]) == {name: changed}
    assert store.list("test:")[name] == changed
    assert name not in store.list("tes_:")
    store.change(name, lambda _: State())
    assert store.read([name]) == {}


def test_changes_at_the_same_moment_all_count(store: BreakerStore, name: str, request: pytest.FixtureRequest) -> None:
    if isinstance(store, DatabaseBreakers) and connection.vendor == "sqlite":
        request.getfixturevalue("file_database")

    def change(_: int) -> None:
        try:
            store.change(name, lambda state: State(state.failures + 1, 1.0))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(change, range(6)))
    assert store.read([name])[name].failures == 6


def test_another_process_finds_it_open(store: BreakerStore, clock: Clock, name: str) -> None:
    opened(store, clock, name)
    other = Breakers(store, clock=clock)
    assert not other.may_call(name)
    assert other.may_call(f"{name}-other")
    [view] = other.list(name)
    assert (view.phase, view.seconds, view.code) == ("open", OPEN_SECONDS[0], "model_unavailable")


def test_one_probe_goes_and_closes_it(store: BreakerStore, clock: Clock, name: str) -> None:
    first = opened(store, clock, name)
    clock.now += OPEN_SECONDS[0] + 1
    second = Breakers(store, clock=clock)
    assert [first.may_call(name), second.may_call(name), first.may_call(name)] == [True, False, False]
    first.succeeded(name)
    clock.now += 2
    assert second.may_call(name)
    assert store.read([name]) == {}


def test_a_failed_probe_opens_it_for_longer(store: BreakerStore, clock: Clock, name: str) -> None:
    breakers = opened(store, clock, name)
    clock.now += OPEN_SECONDS[0] + 1
    assert breakers.may_call(name)
    breakers.failed(name, "model_timed_out")
    [view] = breakers.list(name)
    assert (view.phase, view.seconds) == ("open", OPEN_SECONDS[1])


def test_a_probe_that_is_never_heard_of_does_not_block_for_ever(store: BreakerStore, clock: Clock, name: str) -> None:
    breakers = opened(store, clock, name)
    clock.now += OPEN_SECONDS[0] + 1
    assert breakers.may_call(name)
    clock.now += PROBE_SECONDS + 1
    assert breakers.may_call(name)


def test_failures_far_apart_do_not_open_it(store: BreakerStore, clock: Clock, name: str) -> None:
    breakers = Breakers(store, clock=clock)
    for _ in range(FAILURES * 2):
        breakers.failed(name, "model_unavailable")
        clock.now += WINDOW_SECONDS + 1
    assert breakers.may_call(name)


def test_a_success_between_failures_counts_anew(store: BreakerStore, clock: Clock, name: str) -> None:
    breakers = Breakers(store, clock=clock)
    for _ in range(FAILURES * 2):
        breakers.failed(name, "model_unavailable")
        breakers.succeeded(name)
    assert breakers.may_call(name)


def test_what_is_forgotten_by_its_prefix_is_as_good_as_new(store: BreakerStore, name: str, clock: Clock) -> None:
    breakers = opened(store, clock, f"{name}:a")
    opened(store, clock, f"{name}:b")
    opened(store, clock, f"other:{name}")
    assert breakers.count(f"{name}:") == 2
    breakers.forget(f"{name}:")
    assert (breakers.count(f"{name}:"), breakers.count("other:")) == (0, 1)
    assert breakers.may_call(f"{name}:a")

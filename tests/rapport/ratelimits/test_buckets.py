"""A bucket gives its burst at once, then fills at its rate; callers and limits do not share."""

import threading

import pytest
from django.db import connection
from django.db.models import F

from rapport.errors import RateLimited
from rapport.ratelimits.buckets import Limit, peek, prune_buckets, take
from rapport.ratelimits.models import TokenBucket
from tests.file_database import file_database as file_database

pytestmark = pytest.mark.django_db
LIMIT = Limit("calls", per_minute=6, burst=3)


def _let_pass(seconds: float) -> None:
    TokenBucket.objects.update(full_at=F("full_at") - seconds)


def test_the_burst_is_given_at_once_and_no_more() -> None:
    assert [take(LIMIT, "anna").remaining for _ in range(3)] == [2, 1, 0]
    with pytest.raises(RateLimited) as caught:
        take(LIMIT, "anna")
    assert 1 <= (caught.value.retry_after_seconds or 0) <= 10


def test_a_token_comes_back_at_the_rate() -> None:
    for _ in range(3):
        take(LIMIT, "anna")
    _let_pass(9)
    with pytest.raises(RateLimited):
        take(LIMIT, "anna")
    _let_pass(2)
    assert take(LIMIT, "anna").remaining == 0


def test_a_bucket_is_never_more_than_full() -> None:
    take(LIMIT, "anna")
    _let_pass(3600)
    assert take(LIMIT, "anna").remaining == 2


def test_callers_and_limits_have_buckets_of_their_own() -> None:
    for _ in range(3):
        take(LIMIT, "anna")
    assert take(LIMIT, "bert").remaining == 2
    assert take(Limit("others", per_minute=6, burst=3), "anna").remaining == 2


def test_the_headers_say_when_it_is_full_again() -> None:
    assert take(LIMIT, "anna").reset_seconds == 10


def test_buckets_that_are_long_full_are_removed() -> None:
    take(LIMIT, "anna")
    assert prune_buckets() == 0
    _let_pass(2 * 24 * 3600)
    assert prune_buckets() == 1


def test_a_call_may_take_several() -> None:
    assert take(LIMIT, "anna", tokens=2).remaining == 1
    with pytest.raises(RateLimited) as caught:
        take(LIMIT, "anna", tokens=2)
    assert 1 <= (caught.value.retry_after_seconds or 0) <= 10
    assert take(LIMIT, "anna").remaining == 0


def test_who_is_refused_loses_nothing() -> None:
    for _ in range(3):
        take(LIMIT, "anna")
    for _ in range(5):
        with pytest.raises(RateLimited):
            take(LIMIT, "anna")
    _let_pass(11)
    assert peek(LIMIT, "anna").remaining == 1
    assert take(LIMIT, "anna").remaining == 0


@pytest.mark.usefixtures("file_database")
def test_those_who_come_at_once_get_no_more_than_there_is() -> None:
    assert len(_race()) == 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads share a database in a file: the test above")
def test_the_same_on_a_server() -> None:
    assert len(_race()) == 7


def _race() -> list[int]:
    """What each that was given one was told to be left: clocks of those who waited differ, their number does not."""
    given: list[int] = []

    def call() -> None:
        for _ in range(5):
            try:
                given.append(take(Limit("at-once", per_minute=1, burst=7), "anna").remaining)
            except RateLimited:
                continue
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given

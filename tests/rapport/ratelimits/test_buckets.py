"""A bucket gives its burst at once, then fills at its rate; callers and limits do not share."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.errors import RateLimited
from rapport.ratelimits.buckets import Limit, prune_buckets, take
from rapport.ratelimits.models import TokenBucket

pytestmark = pytest.mark.django_db
LIMIT = Limit("calls", per_minute=6, burst=3)


def _let_pass(seconds: float) -> None:
    for bucket in TokenBucket.objects.all():
        bucket.updated_at -= timedelta(seconds=seconds)
        bucket.save()


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
    TokenBucket.objects.update(updated_at=timezone.now() - timedelta(days=2))
    assert prune_buckets() == 1

"""A token bucket per caller: `burst` calls at once, then `per_minute`. https://en.wikipedia.org/wiki/Token_bucket

Kept as the time at which it is full again (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): one statement
takes a token or leaves the row alone, whatever other processes do at that moment. Callers are named by ids or by hashed
addresses; this module knows nothing of requests.
"""

import math
import time
from dataclasses import dataclass

from django.db import connection

from rapport.errors import RateLimited
from rapport.ratelimits.models import TokenBucket

_TAKE = """
    INSERT INTO ratelimits_tokenbucket AS bucket (name, full_at) VALUES (%(name)s, %(now)s + %(cost)s)
    ON CONFLICT (name) DO UPDATE
    SET full_at = CASE WHEN bucket.full_at > %(now)s THEN bucket.full_at ELSE %(now)s END + %(cost)s
    WHERE bucket.full_at <= %(latest)s
    RETURNING full_at
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """`name` is part of the bucket's name: two limits never share one."""

    name: str
    per_minute: int
    burst: int

    @property
    def seconds_per_token(self) -> float:
        return 60 / self.per_minute


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the `RateLimit-*` headers say: calls left now, and seconds until the bucket is full again."""

    limit: int
    remaining: int
    reset_seconds: int


def take(limit: Limit, caller: str, *, tokens: int = 1) -> Allowance:
    """Take one token, or several for a call that does the work of several; at most `burst` at once.

    Raises RateLimited with `retry_after_seconds` when there are not so many.
    """
    name, now, cost = f"{limit.name}:{caller}", time.time(), tokens * limit.seconds_per_token
    latest = now + limit.burst * limit.seconds_per_token - cost
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"name": name, "now": now, "cost": cost, "latest": latest})
        row = cursor.fetchone()
    if row is None:
        raise _refusal(name, latest, now)
    return _allowance(limit, row[0] - now)


def peek(limit: Limit, caller: str) -> Allowance:
    """What is left, without taking any."""
    row = TokenBucket.objects.filter(name=f"{limit.name}:{caller}").first()
    return _allowance(limit, row.full_at - time.time() if row else 0.0)


def _allowance(limit: Limit, seconds: float) -> Allowance:
    missing = max(0.0, seconds) / limit.seconds_per_token
    return Allowance(limit.burst, max(0, math.floor(limit.burst - missing + 1e-6)), max(0, math.ceil(seconds - 1e-6)))


def _refusal(name: str, latest: float, now: float) -> RateLimited:
    full_at = TokenBucket.objects.filter(name=name).values_list("full_at", flat=True).first() or now
    seconds = max(1, math.ceil(full_at - latest))
    return RateLimited(f"Too many calls. Try again in {seconds} s.", retry_after_seconds=seconds)


def prune_buckets() -> int:
    """Remove buckets that have long been full. Returns how many."""
    return TokenBucket.objects.filter(full_at__lt=time.time() - 24 * 3600).delete()[0]

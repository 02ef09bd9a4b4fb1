"""A token bucket per caller: `burst` calls at once, then `per_minute`. https://en.wikipedia.org/wiki/Token_bucket

Callers are named by ids or by hashed addresses; this module knows nothing of requests.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rapport.errors import RateLimited
from rapport.ratelimits.models import TokenBucket


@dataclass(frozen=True, slots=True)
class Limit:
    """`name` is part of the bucket's name: two limits never share one."""

    name: str
    per_minute: int
    burst: int

    @property
    def per_second(self) -> float:
        return self.per_minute / 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the `RateLimit-*` headers say: calls left now, and seconds until the bucket is full again."""

    limit: int
    remaining: int
    reset_seconds: int


def take(limit: Limit, caller: str) -> Allowance:
    """Take one token. Raises RateLimited with `retry_after_seconds` when there is none."""
    with transaction.atomic():
        bucket, is_new = TokenBucket.objects.select_for_update().get_or_create(
            name=f"{limit.name}:{caller}", defaults={"tokens": limit.burst, "updated_at": timezone.now()}
        )
        now = timezone.now()
        passed = 0.0 if is_new else max(0.0, (now - bucket.updated_at).total_seconds())
        tokens = min(float(limit.burst), bucket.tokens + passed * limit.per_second)
        if tokens < 1:
            seconds = math.ceil((1 - tokens) / limit.per_second)
            raise RateLimited(f"Too many calls. Try again in {seconds} s.", retry_after_seconds=seconds)
        bucket.tokens, bucket.updated_at = tokens - 1, now
        bucket.save()
    return Allowance(limit.burst, int(tokens - 1), math.ceil((limit.burst - tokens + 1) / limit.per_second))


def prune_buckets() -> int:
    """Remove buckets that have long been full. Returns how many."""
    return TokenBucket.objects.filter(updated_at__lt=timezone.now() - timedelta(days=1)).delete()[0]

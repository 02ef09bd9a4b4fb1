"""When a call is tried again, and after how long. Nothing here talks to anyone, or sleeps.

Never sent (no connection) or turned away unread (429): every call. Lost on the way, or 502, 503, 504: only what may be
repeated safely. Exponential backoff with full jitter; what the server says in `Retry-After` is the least.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from rapport_sdk._calls import Call

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_OVERLOADED = {502, 503, 504}
FIRST_SECONDS = 0.5
LONGEST_SECONDS = 8.0
MOST_PATIENCE_SECONDS = 60.0  # who is told to wait for longer hears of it at once


@dataclass(frozen=True, slots=True)
class Retries:
    most: int

    def pause(self, call: Call, outcome: httpx.Response | httpx.TransportError, tries: int) -> float | None:
        """Seconds until the next try; None: this outcome stands. `tries` have been made, one at least."""
        if tries > self.most or not _is_worth_it(call, outcome):
            return None
        told = retry_after(outcome) if isinstance(outcome, httpx.Response) else None
        if told is not None and told > MOST_PATIENCE_SECONDS:
            return None
        return (told or 0.0) + backoff(tries)


def backoff(tries: int) -> float:
    """Up to 0.5 s, 1 s, 2 s … 8 s: clients that failed together do not come back together."""
    return random.uniform(0, min(FIRST_SECONDS * 2 ** (tries - 1), LONGEST_SECONDS))  # noqa: S311 - no secret


def _is_worth_it(call: Call, outcome: httpx.Response | httpx.TransportError) -> bool:
    if isinstance(outcome, httpx.TransportError):
        return call.may_repeat or isinstance(outcome, _NEVER_SENT)
    if outcome.status_code == 409:  # our own first try is still under way
        return bool(call.idempotency_key) and b'"idempotency_in_progress"' in outcome.content
    return outcome.status_code == 429 or (outcome.status_code in _OVERLOADED and call.may_repeat)


def retry_after(response: httpx.Response) -> float | None:
    """`Retry-After` in seconds, from a number or a date; None where there is none."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())

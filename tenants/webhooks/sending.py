"""One attempt: signed, sent, and what came of it. It knows no database: no transaction is open while we wait.

Redirects are answers like any other that is not a 2xx, and addresses are checked at connect (`rapport.outbound`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from rapport.outbound import Limits, OutboundClient

SECONDS = 10.0
KEPT_BYTES = 2048
LIMITS = Limits(
    connect_seconds=SECONDS,
    read_seconds=SECONDS,
    total_seconds=SECONDS,
    max_bytes=KEPT_BYTES,
    max_redirects=0,
    is_cut=True,
)
USER_AGENT = "Rapport-Webhooks/1.0"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent where. `secrets`: the newest first; all of them sign."""

    url: str
    event_id: UUID
    body: str
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Result:
    """`status` None: no answer, `error` is why. `retry_after_seconds` is what the receiver asked for, 0 if nothing."""

    status: int | None
    error: str
    latency_ms: int
    response: str = ""
    retry_after_seconds: int = 0

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver's word for: never again."""
        return self.status == 410


def send(parcel: Parcel) -> Result:
    """Never raises for what the other side does."""
    started = time.monotonic()
    try:
        answer = _client().fetch(
            parcel.url,
            method="POST",
            headers=headers_of(parcel, datetime.now(UTC)),
            content=parcel.body.encode(),
            follows=False,
        )
    except RapportError as error:
        return Result(None, error.code, _since(started))
    fault = "" if 200 <= answer.status < 300 else f"status_{answer.status}"
    wait = answer.headers.get("retry-after", "")
    seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else 0
    return Result(answer.status, fault, _since(started), readable(answer.content), seconds)


def headers_of(parcel: Parcel, at: datetime) -> dict[str, str]:
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""
    from standardwebhooks import Webhook

    event_id = encode(Prefix.EVENT, parcel.event_id)
    signatures = [Webhook(secret).sign(event_id, at, parcel.body) for secret in parcel.secrets]
    return {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def readable(content: bytes) -> str:
    """What may be kept of an answer: PostgreSQL keeps no NUL in text."""
    return content[:KEPT_BYTES].decode(errors="replace").replace("\x00", "")[:KEPT_BYTES]


@cache
def _client() -> OutboundClient:
    """One a process: it keeps connections for a few seconds."""
    return OutboundClient(limits=LIMITS)


def _since(started: float) -> int:
    return round(1000 * (time.monotonic() - started))

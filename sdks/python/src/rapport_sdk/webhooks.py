"""Is a webhook really from Rapport? The signatures of Standard Webhooks (https://www.standardwebhooks.com), v1."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapport_sdk.errors import WebhookVerificationError

TOLERANCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """`id` is the same each time an event is sent: keep it to do things once."""

    id: str
    type: str
    timestamp: datetime
    data: dict[str, Any]


def verify_webhook(
    body: bytes | str, headers: Mapping[str, str], secret: str, *, tolerance_seconds: int = TOLERANCE_SECONDS
) -> WebhookEvent:
    """The event in a request's body, exactly as it came. Raises WebhookVerificationError.

    secret: `whsec_…`, as it was shown when the webhook was made.
    tolerance_seconds: How old a request may be, or ahead of this machine's clock.
    """
    raw = body.encode() if isinstance(body, str) else body
    sent = {name.lower(): value for name, value in headers.items()}
    event_id, timestamp = _header(sent, "webhook-id"), _header(sent, "webhook-timestamp")
    _check_age(timestamp, tolerance_seconds)
    signed = f"{event_id}.{timestamp}.".encode() + raw
    expected = base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256))
    if not _is_among(expected, _header(sent, "webhook-signature")):
        raise WebhookVerificationError("No signature is right: it is not from Rapport, or not for this secret.")
    return _event(event_id, raw)


def _header(sent: Mapping[str, str], name: str) -> str:
    if not sent.get(name):
        raise WebhookVerificationError(f"The header {name} is missing.")
    return sent[name]


def _check_age(timestamp: str, tolerance_seconds: int) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
        raise WebhookVerificationError("webhook-timestamp is no number.")
    if abs(time.time() - int(timestamp)) > tolerance_seconds:
        raise WebhookVerificationError("It is too old, or from the future: someone may have sent it again.")


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if not key:  # anyone can sign with an empty key
        raise WebhookVerificationError("The secret is whsec_ and base64, as Rapport showed it.")
    return key


def _is_among(expected: bytes, signatures: str) -> bool:
    """While a secret is being replaced there are two. Each is compared in constant time."""
    offered = [each.partition(",") for each in signatures.split(" ")]
    return any(version == "v1" and hmac.compare_digest(expected, text.encode()) for version, _, text in offered)


def _event(event_id: str, raw: bytes) -> WebhookEvent:
    try:
        said = json.loads(raw)
        return WebhookEvent(event_id, said["type"], datetime.fromisoformat(said["timestamp"]), said["data"])
    except (ValueError, KeyError, TypeError) as error:
        raise WebhookVerificationError("It is signed, but no event.") from error

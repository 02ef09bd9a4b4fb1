"""Signatures, made by the published library and checked by the SDK."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from rapport_sdk import WebhookVerificationError, verify_webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = json.dumps({"type": "document.ready", "timestamp": "2026-11-26T08:00:00+00:00", "data": {"id": "doc_ü"}})


def _headers(body: str = BODY, secret: str = SECRET, *, age: timedelta = timedelta()) -> dict[str, str]:
    at = datetime.now(UTC) - age
    return {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("evt_1", at, body),
    }


@pytest.mark.parametrize("body", [BODY, BODY.encode()])
def test_a_webhook_that_the_library_signed_is_right(body: str | bytes) -> None:
    event = verify_webhook(body, _headers(), SECRET)
    assert (event.id, event.type, event.data) == ("evt_1", "document.ready", {"id": "doc_ü"})
    assert event.timestamp == datetime(2026, 11, 26, 8, tzinfo=UTC)


def test_while_a_secret_is_replaced_either_is_right() -> None:
    headers = _headers()
    headers["Webhook-Signature"] = (
        f"v1a,xyz {_headers(secret=OTHER)['Webhook-Signature']} {headers['Webhook-Signature']}"
    )
    assert verify_webhook(BODY, headers, SECRET).id == "evt_1"
    assert verify_webhook(BODY, headers, OTHER).id == "evt_1"


def _without(name: str) -> dict[str, str]:
    return {key: value for key, value in _headers().items() if key != name}


@pytest.mark.parametrize(
    ("body", "headers", "secret"),
    [
        (BODY + " ", _headers, SECRET),
        (BODY, _headers, OTHER),
        (BODY, lambda: {**_headers(), "Webhook-Id": "evt_2"}, SECRET),
        (BODY, lambda: {**_headers(), "Webhook-Timestamp": "now"}, SECRET),
        (BODY, lambda: {**_headers(), "Webhook-Signature": "v1,"}, SECRET),
        (BODY, lambda: {**_headers(), "Webhook-Signature": "v1,ü"}, SECRET),
        (
            BODY,
            lambda: {**_headers(), "Webhook-Signature": _headers()["Webhook-Signature"].replace("v1,", "v2,")},
            SECRET,
        ),
        (BODY, lambda: _headers(age=timedelta(minutes=6)), SECRET),
        (BODY, lambda: _headers(age=-timedelta(minutes=6)), SECRET),
        (BODY, lambda: _without("Webhook-Id"), SECRET),
        (BODY, lambda: _without("Webhook-Timestamp"), SECRET),
        (BODY, lambda: _without("Webhook-Signature"), SECRET),
        (BODY, _headers, "whsec_"),
        (BODY, _headers, "whsec_no base64"),
        ("[]", lambda: _headers("[]"), SECRET),
    ],
)
def test_anything_else_is_refused(body: str, headers: Callable[[], dict[str, str]], secret: str) -> None:
    with pytest.raises(WebhookVerificationError):
        verify_webhook(body, headers(), secret)

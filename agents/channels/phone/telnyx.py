"""Whether a webhook comes from a Telnyx account: its Ed25519 signature over the time and the body as it came. Pure.

https://developers.telnyx.com/docs/development/sdk/python/webhooks: base64 over "time|body", by the account's key, whose
public half is no secret. The address is not signed, and the line's WebSocket is not at all: what binds them is asked by
those who use this.
"""

import base64
import binascii
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE = "telnyx-signature-ed25519"
TIME = "telnyx-timestamp"
TOLERANCE_SECONDS = 300  # either way: clocks differ, and a webhook that was kept is none
_KEY_BYTES = 32
_WRAPPING = bytes.fromhex("302a300506032b6570032100")  # of a key as SubjectPublicKeyInfo, RFC 8410


def is_signed(body: bytes, headers: Mapping[str, str], public_key: str, *, now: float) -> bool:
    """`public_key`: as `read_key` gives it; `headers`: whatever the case of their names."""
    told = headers.get(TIME, "")
    if not told.isascii() or not told.isdigit() or len(told) > 12 or abs(now - int(told)) > TOLERANCE_SECONDS:
        return False
    try:
        signature = base64.b64decode(headers.get(SIGNATURE, ""), validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(signature, signed_text(told, body))
    except (InvalidSignature, ValueError):
        return False
    return True


def signed_text(told: str, body: bytes) -> bytes:
    return told.encode() + b"|" + body


def read_key(text: str) -> str:
    """The public key as Mission Control shows it, with or without its wrapping; as base64 of its bytes alone. Raises
    ValueError."""
    try:
        found = base64.b64decode("".join(text.split()), validate=True).removeprefix(_WRAPPING)
    except binascii.Error:
        found = b""
    if len(found) != _KEY_BYTES:
        raise ValueError("This is no Ed25519 key.")
    return base64.b64encode(found).decode()

"""Receipts: what was erased, when, and what each store counted before and after, signed with Ed25519.

The signing key follows from SECRET_KEY, so there is nothing to keep; a receipt carries its public key, so that anyone
can check that it was not changed, and `verify` says in addition whether the key is one of this installation's.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.encoding import force_bytes

from tenants.privacy.errors import InvalidReceipt

ALGORITHM = "Ed25519"


class Finding(StrEnum):
    """What a check of a receipt found."""

    OURS = "ours"  # unchanged, and signed by this installation
    UNKNOWN_SIGNER = "unknown_signer"  # unchanged since it was signed, but not by a key that is known here
    CHANGED = "changed"


def sign(body: Mapping[str, Any]) -> dict[str, Any]:
    """The receipt: the body, and a signature over its canonical JSON."""
    key = _signing_key(settings.SECRET_KEY)
    signature = {
        "algorithm": ALGORITHM,
        "public_key": _public_of(key),
        "value": _text(key.sign(canonical(body))),
    }
    return {**body, "signature": signature}


def verify(receipt: Mapping[str, Any]) -> Finding:
    """Raises InvalidReceipt for what is no receipt at all."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    body, public_key, value = _parts(receipt)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(value, canonical(body))
    except (InvalidSignature, ValueError):
        return Finding.CHANGED
    return Finding.OURS if _text(public_key) in _own_public_keys() else Finding.UNKNOWN_SIGNER


def canonical(body: Mapping[str, Any]) -> bytes:
    """Keys sorted, no white space, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _parts(receipt: Mapping[str, Any]) -> tuple[dict[str, Any], bytes, bytes]:
    try:
        body = {name: value for name, value in receipt.items() if name != "signature"}
        signature = receipt["signature"]
        if signature["algorithm"] != ALGORITHM:
            raise ValueError("algorithm")
        decoded = [base64.b64decode(signature[name], validate=True) for name in ("public_key", "value")]
    except (KeyError, TypeError, ValueError):
        raise InvalidReceipt("This is no receipt: give the whole JSON as it was downloaded.") from None
    return body, decoded[0], decoded[1]


def _own_public_keys() -> set[str]:
    return {_public_of(_signing_key(each)) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}


def _signing_key(secret: str | bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = hashlib.sha256(b"rapport.receipts:" + force_bytes(secret)).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public_of(key: Any) -> str:
    return _text(key.public_key().public_bytes_raw())


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

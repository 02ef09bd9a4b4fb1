"""Secrets that must be read again are stored encrypted under the installation's SECRET_KEY (Fernet: AES-128-CBC, HMAC).

What must only be recognised is hashed instead. After a change of SECRET_KEY, SECRET_KEY_FALLBACKS open what was
encrypted before; `rotate` writes it under the new one.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

from rapport.errors import RapportError


class SecretUnreadable(RapportError):
    """It was encrypted under a SECRET_KEY that is not known any more."""

    code = "secret_unreadable"
    is_retryable = False


def encrypt(text: str) -> str:
    """ASCII; another one each time."""
    return _keys().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises SecretUnreadable."""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable(
            "A stored secret cannot be read: SECRET_KEY has changed. Add the one before to SECRET_KEY_FALLBACKS."
        ) from None


def is_current(token: str) -> bool:
    """Whether it is under today's key."""
    try:
        _key(settings.SECRET_KEY).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def rotate(token: str) -> str:
    """The same under today's key. Raises SecretUnreadable."""
    return encrypt(decrypt(token))


def _keys() -> MultiFernet:
    """The first encrypts; all of them open."""
    return MultiFernet([_key(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> Fernet:
    digest = hashlib.sha256(b"rapport.encryption:" + force_bytes(secret)).digest()
    return Fernet(base64.urlsafe_b64encode(digest))

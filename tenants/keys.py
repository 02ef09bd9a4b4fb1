"""How keys look: a prefix, random characters, and a CRC32, so that scanners and typos are told apart offline.

`rp_pk_…` is public and opens chats; `rp_sk_live_…` and `rp_sk_test_…` are secret and call the API; `rp_id_…` is secret
and signs who a visitor is.
"""

import secrets
import string
import zlib

PUBLISHABLE = "rp_pk_"
LIVE = "rp_sk_live_"
TEST = "rp_sk_test_"
IDENTITY = "rp_id_"

_ALPHABET = string.digits + string.ascii_letters
_RANDOM_LENGTH = {PUBLISHABLE: 24, LIVE: 36, TEST: 36, IDENTITY: 43}  # of 62 kinds each: 143, 214 and 256 bits
_CHECK_LENGTH = 6


def _base62(number: int, length: int) -> str:
    characters = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))


def make_key(prefix: str) -> str:
    """A new key; its last six characters are the checksum of those before."""
    body = prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH[prefix]))
    return body + _base62(zlib.crc32(body.encode()), _CHECK_LENGTH)


def make_publishable_key() -> str:
    return make_key(PUBLISHABLE)


def is_secret_key(text: str) -> bool:
    """True for what begins like a secret key, well-formed or not."""
    return text.startswith((LIVE, TEST))


def is_well_formed(key: str, *prefixes: str) -> bool:
    """True when prefix (unsaid: a publishable key's), length and checksum are right; not whether it exists."""
    body, check = key[:-_CHECK_LENGTH], key[-_CHECK_LENGTH:]
    return (
        any(
            key.startswith(prefix) and len(body) == len(prefix) + _RANDOM_LENGTH[prefix]
            for prefix in prefixes or (PUBLISHABLE,)
        )
        and _base62(zlib.crc32(body.encode()), _CHECK_LENGTH) == check
    )

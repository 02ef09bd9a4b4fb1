"""Publishable widget keys: `rp_pk_` + random + CRC32, so that scanners and typos are told apart offline."""

import secrets
import string
import zlib

_ALPHABET = string.digits + string.ascii_letters
_RANDOM_LENGTH = 24
_CHECK_LENGTH = 6


def _base62(number: int, length: int) -> str:
    characters = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))


def make_publishable_key() -> str:
    """A new key, e.g. `rp_pk_` followed by 30 characters, the last six of them its checksum."""
    body = "rp_pk_" + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return body + _base62(zlib.crc32(body.encode()), _CHECK_LENGTH)


def is_well_formed(key: str) -> bool:
    """True when the prefix, the length and the checksum are right; says nothing about whether it exists."""
    body, check = key[:-_CHECK_LENGTH], key[-_CHECK_LENGTH:]
    return (
        key.startswith("rp_pk_")
        and len(body) == 6 + _RANDOM_LENGTH
        and _base62(zlib.crc32(body.encode()), _CHECK_LENGTH) == check
    )

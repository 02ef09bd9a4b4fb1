"""Identifiers: UUIDv7 inside (sortable by time), a prefix and base32 outside (`agt_06ey5v…`).

The prefix tells people and logs what an id is for; an id of one kind never decodes as another.
"""

from enum import StrEnum
from uuid import UUID

import uuid_utils

from rapport.errors import InvalidId

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32, lower case
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH = 26  # 26 × 5 bits hold the 128


class Prefix(StrEnum):
    """Every public kind of object; a prefix is never used twice."""

    TENANT = "ten"
    USER = "usr"
    MEMBERSHIP = "mem"
    INVITATION = "inv"
    WIDGET_KEY = "wky"
    API_KEY = "key"
    IDENTITY_SECRET = "ids"  # noqa: S105 - a prefix
    AUDIT = "aud"
    SOURCE = "src"
    DOCUMENT = "doc"
    VERSION = "ver"
    CHUNK = "chk"
    CONTACT = "con"
    AGENT = "agt"
    CONVERSATION = "cnv"
    MESSAGE = "msg"
    TURN = "trn"
    TRACE = "trc"
    SPAN = "spn"
    FACT = "fct"
    USAGE = "usg"
    EVENT = "evt"
    REQUEST = "req"
    WEBHOOK = "whk"
    DELIVERY = "whd"
    ERASURE = "ers"
    EXPORT = "exp"
    SIGN_ON = "sso"
    NOTE = "not"
    CANNED_REPLY = "can"
    PROMPT = "prm"
    EXPERIMENT = "xpt"
    TOOL = "tol"
    TOOL_CONNECTION = "tcn"
    TOOL_RUN = "tlr"
    APPROVAL = "apr"
    SERVICE_REQUEST = "srq"
    MODEL_PROVIDER = "mpr"
    LOOKUP = "lkp"
    FEEDBACK = "fbk"
    PRICE = "prc"
    PERIOD = "per"
    PHONE_NUMBER = "phn"
    CALL = "cal"
    SUMMARY = "sum"
    ACCOUNT = "acc"
    ATTACHMENT = "att"
    CAMPAIGN = "cmp"
    CAMPAIGN_MEMBER = "cmm"


def new_id() -> UUID:
    """A UUIDv7: unique, and later ids sort after earlier ones (to the millisecond)."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_hex_id() -> str:
    """The same as 32 digits, for rows that are written by the thousand."""
    return uuid_utils.uuid7().hex


def encode(prefix: Prefix, value: UUID) -> str:
    """The public form, e.g. `doc_0693zm…` (prefix, underscore, 26 characters)."""
    number = value.int
    characters = [_ALPHABET[(number >> shift) & 31] for shift in range((_LENGTH - 1) * 5, -1, -5)]
    return f"{prefix}_{''.join(characters)}"


def decode(prefix: Prefix, text: str) -> UUID:
    """The inside form. Raises InvalidId when the text is not an id of this kind."""
    head, _, body = text.partition("_")
    if head != prefix or len(body) != _LENGTH or body[0] not in "01234567":
        raise InvalidId(prefix=prefix, text=text)
    number = 0
    for character in body:
        if character not in _VALUES:
            raise InvalidId(prefix=prefix, text=text)
        number = number << 5 | _VALUES[character]
    return UUID(int=number)

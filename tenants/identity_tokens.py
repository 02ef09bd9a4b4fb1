"""A visitor's identity as a tenant's own server signed it: a JWT (HS256) for one widget that lasts an hour at most.

Nothing in it is believed before its signature is right. What is refused says why, in a sentence for whoever wrote the
server. A claim that we do not know is ignored.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from rapport.emails import is_email
from rapport.ids import Prefix, encode
from tenants.errors import IdentityExpired, InvalidIdentityToken
from tenants.identity_secrets import LiveSecret, live_identity_secrets
from tenants.selectors import WidgetKeyView

LONGEST_SECONDS = 3600
LATEST_SECONDS = 10**11
CLOCK_SECONDS = 60  # how far two servers' clocks may be apart
LONGEST_TOKEN = 8 * 1024  # characters
LONGEST_TEXT = {"sub": 200, "email": 254, "name": 200, "phone": 32}
MOST_TRAITS = 30
LONGEST_TRAIT = 500
_ALGORITHM = "HS256"

Trait = str | int | float | bool


@dataclass(frozen=True, slots=True)
class VisitorIdentity:
    """Who the tenant says the visitor is. `email` counts as proven only when the tenant says `email_verified`.

    `expires_at` in seconds since 1970; `secret_id`: what it was signed with.
    """

    external_id: str
    secret_id: UUID
    expires_at: int
    email: str = ""
    is_email_verified: bool = False
    name: str = ""
    phone: str = ""
    traits: Mapping[str, Trait] = field(default_factory=dict)
    company: Mapping[str, Trait] = field(default_factory=dict)


def read_identity(token: str, widget_key: WidgetKeyView, *, now: float | None = None) -> VisitorIdentity:
    """Raises InvalidIdentityToken, and IdentityExpired for one that was right until a while ago."""
    secrets = live_identity_secrets(tenant_id=widget_key.tenant_id, widget_key_id=widget_key.id)
    if not secrets:
        raise _wrong("This widget has no identity secret. Make one on the dashboard's page Widget, under Identity.")
    secret, payload = _verified(token, secrets)
    claims = _object(payload)
    _check_audience(claims.get("aud"), widget_key)
    expires_at = _check_times(claims, time.time() if now is None else now)
    return VisitorIdentity(
        external_id=_subject(claims),
        secret_id=secret.id,
        expires_at=expires_at,
        email=_email(claims),
        is_email_verified=claims.get("email_verified") is True,
        name=_text(claims, "name"),
        phone=_text(claims, "phone"),
        traits=_traits(claims, "traits"),
        company=_traits(claims, "company"),
    )


def _wrong(message: str) -> InvalidIdentityToken:
    return InvalidIdentityToken(message, param="identity")


def _verified(token: str, secrets: Sequence[LiveSecret]) -> tuple[LiveSecret, bytes]:
    """The secret that signed it, and what it signed."""
    from jwt import PyJWS
    from jwt.exceptions import InvalidSignatureError, InvalidTokenError

    if len(token) > LONGEST_TOKEN:
        raise _wrong(f"The identity is longer than {LONGEST_TOKEN} characters. Leave out what the chat need not know.")
    jws = PyJWS(algorithms=[_ALGORITHM])
    try:
        header = jws.get_unverified_header(token)
    except (InvalidTokenError, ValueError):
        raise _wrong("This is not a JWT. It has three parts with dots between them; sign it with HS256.") from None
    if header.get("alg") != _ALGORITHM:
        raise _wrong("The identity is not signed with HS256. No other algorithm is accepted, and never 'none'.")
    for secret in _named(header.get("kid"), secrets):
        try:
            return secret, jws.decode(token, secret.secret, algorithms=[_ALGORITHM])
        except InvalidSignatureError:
            continue
        except (InvalidTokenError, ValueError):
            raise _wrong("This is not a JWT that can be read. Make it with a JWT library.") from None
    raise _wrong(
        "The signature is wrong: the identity was signed with another secret, or was changed since. Sign it with the "
        "secret of this very widget, as text."
    )


def _named(kid: object, secrets: Sequence[LiveSecret]) -> Sequence[LiveSecret]:
    """The secret that `kid` names, all of them when it names none."""
    if kid is None:
        return secrets
    found = [each for each in secrets if each.kid == kid]
    if not found:
        raise _wrong("The header's kid names no secret of this widget that is accepted: take the current one.")
    return found


def _object(payload: bytes) -> Mapping[str, object]:
    try:
        claims: object = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise _wrong("The identity holds no JSON object of claims.")
    return claims


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _check_audience(audience: object, widget_key: WidgetKeyView) -> None:
    if audience not in (widget_key.key, encode(Prefix.WIDGET_KEY, widget_key.id)):
        raise _wrong("aud is not this widget: write its publishable key (rp_pk_…) into it, as one text.")


def _check_times(claims: Mapping[str, object], now: float) -> int:
    """When it ends."""
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    starts = _seconds(claims, "nbf") if "nbf" in claims else issued
    if max(issued, starts) > now + CLOCK_SECONDS:
        raise _wrong("iat or nbf lies in the future. Check the clock of the server that signs, and use seconds.")
    if not 0 < expires - issued <= LONGEST_SECONDS:
        raise _wrong(f"exp must come after iat and at most {LONGEST_SECONDS} seconds after it. Sign a fresh one often.")
    if expires <= now:
        raise IdentityExpired("The identity has expired. Sign a fresh one and identify the visitor again.", param="exp")
    return expires


def _seconds(claims: Mapping[str, object], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST_SECONDS:
        raise _wrong(f"{name} is missing or is no number. Write seconds since 1970.")
    return int(value)


def _subject(claims: Mapping[str, object]) -> str:
    subject = _text(claims, "sub")
    if not subject:
        raise _wrong("sub is missing: write your own id of the customer into it, as text.")
    return subject


def _email(claims: Mapping[str, object]) -> str:
    email = _text(claims, "email").lower()
    if email and not is_email(email):
        raise _wrong("email is not an e-mail address.")
    return email


def _text(claims: Mapping[str, object], name: str) -> str:
    value, limit = claims.get(name) or "", LONGEST_TEXT[name]
    if not isinstance(value, str) or not _fits(value, limit):
        raise _wrong(f"{name} is a text of at most {limit} characters.")
    return value.strip()


def _traits(claims: Mapping[str, object], name: str) -> Mapping[str, Trait]:
    """A flat object: nested ones are refused, so that nobody hides a document in an identity."""
    value = claims.get(name) or {}
    if not isinstance(value, dict) or len(value) > MOST_TRAITS:
        raise _wrong(f"{name} is an object of at most {MOST_TRAITS} values.")
    for key, each in value.items():
        if not isinstance(each, str | int | float | bool) or not all(map(_fits, (key, str(each)))):
            raise _wrong(f"In {name} there are texts of {LONGEST_TRAIT} characters at most, numbers, true and false.")
    return value


def _fits(text: str, limit: int = LONGEST_TRAIT) -> bool:
    """Not too long, and what a database can keep: no NUL, no half of a character."""
    return len(text) <= limit and "\x00" not in text and not any("\ud800" <= each <= "\udfff" for each in text)

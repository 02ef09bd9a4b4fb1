"""By what contacts are found: an e-mail address, a phone number or an id of the tenant's own, exactly; and, apart from
those, the id of a browser or device, which says nothing of who uses it.

Values are normalised first and looked up by a keyed hash. Runs in the caller's scope and transaction.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils.encoding import force_bytes

from ingestion.contacts.errors import InvalidIdentity
from ingestion.models import ContactIdentity, IdentityKind
from rapport.emails import is_email
from tenants.context import require_tenant_id

LONGEST = {
    IdentityKind.EMAIL: 254,
    IdentityKind.PHONE: 32,
    IdentityKind.EXTERNAL_ID: 200,
    IdentityKind.ANONYMOUS_ID: 200,
}
RESERVED = "member:"  # so begin the external ids of members who chat with their own agents
STRONG = (IdentityKind.EXTERNAL_ID, IdentityKind.EMAIL, IdentityKind.PHONE)  # the first that is known decides
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_BETWEEN_DIGITS = re.compile(r"[\s()./\u00a0-]+")


class Known(NamedTuple):
    """One thing that someone is known by, normalised."""

    kind: IdentityKind
    value: str


def normalise(kind: IdentityKind, text: str) -> Known:
    """One spelling for each identity. Raises InvalidIdentity."""
    value = text.replace("\x00", "").strip()
    if kind == IdentityKind.EMAIL:
        value = value.lower()
        if not is_email(value):
            raise InvalidIdentity("This is not an e-mail address.", param="email")
    if kind == IdentityKind.PHONE:
        value = _e164(value)
    if not value or len(value) > LONGEST[kind]:
        raise InvalidIdentity(f"This has between 1 and {LONGEST[kind]} characters.", param=kind.value)
    return Known(kind, value)


def _e164(text: str) -> str:
    """https://www.itu.int/rec/T-REC-E.164: a plus, the country code, at most 15 digits."""
    number = _BETWEEN_DIGITS.sub("", text.replace("(0)", ""))
    number = f"+{number[2:]}" if number.startswith("00") else number
    if not _E164.fullmatch(number):
        raise InvalidIdentity("Write the phone number with its country code, for example +491712345678.", param="phone")
    return number


def digest_of(tenant_id: UUID, kind: str, value: str) -> str:
    """Under today's secret."""
    return _digest(tenant_id, kind, value, settings.SECRET_KEY)


def _digests(tenant_id: UUID, known: Known) -> list[str]:
    """Under today's secret first, then under those that it replaced."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [_digest(tenant_id, known.kind, known.value, secret) for secret in secrets]


def _digest(tenant_id: UUID, kind: str, value: str, secret: str | bytes) -> str:
    key = hashlib.sha256(b"rapport.identities:" + force_bytes(secret)).digest()
    return hmac.new(key, f"{tenant_id}\x1f{kind}\x1f{value}".encode(), hashlib.sha256).hexdigest()


def find_contacts(wanted: Iterable[Known]) -> dict[Known, UUID]:
    """The contact of each that is known, in one question."""
    tenant_id = require_tenant_id()
    by_digest = {digest: known for known in wanted for digest in _digests(tenant_id, known)}
    if not by_digest:
        return {}
    rows = ContactIdentity.objects.filter(digest__in=list(by_digest)).values_list("digest", "contact_id")
    return {by_digest[digest]: contact_id for digest, contact_id in rows}


def identities_of(contact_ids: Sequence[UUID]) -> list[ContactIdentity]:
    return list(ContactIdentity.objects.filter(contact_id__in=contact_ids).order_by("id"))


def attach(contact_id: UUID, known: Iterable[Known]) -> None:
    """The contact is found by these from now on. Breaks a constraint (IntegrityError) when another one took one
    meanwhile."""
    tenant_id = require_tenant_id()
    ContactIdentity.objects.bulk_create(
        ContactIdentity(
            contact_id=contact_id, kind=each.kind, value=each.value, digest=digest_of(tenant_id, each.kind, each.value)
        )
        for each in known
    )


def replace(contact_id: UUID, given: Mapping[IdentityKind, Known | None]) -> None:
    """Of these kinds the contact is known by this and nothing else from now on."""
    ContactIdentity.objects.filter(contact_id=contact_id, kind__in=list(given)).delete()
    attach(contact_id, [known for known in given.values() if known is not None])

"""Writes about contacts. Who a contact says it is (`describe_contact`) is not who it is (`identify_contact`)."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ingestion.contacts.errors import ContactNotFound, IdentityTaken, InvalidIdentity
from ingestion.models import Contact
from rapport.emails import is_email
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor, visitor_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope

_E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True, slots=True)
class Identity:
    """By what the tenant knows someone: exactly, never by likeness. `phone` is E.164; "" leaves a field as it is."""

    email: str = ""
    phone: str = ""
    external_id: str = ""


def create_visitor(*, tenant_id: UUID) -> UUID:
    """An anonymous contact for a new visitor. Returns its id."""
    with tenant_scope(tenant_id), transaction.atomic():
        contact_id = Contact.objects.create(last_seen_at=timezone.now()).id
        _record(visitor_actor(contact_id), "contact.created", contact_id, is_anonymous=True)
        return contact_id


def ensure_contact(
    *, tenant_id: UUID, external_id: str, name: str = "", email: str = "", actor: Actor = SYSTEM
) -> UUID:
    """The contact whom the tenant's own system calls `external_id`, made if new. Returns its id."""
    with tenant_scope(tenant_id), transaction.atomic():
        contact, is_new = Contact.objects.get_or_create(
            external_id=external_id,
            defaults={"name": name[:200], "email": email, "is_anonymous": False, "last_seen_at": timezone.now()},
        )
        if is_new:
            _record(actor, "contact.created", contact.id, is_anonymous=False)
        return contact.id


def touch_contact(*, tenant_id: UUID, contact_id: UUID) -> bool:
    """Note that the contact was here now. False when there is no such contact (erased, or another tenant's)."""
    with tenant_scope(tenant_id):
        return bool(Contact.objects.filter(id=contact_id).update(last_seen_at=timezone.now()))


def describe_contact(*, tenant_id: UUID, contact_id: UUID, name: str, actor: Actor = SYSTEM) -> None:
    """Show the name by which the contact called itself.

    No proof of who it is: an anonymous contact stays one, and a name
    that the tenant gave stays.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        unnamed = Q(is_anonymous=True) | Q(name="")
        if Contact.objects.filter(unnamed, id=contact_id).exclude(name=name[:200]).update(name=name[:200]):
            _record(actor, "contact.updated", contact_id, fields=["name"])


def identify_contact(*, tenant_id: UUID, contact_id: UUID, identity: Identity, actor: Actor) -> None:
    """The tenant vouches for who the contact is. Fields that `identity` leaves empty stay as they are.

    Raises ContactNotFound, InvalidIdentity, and IdentityTaken when another contact is known by one of them already:
    two contacts are never made one silently.
    """
    given = _checked(identity)
    with tenant_scope(tenant_id), transaction.atomic():
        contact = Contact.objects.select_for_update().filter(id=contact_id).first()
        if contact is None:
            raise ContactNotFound("There is no such contact.")
        _refuse_taken(contact, given)
        Contact.objects.filter(id=contact_id).update(**given, is_anonymous=False)
        _record(actor, "contact.identified", contact_id, fields=sorted(given))


def _record(actor: Actor, action: str, contact_id: UUID, **details: object) -> None:
    """Which fields, never what is in them: an audit row outlives the contact."""
    record_audit(actor=actor, action=action, subject=encode(Prefix.CONTACT, contact_id), details=details)


def _checked(identity: Identity) -> dict[str, str]:
    email, phone = identity.email.strip().lower(), identity.phone.strip()
    given = {"email": email, "phone": phone, "external_id": identity.external_id.strip()}
    given = {field: value for field, value in given.items() if value}
    if not given:
        raise InvalidIdentity("Name an e-mail address, a phone number or an id of your own system.")
    if email and not is_email(email):
        raise InvalidIdentity("This is not an e-mail address.", param="email")
    if phone and not _E164.fullmatch(phone):
        raise InvalidIdentity("Write the phone number with its country code, for example +491712345678.", param="phone")
    if len(email) > 254 or len(identity.external_id) > 200:
        raise InvalidIdentity("An e-mail address has at most 254 characters, an id of your own system 200.")
    return given


def _refuse_taken(contact: Contact, given: dict[str, str]) -> None:
    for field, value in given.items():
        if Contact.objects.filter(**{field: value}, is_anonymous=False).exclude(id=contact.id).exists():
            raise IdentityTaken(f"Another contact has this {field} already.", param=field)

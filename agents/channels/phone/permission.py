"""Whether a contact may be called: it has agreed, has not said that it wants no calls, and it is no quiet hour there.

What one of several contacts said who are read as one holds for all of them. Who wants no calls is called no more,
whatever was agreed before, until a person of the company records that they agreed anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction
from django.utils import timezone

from agents.channels.phone.quiet import FROM_HOUR, UNTIL_HOUR, quiet_zone
from agents.channels.phone.zones import zones_of
from agents.errors import (
    CallNotAllowed,
    ConsentMissing,
    ContactHasNoNumber,
    InvalidCallPermission,
    QuietHours,
    WantsNoCalls,
)
from agents.models import CallPermission
from ingestion.contacts.merging import families_of, family_of
from ingestion.contacts.selectors import ContactView, get_contact, get_contacts
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.selectors import get_tenant

LONGEST_SOURCE = 200
RefusedBy = Literal["said", "key", "company"]


@dataclass(frozen=True, slots=True)
class CallPermissionView:
    """`consent_source`: how the contact agreed, "" when it has not; `refused_by`: "said", "key" or "company", "" when
    it has not said that it wants no calls; `time_zone`: "" when only its number's country is known."""

    consent_source: str = ""
    consent_at: datetime | None = None
    refused_by: str = ""
    refused_at: datetime | None = None
    time_zone: str = ""


def get_call_permission(*, tenant_id: UUID, contact_id: UUID) -> CallPermissionView:
    """Of the contact itself. Raises ContactNotFound."""
    get_contact(tenant_id=tenant_id, contact_id=contact_id)
    with tenant_scope(tenant_id):
        row = CallPermission.objects.filter(contact_id=contact_id).first()
    return _view(row) if row else CallPermissionView()


def set_call_permission(
    *,
    tenant_id: UUID,
    contact_id: UUID,
    actor: Actor,
    consent_source: str | None = None,
    wants_no_calls: bool | None = None,
    time_zone: str | None = None,
) -> None:
    """What is None stays. `consent_source`: how the contact agreed, "" takes it back. Raises ContactNotFound,
    InvalidCallPermission with the field's name."""
    get_contact(tenant_id=tenant_id, contact_id=contact_id)
    if time_zone and time_zone not in available_timezones():
        raise InvalidCallPermission("Write the time zone like Europe/Berlin.", param="time_zone")
    source = None if consent_source is None else " ".join(consent_source.replace("\x00", "").split())
    if source and len(source) > LONGEST_SOURCE:
        raise InvalidCallPermission(f"This has at most {LONGEST_SOURCE} characters.", param="consent_source")
    now = timezone.now()
    with tenant_scope(tenant_id), transaction.atomic():
        row = _held(contact_id)
        before = _facts(row)
        if source is not None:
            row.consent_source, row.consent_at = source, now if source else None
        if wants_no_calls is not None:
            row.refused_by, row.refused_at = ("company", now) if wants_no_calls else ("", None)
        if time_zone is not None:
            row.time_zone = time_zone
        row.save()
        _record(actor, "contact.call_permission_changed", contact_id, before, _facts(row))


def refuse_calls(*, tenant_id: UUID, contact_id: UUID, by: RefusedBy, actor: Actor) -> bool:
    """The contact wants no calls. False when that was known, or it is gone."""
    with tenant_scope(tenant_id), transaction.atomic():
        if contact_id not in get_contacts(tenant_id=tenant_id, contact_ids=[contact_id]):
            return False
        row = _held(contact_id)
        if row.refused_at is not None:
            return False
        before = _facts(row)
        row.refused_by, row.refused_at = by, timezone.now()
        row.save()
        _record(actor, "contact.calls_refused", contact_id, before, _facts(row))
    return True


@dataclass(frozen=True, slots=True)
class Callee:
    """Who may be called: at which number, and whose clocks say whether it is a decent hour."""

    number: str
    zones: tuple[str, ...]


def number_to_call(*, tenant_id: UUID, contact_id: UUID, at: datetime | None = None) -> str:
    """Where the contact may be called at that moment, or now. Raises ContactNotFound, ContactHasNoNumber,
    WantsNoCalls, ConsentMissing, QuietHours."""
    callee = find_callee(tenant_id=tenant_id, contact_id=contact_id)
    if zone := quiet_zone(callee.zones, at or timezone.now()):
        raise QuietHours(f"It is a quiet hour in {zone}: calls are made from {FROM_HOUR}:00 to {UNTIL_HOUR}:00 there.")
    return callee.number


def find_callee(*, tenant_id: UUID, contact_id: UUID) -> Callee:
    """The same, whatever the hour."""
    contact = get_contact(tenant_id=tenant_id, contact_id=contact_id)
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        rows = list(CallPermission.objects.filter(contact_id__in=family))
    return _callee(contact, rows, tenant_id)


def find_callees(*, tenant_id: UUID, contact_ids: Collection[UUID]) -> dict[UUID, Callee | CallNotAllowed]:
    """Of many at once, with why somebody may not be called; those who are not there are left out."""
    contacts = get_contacts(tenant_id=tenant_id, contact_ids=contact_ids)
    families = families_of(tenant_id=tenant_id, contact_ids=contacts)
    with tenant_scope(tenant_id):
        asked = {each for family in families.values() for each in family}
        rows = {row.contact_id: row for row in CallPermission.objects.filter(contact_id__in=asked)}
    found: dict[UUID, Callee | CallNotAllowed] = {}
    for contact_id, contact in contacts.items():
        try:
            found[contact_id] = _callee(
                contact, [rows[each] for each in families[contact_id] if each in rows], tenant_id
            )
        except CallNotAllowed as refusal:
            found[contact_id] = refusal
    return found


def _callee(contact: ContactView, rows: Sequence[CallPermission], tenant_id: UUID) -> Callee:
    if not contact.phone:
        raise ContactHasNoNumber("No telephone number of this contact is known.")
    if any(row.refused_at for row in rows):
        raise WantsNoCalls("This contact has said that it wants no calls.")
    if not any(row.consent_at for row in rows):
        raise ConsentMissing("It is not recorded that this contact agreed to be called. Record it, and how it agreed.")
    return Callee(contact.phone, _zones(tenant_id, rows, contact.phone))


def _zones(tenant_id: UUID, rows: Sequence[CallPermission], number: str) -> tuple[str, ...]:
    """The contact's own, else its number's country's, else the company's."""
    own = tuple(row.time_zone for row in rows if row.time_zone)
    return own or zones_of(number) or (get_tenant(tenant_id).time_zone,)


def _held(contact_id: UUID) -> CallPermission:
    CallPermission.objects.get_or_create(contact_id=contact_id)
    return CallPermission.objects.select_for_update().get(contact_id=contact_id)


def _view(row: CallPermission) -> CallPermissionView:
    return CallPermissionView(row.consent_source, row.consent_at, row.refused_by, row.refused_at, row.time_zone)


def _facts(row: CallPermission) -> dict[str, object]:
    return {"has_agreed": row.consent_at is not None, "refused_by": row.refused_by, "time_zone": row.time_zone}


def _record(actor: Actor, action: str, contact_id: UUID, before: dict[str, object], after: dict[str, object]) -> None:
    record_audit(actor=actor, action=action, subject=encode(Prefix.CONTACT, contact_id), before=before, after=after)

"""Writes about contacts. Who a contact says it is (`describe_contact`) is not who it is (`identify_contact`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ingestion.contacts.errors import ContactNotFound, IdentityTaken, InvalidIdentity
from ingestion.contacts.identities import RESERVED, STRONG, Known, attach, find_contacts, normalise, replace
from ingestion.models import Contact, IdentityKind
from rapport.emails import is_email
from rapport.idempotency.claims import run_once
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor, visitor_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased


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
    own_id = Known(IdentityKind.EXTERNAL_ID, external_id)
    with tenant_scope(tenant_id), transaction.atomic():
        if known := find_contacts([own_id]).get(own_id):
            return known
        contact, is_new = Contact.objects.get_or_create(
            external_id=external_id,
            defaults={"name": name[:200], "email": email, "is_anonymous": False, "last_seen_at": timezone.now()},
        )
        if is_new:
            attach(contact.id, [own_id, *_free_address(email)])
            _record(actor, "contact.created", contact.id, is_anonymous=False)
        return contact.id


def _free_address(email: str) -> list[Known]:
    """The address, unless another contact is found by it."""
    known = [normalise(IdentityKind.EMAIL, email)] if is_email(email) else []
    return [] if find_contacts(known) else known


def recognise_contact(*, tenant_id: UUID, identity: Identity, name: str, is_email_proven: bool, actor: Actor) -> UUID:
    """The contact whom the tenant's own system vouches for: by its external id, else by an e-mail address that the
    tenant has proven, else a new one. Returns its id.

    What the tenant says of it is kept, but an address or number by which another contact is known stays with that one.
    Raises InvalidIdentity.
    """
    given = _checked(identity)
    own_id = given.get(IdentityKind.EXTERNAL_ID)
    if own_id is None:
        raise InvalidIdentity("An id of your own system is needed.", param="external_id")
    with tenant_scope(tenant_id), transaction.atomic():
        contact_id = _known_contact(given, is_email_proven=is_email_proven)
        if contact_id is None:
            contact_id = ensure_contact(tenant_id=tenant_id, external_id=own_id.value, actor=actor)
        contact = _lock(contact_id)
        found = find_contacts(given.values())
        free = {kind: known for kind, known in given.items() if found.get(known, contact_id) == contact_id}
        changed = {kind: known for kind, known in free.items() if getattr(contact, kind.value) != known.value}
        replace(contact_id, dict(changed))
        values = _columns(changed) | ({"name": name.strip()[:200]} if name.strip() else {})
        Contact.objects.filter(id=contact_id).update(**values, is_anonymous=False, last_seen_at=timezone.now())
        if changed:
            _record(actor, "contact.identified", contact_id, fields=sorted(changed))
        return contact_id


def _known_contact(given: Mapping[IdentityKind, Known], *, is_email_proven: bool) -> UUID | None:
    """A proven address names a contact only when the tenant has no other id of that one."""
    found = find_contacts(given.values())
    by_id, email = found.get(given[IdentityKind.EXTERNAL_ID]), given.get(IdentityKind.EMAIL)
    by_email = found.get(email) if email and is_email_proven else None
    if by_id or by_email is None:
        return by_id
    return Contact.objects.filter(id=by_email, external_id="").values_list("id", flat=True).first()


def touch_contact(*, tenant_id: UUID, contact_id: UUID) -> bool:
    """Note that the contact was here now. False when there is no such contact (erased, or another tenant's)."""
    with tenant_scope(tenant_id):
        if is_contact_erased(contact_id):
            return False
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


def forget_name(*, contact_id: UUID, name: str, instead: str, actor: Actor) -> None:
    """In the open scope and transaction: who is shown by this name is shown by another one, or by none."""
    rows = Contact.objects.filter(id=contact_id, name__iexact=name[:200]).exclude(name=instead[:200])
    if rows.update(name=instead[:200]):
        _record(actor, "contact.updated", contact_id, fields=["name"])


def identify_contact(*, tenant_id: UUID, contact_id: UUID, identity: Identity, actor: Actor) -> None:
    """The tenant vouches for who the contact is. Fields that `identity` leaves empty stay as they are.

    Raises ContactNotFound, InvalidIdentity, and IdentityTaken when another contact is known by one of them already:
    two contacts are never made one silently.
    """
    given = _checked(identity)
    if not given:
        raise InvalidIdentity("Name an e-mail address, a phone number or an id of your own system.")
    with tenant_scope(tenant_id), transaction.atomic():
        _lock(contact_id)
        _refuse_taken(contact_id, given)
        replace(contact_id, dict(given))
        Contact.objects.filter(id=contact_id).update(**_columns(given), is_anonymous=False)
        _record(actor, "contact.identified", contact_id, fields=sorted(given))


def create_contact(
    *, tenant_id: UUID, identity: Identity, actor: Actor, name: str = "", idempotency_key: str = ""
) -> tuple[UUID, bool]:
    """A contact whom the tenant names. Returns its id, and whether the same key made it before.

    Raises InvalidIdentity, IdentityTaken, IdempotencyKeyReused.
    """
    given, name = _checked(identity), name.strip()[:200]
    if not given and not name:
        raise InvalidIdentity("Name an e-mail address, a phone number, an id of your own system, or a name.")

    def create() -> dict[str, str]:
        _refuse_taken(None, given)
        contact = Contact.objects.create(name=name, **_columns(given), is_anonymous=not given)
        attach(contact.id, given.values())
        _record(actor, "contact.created", contact.id, fields=sorted(given))
        return {"contact_id": str(contact.id)}

    with tenant_scope(tenant_id), transaction.atomic():
        outcome = run_once(
            tenant_id=tenant_id,
            operation="create_contact",
            key=idempotency_key,
            request={"name": name, **_columns(given)},
            work=create,
        )
    return UUID(outcome.result["contact_id"]), outcome.is_replay


def update_contact(*, tenant_id: UUID, contact_id: UUID, actor: Actor, changes: Mapping[str, str]) -> None:
    """`changes`: name, email, phone, external_id, those that are given; "" takes one away.

    Raises ContactNotFound, InvalidIdentity, IdentityTaken.
    """
    given = _checked(Identity(**{field: changes.get(field, "") for field in ("email", "phone", "external_id")}))
    cleared = {kind: None for kind in STRONG if kind in changes and kind not in given}
    with tenant_scope(tenant_id), transaction.atomic():
        contact = _lock(contact_id)
        _refuse_taken(contact_id, given)
        replace(contact_id, {**given, **cleared})
        values: dict[str, object] = {**_columns(given), **dict.fromkeys((each.value for each in cleared), "")}
        if "name" in changes:
            values["name"] = changes["name"].strip()[:200]
        if given:
            values["is_anonymous"] = False
        if values:
            Contact.objects.filter(id=contact.id).update(**values)
            _record(actor, "contact.updated", contact_id, fields=sorted(changes))


def _lock(contact_id: UUID) -> Contact:
    contact = Contact.objects.select_for_update().filter(id=contact_id).first()
    if contact is None:
        raise ContactNotFound("There is no such contact.")
    return contact


def _checked(identity: Identity) -> dict[IdentityKind, Known]:
    """What is given, normalised. Raises InvalidIdentity."""
    fields = {kind: getattr(identity, kind.value) for kind in STRONG}
    given = {kind: normalise(kind, text) for kind, text in fields.items() if text.strip()}
    own_id = given.get(IdentityKind.EXTERNAL_ID)
    if own_id is not None and own_id.value.startswith(RESERVED):
        raise InvalidIdentity(f"An external_id cannot begin with {RESERVED!r}.", param="external_id")
    return given


def _columns(given: Mapping[IdentityKind, Known]) -> dict[str, str]:
    return {kind.value: known.value for kind, known in given.items()}


def _refuse_taken(contact_id: UUID | None, given: Mapping[IdentityKind, Known]) -> None:
    found = find_contacts(given.values())
    for kind, known in given.items():
        if found.get(known, contact_id) != contact_id:
            raise IdentityTaken(f"Another contact has this {kind.value} already.", param=kind.value)


def _record(actor: Actor, action: str, contact_id: UUID, **details: object) -> None:
    """Which fields, never what is in them: an audit row outlives the contact."""
    record_audit(actor=actor, action=action, subject=encode(Prefix.CONTACT, contact_id), details=details)

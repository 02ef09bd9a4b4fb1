"""Two contacts that are one person. Nothing moves: the merged one points to the other, and both are read as one. So it
can be taken back, and then each has what came in under its own identities.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ingestion.contacts.errors import AlreadyMerged, ContactNotFound, InvalidMerge, NotMerged
from ingestion.models import Contact, ContactMerge
from ingestion.topics import CONTACT_MERGED, CONTACT_UNMERGED, CONTACTS_TOPIC
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import require_tenant_id, tenant_scope


def merge_contacts(*, tenant_id: UUID, contact_id: UUID, into_id: UUID, actor: Actor) -> UUID:
    """The first is the second from now on. Returns whom both are read as. Raises ContactNotFound, InvalidMerge,
    AlreadyMerged."""
    with tenant_scope(tenant_id), transaction.atomic():
        return merge(contact_id, into_id, reason="asked", actor=actor)


def merge(contact_id: UUID, into_id: UUID, *, reason: str, actor: Actor) -> UUID:
    """The same within the caller's scope and transaction."""
    rows = Contact.objects.select_for_update().filter(id__in=[contact_id, into_id]).order_by("id")
    found = {row.id: row for row in rows}
    if len(found) < len({contact_id, into_id}):
        raise ContactNotFound("There is no such contact.")
    root = root_of(into_id)
    if root == root_of(contact_id):
        raise InvalidMerge("These two are the same contact already.", param="into")
    if found[contact_id].merged_into_id is not None:
        raise AlreadyMerged("This contact was merged already. Merge the one that it is read as, or take that back.")
    Contact.objects.filter(id=contact_id).update(merged_into=root)
    by = actor.label
    ContactMerge.objects.create(contact_id=contact_id, into_id=root, reason=reason, merged_by=by)
    _tell(CONTACT_MERGED, "contact.merged", contact_id, root, actor, reason)
    return root


def unmerge_contact(*, tenant_id: UUID, contact_id: UUID, actor: Actor) -> None:
    """The contact is someone apart again. Raises ContactNotFound, NotMerged."""
    with tenant_scope(tenant_id), transaction.atomic():
        contact = Contact.objects.select_for_update().filter(id=contact_id).first()
        if contact is None:
            raise ContactNotFound("There is no such contact.")
        if contact.merged_into_id is None:
            raise NotMerged("This contact is not merged with another one.")
        into_id = contact.merged_into_id
        Contact.objects.filter(id=contact_id).update(merged_into=None)
        ContactMerge.objects.filter(contact_id=contact_id, unmerged_at=None).update(
            unmerged_at=timezone.now(), unmerged_by=actor.label
        )
        _tell(CONTACT_UNMERGED, "contact.unmerged", contact_id, into_id, actor, "asked")


def root_of(contact_id: UUID) -> UUID:
    """Whom the contact is read as: mostly itself. In the caller's scope."""
    while into := Contact.objects.filter(id=contact_id).values_list("merged_into_id", flat=True).first():
        contact_id = into
    return contact_id


def family_of(*, tenant_id: UUID, contact_id: UUID) -> tuple[UUID, ...]:
    """All who are read as one with this contact, it included; first the one that they are read as."""
    return tuple(named_family(tenant_id=tenant_id, contact_id=contact_id))


def named_family(*, tenant_id: UUID, contact_id: UUID) -> dict[UUID, str]:
    """The same, each with its name, "" where it has none."""
    with tenant_scope(tenant_id):
        fields = ("id", "merged_into_id", "name")
        merged = Contact.objects.filter(merged_into=contact_id).values_list(*fields)
        near = Contact.objects.filter(id=contact_id).values_list(*fields).union(merged)  # SQLite walks a whole OR
        links = {each: (into, name) for each, into, name in near}
        into, name = links.get(contact_id, (None, ""))
        if links.keys() <= {contact_id} and into is None:
            return {contact_id: name}
        root = root_of(contact_id)
        newest = {root: Contact.objects.values_list("name", flat=True).get(id=root)}
        family = dict(newest)
        while newest:
            found = Contact.objects.filter(merged_into__in=list(newest)).order_by("id")
            newest = dict(found.values_list("id", "name"))
            family |= newest
    return family


def families_of(*, tenant_id: UUID, contact_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """`family_of` of many: all merges of the company are read once."""
    with tenant_scope(tenant_id):
        into = dict(Contact.objects.filter(merged_into__isnull=False).values_list("id", "merged_into_id"))

    def root(contact_id: UUID) -> UUID:
        while contact_id in into:
            contact_id = into[contact_id]
        return contact_id

    members: dict[UUID, list[UUID]] = {}
    for each in into:
        members.setdefault(root(each), []).append(each)
    return {each: (root(each), *sorted(members.get(root(each), ()))) for each in contact_ids}


def _tell(type_: str, action: str, contact_id: UUID, into_id: UUID, actor: Actor, reason: str) -> None:
    subject, into = encode(Prefix.CONTACT, contact_id), encode(Prefix.CONTACT, into_id)
    record_audit(actor=actor, action=action, subject=subject, details={"into": into, "reason": reason})
    data = {"contact_id": str(contact_id), "into_id": str(into_id)}
    publish(CONTACTS_TOPIC, Event(type_, require_tenant_id(), str(contact_id), data, subject=subject))

"""Reads about contacts, as frozen dataclasses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from ingestion.contacts.errors import ContactNotFound as ContactNotFound
from ingestion.contacts.identities import STRONG, find_contacts, identities_of, normalise
from ingestion.contacts.merging import root_of
from ingestion.models import Contact, ContactRelation, IdentityKind
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class ContactView:
    """`display_name`: the name, else the e-mail address, else the phone number, else "Visitor" and four characters."""

    id: UUID
    name: str
    email: str
    phone: str
    external_id: str
    is_anonymous: bool
    created_at: datetime
    last_seen_at: datetime | None
    merged_into: UUID | None = None

    @property
    def display_name(self) -> str:
        return self.name or self.email or self.phone or f"Visitor {self.id.hex[-4:]}"


def _view(row: Contact) -> ContactView:
    return ContactView(
        row.id,
        row.name,
        row.email,
        row.phone,
        row.external_id,
        row.is_anonymous,
        row.created_at,
        row.last_seen_at,
        row.merged_into_id,
    )


def get_contact(*, tenant_id: UUID, contact_id: UUID) -> ContactView:
    """Raises ContactNotFound."""
    with tenant_scope(tenant_id):
        row = Contact.objects.filter(id=contact_id).first()
    if row is None:
        raise ContactNotFound("There is no such contact.")
    return _view(row)


def get_contacts(*, tenant_id: UUID, contact_ids: Iterable[UUID]) -> dict[UUID, ContactView]:
    """Those of the ids that exist."""
    with tenant_scope(tenant_id):
        return {row.id: _view(row) for row in Contact.objects.filter(id__in=list(contact_ids))}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contacts: every one given must match. Identities exactly, `text` somewhere in a name, address, number or
    id."""

    email: str = ""
    phone: str = ""
    external_id: str = ""
    text: str = ""


def list_contacts(
    *, tenant_id: UUID, limit: int = 50, before: UUID | None = None, wanted: Wanted | None = None
) -> list[ContactView]:
    """Newest first, those that are merged into others left out; `before` is the last id of the previous page. Raises
    InvalidIdentity for an address or number that cannot be one."""
    with tenant_scope(tenant_id):
        rows = _matching(wanted or Wanted()).order_by("-id")
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [_view(row) for row in rows[:limit]]


def _matching(wanted: Wanted) -> QuerySet[Contact]:
    rows = Contact.objects.filter(merged_into=None)
    for kind in STRONG:
        if text := getattr(wanted, kind.value):
            rows = rows.filter(id__in=[root_of(each) for each in find_contacts([normalise(kind, text)]).values()])
    if text := wanted.text.strip():
        columns = ("name", "email", "phone", "external_id")
        rows = rows.filter(reduce(or_, (Q(**{f"{column}__icontains": text}) for column in columns)))
    return rows


@dataclass(frozen=True, slots=True)
class IdentityView:
    """`contact_id`: of those who are read as one, the one that it came to."""

    kind: str
    label: str
    value: str
    contact_id: UUID
    created_at: datetime


def list_identities(*, tenant_id: UUID, contact_ids: Sequence[UUID]) -> list[IdentityView]:
    """By what these are found, oldest first."""
    with tenant_scope(tenant_id):
        return [
            IdentityView(row.kind, IdentityKind(row.kind).label, row.value, row.contact_id, row.created_at)
            for row in identities_of(contact_ids)
        ]


@dataclass(frozen=True, slots=True)
class RelationView:
    """What a contact has to do with something: how, since when, how often, and by which event last."""

    id: UUID
    kind: str
    target_kind: str
    target_key: str
    name: str
    times: int
    valid_from: datetime
    last_at: datetime
    valid_to: datetime | None
    event_id: UUID | None

    @property
    def words(self) -> str:
        return self.kind.replace("_", " ")

    @property
    def target_label(self) -> str:
        return "page" if self.target_kind == "url" else self.target_kind


def list_relations(
    *, tenant_id: UUID, contact_ids: Sequence[UUID], limit: int = 50, target_kind: str = ""
) -> list[RelationView]:
    """The latest first; with `target_kind` those to companies, products, … alone."""
    with tenant_scope(tenant_id):
        rows = ContactRelation.objects.filter(contact_id__in=contact_ids).order_by("-last_at", "-id")
        rows = rows.filter(target_kind=target_kind) if target_kind else rows
        rows = rows[:limit]
        return [
            RelationView(
                row.id,
                row.kind,
                row.target_kind,
                row.target_key,
                row.name,
                row.times,
                row.valid_from,
                row.last_at,
                row.valid_to,
                row.event_id,
            )
            for row in rows
        ]

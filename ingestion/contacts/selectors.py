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


_COLUMNS = (  # a ContactView's, in its order
    *("id", "name", "email", "phone", "external_id"),
    *("is_anonymous", "created_at", "last_seen_at", "merged_into_id"),
)
LOOKED_AT = 5_000  # contacts, for words, before all are


def _views(rows: QuerySet[Contact]) -> list[ContactView]:
    """(A model of each would cost more than all else.)"""
    return [ContactView(*row) for row in rows.values_list(*_COLUMNS)]


def get_contact(*, tenant_id: UUID, contact_id: UUID) -> ContactView:
    """Raises ContactNotFound."""
    with tenant_scope(tenant_id):
        found = _views(Contact.objects.filter(id=contact_id))
    if not found:
        raise ContactNotFound("There is no such contact.")
    return found[0]


def get_contacts(*, tenant_id: UUID, contact_ids: Iterable[UUID]) -> dict[UUID, ContactView]:
    """Those of the ids that exist."""
    with tenant_scope(tenant_id):
        return {each.id: each for each in _views(Contact.objects.filter(id__in=list(contact_ids)))}


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
    wanted = wanted or Wanted()
    with tenant_scope(tenant_id):
        rows = Contact.objects.filter(merged_into=None).order_by("-id")
        rows = rows.filter(id__lt=before) if before is not None else rows
        found = [] if not wanted.text else _among_the_first(rows, wanted, limit)
        return found if len(found) == limit else _views(_matching(rows, wanted)[:limit])


def _among_the_first(rows: QuerySet[Contact], wanted: Wanted, limit: int) -> list[ContactView]:
    """What many have fills a page soon; PostgreSQL would look at every contact before it took the newest."""
    edge = rows.values_list("id", flat=True)[LOOKED_AT : LOOKED_AT + 1].first()
    return _views(_matching(rows.filter(id__gt=edge), wanted)[:limit]) if edge else []


def _matching(rows: QuerySet[Contact], wanted: Wanted) -> QuerySet[Contact]:
    for kind in STRONG:
        if text := getattr(wanted, kind.value):
            rows = rows.filter(id__in=[root_of(each) for each in find_contacts([normalise(kind, text)]).values()])
    if text := wanted.text.strip():
        conditions = [Q(**{f"{column}__icontains": text}) for column in ("name", "email", "external_id")]
        if not any(each.isalpha() for each in text):  # a number has no letters
            conditions.append(Q(phone__contains=text))
        rows = rows.filter(reduce(or_, conditions))
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

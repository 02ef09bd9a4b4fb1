"""Which companies contacts belong to, as the tenant's own systems say (`group` calls, or a company among the traits).
In the caller's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from ingestion.contacts.merging import root_of
from ingestion.models import Contact, ContactRelation

BELONGS_TO, COMPANY = "belongs_to", "company"


@dataclass(frozen=True, slots=True)
class CompanyView:
    """`key`: what the tenant's own systems call it; `name`: what people do, or the key."""

    key: str
    name: str


def companies_of(contact_ids: Sequence[UUID]) -> dict[str, CompanyView]:
    """By their key; those that the contacts belong to now."""
    rows = _belonging().filter(contact_id__in=list(contact_ids)).order_by("target_key", "last_at")
    return {key: CompanyView(key, name or key) for key, name in rows.values_list("target_key", "name")}


def names_of_companies(keys: Sequence[str]) -> dict[str, CompanyView]:
    """By their key; those that somebody belongs to."""
    rows = _belonging().filter(target_key__in=list(keys)).order_by("target_key", "last_at")
    return {key: CompanyView(key, name or key) for key, name in rows.values_list("target_key", "name")}


def contacts_of_company(key: str) -> dict[UUID, tuple[UUID, ...]]:
    """Who belongs to it: whom they are read as, with all of those who are named in it."""
    ids = list(_belonging().filter(target_key=key).order_by("contact_id").values_list("contact_id", flat=True))
    merged = dict(Contact.objects.filter(id__in=ids).exclude(merged_into=None).values_list("id", "merged_into_id"))
    found: dict[UUID, list[UUID]] = {}
    for each in ids:
        root = root_of(each) if each in merged else each
        found.setdefault(root, [root])
        if each != root:
            found[root].append(each)
    return {root: tuple(each) for root, each in found.items()}


def _belonging() -> QuerySet[ContactRelation]:
    return ContactRelation.objects.filter(kind=BELONGS_TO, target_kind=COMPANY, valid_to=None)

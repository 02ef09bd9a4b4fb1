"""What the tenant's own systems say of a contact (traits) as facts, each with the event that said it. A changed trait
supersedes the one before, one that is null takes it back; asked for again, nothing changes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from agents.memory.extraction import Extracted
from agents.memory.predicates import TRAIT
from agents.memory.reconciling import Origin, learn
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from ingestion.incoming.selectors import Description, descriptions
from tenants.actors import SYSTEM
from tenants.context import tenant_scope

EXTRACTOR, VERSION = "traits", 1
_CERTAIN = 1.0
_MOST = 50  # of one event
_LONGEST = 500
_KNOWN = {"email": "email", "phone": "phone", "name": "name", "city": "place"}
_HANDLED_APART = {"firstName", "lastName", "address", "company", "name"}


def remember_traits(*, tenant_id: UUID, contact_id: UUID, event_ids: Sequence[UUID]) -> None:
    """In the order in which they were true; nothing for a contact that is being erased.

    Raises IntegrityError when another one wrote meanwhile: try later.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        try:
            hold_contact(contact_id)
        except ContactNotFound:
            return
        for described in descriptions(tenant_id=tenant_id, contact_id=contact_id, ids=event_ids):
            _remember(contact_id, described)


def _remember(contact_id: UUID, described: Description) -> None:
    origin = Origin(described.occurred_at, EXTRACTOR, VERSION, event_id=described.event_id)
    said = [
        Extracted(predicate, value, 0, 0, _CERTAIN, is_retracted=not value)
        for predicate, value in list(facts_in(described.traits))[:_MOST]
    ]
    learn(contact_id, origin, said, SYSTEM)


def facts_in(traits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Predicate and value of each; "" for one that is taken back. What has no short text is no fact. Pure."""
    if name := _name(traits):
        yield "name", name
    address = traits.get("address")
    if isinstance(address, Mapping) and (city := _text(address.get("city"))):
        yield "place", city
    company = traits.get("company")
    if company_name := _text(company.get("name") if isinstance(company, Mapping) else company):
        yield f"{TRAIT}company", company_name
    for trait, value in traits.items():
        if trait not in _HANDLED_APART and (value is None or _text(value)):
            predicate = _KNOWN.get(trait, f"{TRAIT}{_snake(trait)}"[:60])
            yield predicate, _normalised(predicate, _text(value))


def _name(traits: Mapping[str, Any]) -> str:
    parts = (_text(traits.get("firstName")), _text(traits.get("lastName")))
    return _text(traits.get("name")) or " ".join(part for part in parts if part)


def _text(value: object) -> str:
    """One line; "" for what is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return ", ".join(str(each) for each in value)[:_LONGEST]
    return " ".join(str(value).split())[:_LONGEST] if isinstance(value, str | int | float) else ""


def _normalised(predicate: str, value: str) -> str:
    return value.lower() if predicate == "email" else value


def _snake(trait: str) -> str:
    """lifetimeValue and Lifetime Value are one."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", trait)
    return re.sub(r"\W+", "_", words).strip("_").lower()

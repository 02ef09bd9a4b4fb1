"""What the tenant's own systems say of a contact (traits) as facts: a changed trait supersedes the one before, one that
is null takes it back. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.memory.predicates import TRAIT

CERTAIN = 1.0
_LONGEST = 500
_KNOWN = {"email": "email", "phone": "phone", "name": "name", "city": "place"}
_HANDLED_APART = {"firstName", "lastName", "address", "company", "name"}


def facts_in(traits: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Predicate and value of each; "" for one that is taken back. What has no short text is no fact. Pure."""
    if name := _name(traits):
        yield "name", name
    address = traits.get("address")
    if isinstance(address, Mapping) and (city := plain(address.get("city"))):
        yield "place", city
    company = traits.get("company")
    if company_name := plain(company.get("name") if isinstance(company, Mapping) else company):
        yield f"{TRAIT}company", company_name
    for trait, value in traits.items():
        if trait not in _HANDLED_APART and (value is None or plain(value)):
            predicate = _KNOWN.get(trait, f"{TRAIT}{snake(trait)}"[:60])
            yield predicate, _normalised(predicate, plain(value))


def _name(traits: Mapping[str, Any]) -> str:
    parts = (plain(traits.get("firstName")), plain(traits.get("lastName")))
    return plain(traits.get("name")) or " ".join(part for part in parts if part)


def plain(value: object) -> str:
    """One line; "" for what is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return ", ".join(str(each) for each in value)[:_LONGEST]
    return " ".join(str(value).split())[:_LONGEST] if isinstance(value, str | int | float) else ""


def _normalised(predicate: str, value: str) -> str:
    return value.lower() if predicate == "email" else value


def snake(trait: str) -> str:
    """lifetimeValue and Lifetime Value are one."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", trait)
    return re.sub(r"\W+", "_", words).strip("_").lower()

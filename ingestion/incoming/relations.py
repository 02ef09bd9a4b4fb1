"""What an event says a contact has to do with: a company, a page, a screen, products. Reading is pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urldefrag
from uuid import UUID

from ingestion.models import ContactEvent, ContactRelation

# How shops call what happens to a product: https://segment.com/docs/connections/spec/ecommerce/v2/
_OF_PRODUCTS = (
    (re.compile(r"refund|return|cancel", re.IGNORECASE), "returned"),
    (re.compile(r"order|purchase|bought|checkout completed", re.IGNORECASE), "ordered"),
    (re.compile(r"added|cart|wish", re.IGNORECASE), "considered"),
    (re.compile(r"view|click|seen", re.IGNORECASE), "viewed"),
)
_MOST_PRODUCTS = 50


class Target(NamedTuple):
    """What the contact has to do with, and how; `key` is unique within `kind`."""

    relation: str
    kind: str
    key: str
    name: str


def targets_in(event: ContactEvent) -> list[Target]:
    """Each once."""
    return list(dict.fromkeys([*_companies(event), *_places(event), *_products(event)]))


def _companies(event: ContactEvent) -> Iterator[Target]:
    if company_id := event.who.get("company_id"):
        company = event.properties.get("company") if event.kind == "event" else event.properties
        yield Target("belongs_to", "company", company_id, _name(company))
    company = event.traits.get("company")
    if isinstance(company, Mapping) and (key := _key(company, "id", "name")):
        yield Target("belongs_to", "company", key, _name(company))


def _places(event: ContactEvent) -> Iterator[Target]:
    """Pages by their address, written as in the graph of documents, so that the two meet."""
    url = event.properties.get("url")
    if event.kind == "page" and isinstance(url, str) and (address := urldefrag(url)[0].partition("?")[0].rstrip("/")):
        yield Target("viewed", "url", address[:300], _text(event.properties.get("title")) or event.name)
    if event.kind == "screen" and event.name:
        yield Target("viewed", "screen", event.name, event.name)


def _products(event: ContactEvent) -> Iterator[Target]:
    if event.kind not in {"track", "event"}:
        return
    listed = event.properties.get("products")
    single = event.properties.get("product")
    several = [*(listed if isinstance(listed, list) else []), *([single] if single else []), event.properties]
    for each in several[: _MOST_PRODUCTS + 1]:
        if isinstance(each, Mapping):
            names = ("product_id", "productId", "sku") if each is event.properties else ("product_id", "id", "sku")
            if key := _key(each, *names):
                yield Target(_relation(event.name), "product", key, _name(each))


def _relation(name: str) -> str:
    return next((relation for pattern, relation in _OF_PRODUCTS if pattern.search(name)), "concerned")


def _key(thing: Mapping[str, Any], *names: str) -> str:
    found = (thing.get(name) for name in names)
    return next((str(each).strip()[:300] for each in found if isinstance(each, str | int) and str(each).strip()), "")


def _name(thing: object) -> str:
    return _text(thing.get("name")) if isinstance(thing, Mapping) else ""


def _text(value: object) -> str:
    return value.strip()[:300] if isinstance(value, str) else ""


def note_relations(found: Sequence[tuple[UUID, ContactEvent]]) -> set[UUID]:
    """Write what these events of these contacts say; returns whose relations changed. In the caller's scope and
    transaction, in which no event comes twice."""
    wanted = [(contact_id, event, target) for contact_id, event in found for target in targets_in(event)]
    contacts = {contact_id for contact_id, *_ in wanted}
    if not wanted:
        return set()
    rows = {
        (row.contact_id, row.kind, row.target_kind, row.target_key): row
        for row in ContactRelation.objects.select_for_update().filter(contact_id__in=contacts).order_by("id")
    }
    known = set(rows)
    for contact_id, event, target in wanted:
        key = (contact_id, target.relation, target.kind, target.key)
        rows[key] = _seen(rows[key], event, target) if key in rows else _new(contact_id, event, target)
    touched = {(contact_id, target.relation, target.kind, target.key) for contact_id, _, target in wanted}
    ContactRelation.objects.bulk_create([rows[key] for key in sorted(touched - known)])
    fields = ("name", "times", "valid_from", "last_at", "event")
    ContactRelation.objects.bulk_save([rows[key] for key in sorted(touched & known)], fields)
    return contacts


def _new(contact_id: UUID, event: ContactEvent, target: Target) -> ContactRelation:
    at: datetime = event.occurred_at
    return ContactRelation(
        contact_id=contact_id,
        kind=target.relation,
        target_kind=target.kind,
        target_key=target.key,
        name=target.name,
        valid_from=at,
        last_at=at,
        event=event,
    )


def _seen(row: ContactRelation, event: ContactEvent, target: Target) -> ContactRelation:
    """Once more; events may come in any order."""
    row.times += 1
    row.valid_from = min(row.valid_from, event.occurred_at)
    if event.occurred_at >= row.last_at:
        row.last_at, row.event = event.occurred_at, event
        row.name = target.name or row.name
    return row

"""Reads about what tenants' systems sent of companies, and of what is in orders, for whoever works out what holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from ingestion.models import ContactEvent
from tenants.context import tenant_scope

_COMPANY_KINDS = ("group", "event")  # those that say something of a company
_ORDER_KEYS = ("order_id", "orderId")
_PRODUCT_KEYS = ("product_id", "productId", "id", "sku")


@dataclass(frozen=True, slots=True)
class CompanyEvent:
    """What one event said of a company, whoever of its people it was about."""

    id: UUID
    company_id: str
    traits: dict[str, Any]
    occurred_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """An order that an event names, with its products: key and name."""

    id: UUID
    order_id: str
    products: tuple[tuple[str, str], ...]
    occurred_at: datetime


def list_company_events(*, tenant_id: UUID, company_ids: Sequence[str], limit: int = 200) -> list[CompanyEvent]:
    """The latest, by which the tenant's own ids of companies are found exactly."""
    if not company_ids:
        return []
    with tenant_scope(tenant_id):
        rows = ContactEvent.objects.filter(kind__in=_COMPANY_KINDS, company_id__in=list(company_ids))
        rows = rows.order_by("-occurred_at", "-id")
        return [
            CompanyEvent(row.id, row.company_id, _traits(row), row.occurred_at, row.received_at) for row in rows[:limit]
        ]


def _traits(row: ContactEvent) -> dict[str, Any]:
    company = row.properties.get("company") if row.kind == "event" else row.properties
    return dict(company) if isinstance(company, Mapping) else {}


def list_order_events(*, tenant_id: UUID, contact_ids: Sequence[UUID], limit: int = 100) -> list[OrderEvent]:
    """The latest of these contacts."""
    named = Q(properties__has_any_keys=list(_ORDER_KEYS))
    with tenant_scope(tenant_id):
        rows = ContactEvent.objects.filter(named, contact_id__in=contact_ids, kind__in=("track", "event"))
        found = [_order(row) for row in rows.order_by("-occurred_at", "-id")[:limit]]
    return [each for each in found if each.order_id]


def _order(row: ContactEvent) -> OrderEvent:
    products = row.properties.get("products")
    listed = [each for each in products if isinstance(each, Mapping)] if isinstance(products, list) else []
    return OrderEvent(row.id, _text(row.properties, *_ORDER_KEYS), tuple(_named(listed)), row.occurred_at)


def _named(products: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for each in products[:50]:
        if key := _text(each, *_PRODUCT_KEYS) or _text(each, "name"):
            yield key, _text(each, "name")


def _text(thing: Mapping[str, Any], *names: str) -> str:
    found = (thing.get(name) for name in names)
    return next((str(each).strip()[:300] for each in found if isinstance(each, str | int) and str(each).strip()), "")

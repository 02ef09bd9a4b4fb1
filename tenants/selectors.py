"""Reads about who: what other floors may know of users, tenants and keys, as frozen dataclasses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from tenants.attachments import NO_FILES, AttachmentRules, read_attachment_rules
from tenants.consent import ConsentText, read_consent
from tenants.errors import UnknownWidgetKey
from tenants.keys import is_well_formed
from tenants.models import Membership, Role, Tenant, WidgetKey
from tenants.proactive import NOTHING, ProactiveMessages, read_proactive
from tenants.retention import Retention

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class TenantView:
    id: UUID
    name: str
    slug: str
    time_zone: str
    locale: str
    currency: str
    retention: Retention
    deletion_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class MembershipView:
    tenant: TenantView
    role: str


@dataclass(frozen=True, slots=True)
class MemberView:
    user_id: UUID
    email: str
    name: str
    role: str
    role_label: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class WidgetKeyView:
    id: UUID
    tenant_id: UUID
    agent_id: UUID
    key: str
    allowed_origins: tuple[str, ...]
    is_revoked: bool
    requires_identity: bool = False
    visitor_day_tokens: int | None = None
    visitor_day_micros: int | None = None
    proactive: ProactiveMessages = NOTHING
    consent: ConsentText | None = None
    attachments: AttachmentRules = NO_FILES
    requires_proof: bool = False


def _tenant_view(row: Tenant) -> TenantView:
    return TenantView(
        row.id,
        row.name,
        row.slug,
        row.time_zone,
        row.locale,
        row.currency,
        Retention.of(row.retention),
        row.deletion_due_at,
    )


def _key_view(row: WidgetKey) -> WidgetKeyView:
    return WidgetKeyView(
        row.id,
        row.tenant_id,
        row.agent_id,
        row.key,
        tuple(row.allowed_origins),
        row.revoked_at is not None,
        row.requires_identity,
        row.visitor_day_tokens,
        row.visitor_day_micros,
        read_proactive(row.proactive),
        read_consent(row),
        read_attachment_rules(row.attachments),
        row.requires_proof,
    )


@dataclass(slots=True)
class _Known:
    """What was read of the company already; `kept` by what was read."""

    tenant: TenantView
    kept: dict[Callable[[UUID], Any], Any] = field(default_factory=dict)


_known: ContextVar[_Known | None] = ContextVar("rapport_known_tenant", default=None)


@contextmanager
def knowing(tenant: TenantView | None) -> Iterator[None]:
    """Within it `get_tenant` does not read this one again, nor does what is `read_once` read more than once: for what
    is short and only reads. None: they do."""
    token = _known.set(_Known(tenant) if tenant else None)
    try:
        yield
    finally:
        _known.reset(token)


def get_tenant(tenant_id: UUID) -> TenantView:
    """Raises Tenant.DoesNotExist."""
    if known := _known_of(tenant_id):
        return known.tenant
    return _tenant_view(Tenant.objects.get(id=tenant_id))


def read_once(read: Callable[[UUID], Kept], tenant_id: UUID) -> Kept:
    """What `read`, a function of a module, says of the company; what it said before while the company is known."""
    known = _known_of(tenant_id)
    if known is None:
        return read(tenant_id)
    if read not in known.kept:
        known.kept[read] = read(tenant_id)
    kept: Kept = known.kept[read]
    return kept


def _known_of(tenant_id: UUID) -> _Known | None:
    known = _known.get()
    return known if known and known.tenant.id == tenant_id else None


def list_memberships(user_id: UUID) -> list[MembershipView]:
    """The user's tenants, oldest first."""
    rows = Membership.objects.filter(user_id=user_id).select_related("tenant").order_by("created_at")
    return [MembershipView(_tenant_view(row.tenant), row.role) for row in rows]


def list_members(tenant_id: UUID) -> list[MemberView]:
    """Who is in the tenant, first comers first."""
    return list(read_once(_members, tenant_id))


def _members(tenant_id: UUID) -> list[MemberView]:
    rows = Membership.objects.filter(tenant_id=tenant_id).order_by("created_at")
    return [
        MemberView(user_id, email, name, role, Role(role).label, joined_at)
        for user_id, email, name, role, joined_at in rows.values_list(
            "user_id", "user__email", "user__name", "role", "created_at"
        )
    ]


def list_widget_keys(tenant_id: UUID) -> list[WidgetKeyView]:
    rows = WidgetKey.objects.filter(tenant_id=tenant_id, revoked_at=None).order_by("created_at")
    return [_key_view(row) for row in rows]


def find_widget_key(key: str) -> WidgetKeyView:
    """The live key. Raises UnknownWidgetKey when it is malformed, unknown or revoked, or its company ends."""
    row = _live_widget_keys().filter(key=key).first() if is_well_formed(key) else None
    if row is None:
        raise UnknownWidgetKey(
            "This widget key is unknown or revoked. Copy the current one from the dashboard's Widget page.",
            param="key",
        )
    return _key_view(row)


def get_live_widget_key(*, tenant_id: UUID, key_id: UUID) -> WidgetKeyView | None:
    """None for a key that is unknown, revoked or another tenant's, or whose company is being deleted."""
    row = _live_widget_keys().filter(id=key_id, tenant_id=tenant_id).first()
    return _key_view(row) if row else None


def _live_widget_keys() -> QuerySet[WidgetKey]:
    return WidgetKey.objects.filter(revoked_at=None, tenant__deletion_due_at=None)


def list_tenant_ids() -> list[UUID]:
    """Every tenant, oldest first: for upkeep that opens each one's scope in turn."""
    return list(Tenant.objects.order_by("created_at").values_list("id", flat=True))

"""Writes about tenants, members and publishable keys."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from rapport.ids import Prefix, encode, new_id
from tenants.actors import Actor, user_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import InvalidTenant
from tenants.keys import make_publishable_key
from tenants.models import Membership, Role, Tenant, User, WidgetKey
from tenants.origins import normalise_origin


@transaction.atomic
def create_tenant(*, name: str, owner_id: UUID, locale: str = "en") -> UUID:
    """A new tenant with its owner. Returns the tenant's id."""
    tenant = Tenant.objects.create(name=name.strip(), slug=_free_slug(name), locale=locale)
    Membership.objects.create(tenant=tenant, user_id=owner_id, role=Role.OWNER)
    with tenant_scope(tenant.id):
        record_audit(
            actor=user_actor(owner_id),
            action="tenant.created",
            subject=encode(Prefix.TENANT, tenant.id),
            after={"name": tenant.name, "owner": encode(Prefix.USER, owner_id)},
        )
    return tenant.id


def _free_slug(name: str) -> str:
    base = slugify(name)[:48] or "company"
    if not Tenant.objects.filter(slug=base).exists():
        return base
    return f"{base}-{new_id().hex[-8:]}"


@transaction.atomic
def create_widget_key(*, tenant_id: UUID, agent_id: UUID, allowed_origins: list[str], actor: Actor) -> UUID:
    """A publishable key for one agent. Raises InvalidOrigin for an origin that is not scheme://host[:port]."""
    origins = sorted({normalise_origin(origin) for origin in allowed_origins})
    row = WidgetKey.objects.create(
        tenant_id=tenant_id, agent_id=agent_id, key=make_publishable_key(), allowed_origins=origins
    )
    with tenant_scope(tenant_id):
        record_audit(
            actor=actor,
            action="widget_key.created",
            subject=encode(Prefix.WIDGET_KEY, row.id),
            after={"agent": encode(Prefix.AGENT, agent_id), "allowed_origins": origins},
        )
    return row.id


@transaction.atomic
def set_allowed_origins(*, tenant_id: UUID, key_id: UUID, allowed_origins: list[str], actor: Actor) -> None:
    """Replace a key's origins. Raises InvalidOrigin; WidgetKey.DoesNotExist for another tenant's key."""
    row = WidgetKey.objects.select_for_update().get(tenant_id=tenant_id, id=key_id)
    before, row.allowed_origins = (
        row.allowed_origins,
        sorted({normalise_origin(origin) for origin in allowed_origins}),
    )
    row.save(update_fields=["allowed_origins"])
    with tenant_scope(tenant_id):
        record_audit(
            actor=actor,
            action="widget_key.origins_changed",
            subject=encode(Prefix.WIDGET_KEY, row.id),
            before={"allowed_origins": before},
            after={"allowed_origins": row.allowed_origins},
        )


@dataclass(frozen=True, slots=True)
class WidgetRules:
    """Who may chat, and what a visitor may spend in a day (None: no limit; micros as in billing). `requires_proof`: a
    new anonymous visitor's browser computes for a moment first."""

    requires_identity: bool
    visitor_day_tokens: int | None
    visitor_day_micros: int | None
    requires_proof: bool = False


@transaction.atomic
def set_widget_rules(*, tenant_id: UUID, key_id: UUID, rules: WidgetRules, actor: Actor) -> None:
    """Holds from the next call on. Raises WidgetKey.DoesNotExist for another tenant's key."""
    row = WidgetKey.objects.select_for_update().get(tenant_id=tenant_id, id=key_id)
    after = asdict(rules)
    before = {name: getattr(row, name) for name in after}
    WidgetKey.objects.filter(id=row.id).update(**after)
    with tenant_scope(tenant_id):
        subject = encode(Prefix.WIDGET_KEY, row.id)
        record_audit(actor=actor, action="widget_key.rules_changed", subject=subject, before=before, after=after)


@transaction.atomic
def revoke_widget_key(*, tenant_id: UUID, key_id: UUID, actor: Actor) -> None:
    """The key mints no more sessions from now on."""
    alive = WidgetKey.objects.filter(tenant_id=tenant_id, id=key_id, revoked_at=None)
    if alive.update(revoked_at=timezone.now()):
        with tenant_scope(tenant_id):
            record_audit(actor=actor, action="widget_key.revoked", subject=encode(Prefix.WIDGET_KEY, key_id))


def choose_language(*, user_id: UUID, language: str) -> None:
    """In which the person reads the dashboard; empty: as their company. Raises InvalidTenant for an unknown one."""
    if language and language not in dict(settings.LANGUAGES):
        raise InvalidTenant("Choose a language from the list.", param="language")
    User.objects.filter(id=user_id).update(language=language)


def create_user(*, email: str, password: str, name: str = "") -> UUID:
    """A user with a password, unverified. For the demo and for tests; people sign up on the dashboard."""
    return User.objects.create_user(email, password, name=name).id

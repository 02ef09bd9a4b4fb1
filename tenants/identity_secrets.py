"""The secrets with which a tenant's server signs who its visitors are: making, replacing and ending them.

A widget has one, and for a while the one before it, so that a server can change over without a visitor noticing. A
secret is shown once. It is kept encrypted, not hashed, because checking a signature takes the secret itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from rapport.encryption import decrypt, encrypt
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import IdentitySecretNotFound, UnknownWidgetKey
from tenants.keys import IDENTITY, make_key
from tenants.models import IdentitySecret, WidgetKey

GRACE_HOURS = 24


@dataclass(frozen=True, slots=True)
class IdentitySecretView:
    """`kid` is its public id; `expires_at` is set when another has replaced it."""

    id: UUID
    masked: str
    created_at: datetime
    expires_at: datetime | None

    @property
    def kid(self) -> str:
        return encode(Prefix.IDENTITY_SECRET, self.id)


@dataclass(frozen=True, slots=True)
class NewIdentitySecret:
    """`secret` is shown this once."""

    id: UUID
    secret: str

    @property
    def kid(self) -> str:
        return encode(Prefix.IDENTITY_SECRET, self.id)


@dataclass(frozen=True, slots=True)
class LiveSecret:
    """One that signatures are checked with; `secret` never leaves the process."""

    id: UUID
    secret: str

    @property
    def kid(self) -> str:
        return encode(Prefix.IDENTITY_SECRET, self.id)


def replace_identity_secret(
    *, tenant_id: UUID, widget_key_id: UUID, actor: Actor, grace_hours: float = GRACE_HOURS
) -> NewIdentitySecret:
    """A new secret; the one before is accepted for `grace_hours` more, older ones are over. Raises UnknownWidgetKey."""
    with tenant_scope(tenant_id), transaction.atomic():
        if not WidgetKey.objects.select_for_update().filter(id=widget_key_id, tenant_id=tenant_id).exists():
            raise UnknownWidgetKey("There is no such widget key.")
        now = timezone.now()
        _alive(widget_key_id).exclude(expires_at=None).update(expires_at=now)
        _alive(widget_key_id).filter(expires_at=None).update(expires_at=now + timedelta(hours=grace_hours))
        secret = make_key(IDENTITY)
        row = IdentitySecret.objects.create(widget_key_id=widget_key_id, secret=encrypt(secret), hint=secret[-4:])
        details = {"widget_key": encode(Prefix.WIDGET_KEY, widget_key_id)}
        record_audit(actor=actor, action="identity_secret.created", subject=_public(row.id), details=details)
    return NewIdentitySecret(row.id, secret)


def revoke_identity_secret(*, tenant_id: UUID, secret_id: UUID, actor: Actor) -> None:
    """From now on it proves nothing, and the sessions that it opened are over. Raises IdentitySecretNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        rows = IdentitySecret.objects.filter(id=secret_id)
        if not rows.exists():
            raise IdentitySecretNotFound("There is no such secret.")
        now = timezone.now()
        if rows.filter(Q(expires_at=None) | Q(expires_at__gt=now)).update(expires_at=now):
            record_audit(actor=actor, action="identity_secret.revoked", subject=_public(secret_id))


def list_identity_secrets(*, tenant_id: UUID, widget_key_id: UUID) -> list[IdentitySecretView]:
    """Those that are accepted, newest first: at most two."""
    with tenant_scope(tenant_id):
        rows = _alive(widget_key_id).order_by("-id")
        return [IdentitySecretView(row.id, f"{IDENTITY}…{row.hint}", row.created_at, row.expires_at) for row in rows]


def live_identity_secrets(*, tenant_id: UUID, widget_key_id: UUID) -> list[LiveSecret]:
    """For checking signatures, newest first."""
    with tenant_scope(tenant_id):
        return [LiveSecret(row.id, decrypt(row.secret)) for row in _alive(widget_key_id).order_by("-id")]


def is_identity_secret_live(*, tenant_id: UUID, secret_id: UUID) -> bool:
    """False for one that is over, unknown or another tenant's."""
    with tenant_scope(tenant_id):
        now = timezone.now()
        return IdentitySecret.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), id=secret_id).exists()


def _alive(widget_key_id: UUID) -> QuerySet[IdentitySecret]:
    rows = IdentitySecret.objects.filter(widget_key_id=widget_key_id)
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


def _public(secret_id: UUID) -> str:
    return encode(Prefix.IDENTITY_SECRET, secret_id)

"""A company's provider: where it is, what it knows us by, and what becomes of whom it sends."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from rapport import encryption
from rapport.ids import Prefix, encode
from rapport.oidc import check_issuer, discover
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import InvalidSignOn
from tenants.models import Role, SignOn, SignOnDomain

JOINING_ROLES = tuple(each for each in Role if each != Role.OWNER)  # nobody becomes an owner by signing in


@dataclass(frozen=True, slots=True)
class SignOnView:
    """What may be shown; never the secret."""

    id: UUID
    issuer: str
    client_id: str
    default_role: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class SignOnSettings:
    """`client_secret`: "" keeps the one that is there."""

    issuer: str
    client_id: str
    client_secret: str
    default_role: str
    is_required: bool


def save_sign_on(*, tenant_id: UUID, wanted: SignOnSettings, actor: Actor) -> UUID:
    """Asks the provider who it is before anything is written. Raises InvalidSignOn, ProviderMisbehaves, and what
    `OutboundClient.fetch` raises."""
    checked = _checked(wanted)
    discover(str(checked["issuer"]))
    with tenant_scope(tenant_id), transaction.atomic():
        row = SignOn.objects.select_for_update().filter(tenant_id=tenant_id).first() or SignOn(tenant_id=tenant_id)
        if wanted.client_secret:
            row.client_secret = encryption.encrypt(wanted.client_secret)
        if not row.client_secret:
            raise InvalidSignOn("Enter the secret that the provider gave you.", param="client_secret")
        if wanted.is_required and not _has_verified_domain(tenant_id):
            raise InvalidSignOn("Verify a domain first: else nobody could sign in.", param="is_required")
        before = {name: getattr(row, name) for name in checked}
        for name, value in checked.items():
            setattr(row, name, value)
        row.save()
        record_audit(
            actor=actor,
            action="sign_on.saved",
            subject=encode(Prefix.SIGN_ON, row.id),
            before=before,
            after=checked,
            details={"has_new_secret": bool(wanted.client_secret)},
        )
    return row.id


def remove_sign_on(*, tenant_id: UUID, actor: Actor) -> None:
    """People sign in as they did before; nothing happens where there was none."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = SignOn.objects.select_for_update().filter(tenant_id=tenant_id).first()
        if row is not None:
            subject = encode(Prefix.SIGN_ON, row.id)
            record_audit(actor=actor, action="sign_on.removed", subject=subject, before={"issuer": row.issuer})
            row.delete()


def get_sign_on(tenant_id: UUID) -> SignOnView | None:
    row = SignOn.objects.filter(tenant_id=tenant_id).first()
    return SignOnView(row.id, row.issuer, row.client_id, row.default_role, row.is_required) if row else None


def _checked(wanted: SignOnSettings) -> dict[str, str | bool]:
    client_id = wanted.client_id.strip()
    if not 0 < len(client_id) <= 200:
        raise InvalidSignOn("Enter the client id that the provider gave you.", param="client_id")
    if wanted.default_role not in JOINING_ROLES:
        raise InvalidSignOn(f"Choose a role: {', '.join(JOINING_ROLES)}.", param="default_role")
    return {
        "issuer": check_issuer(wanted.issuer),
        "client_id": client_id,
        "default_role": wanted.default_role,
        "is_required": wanted.is_required,
    }


def _has_verified_domain(tenant_id: UUID) -> bool:
    return SignOnDomain.objects.filter(tenant_id=tenant_id).exclude(verified_at=None).exists()

"""Who is in a company: invitations, roles, leaving. There is always an owner: the service asks, PostgreSQL insists."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from rapport.config import get_config
from rapport.emails import is_email
from rapport.errors import PermissionDenied
from rapport.ids import Prefix, encode
from rapport.ratelimits.buckets import Limit
from tenants.actors import Actor, user_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import InvalidMember, InvitationNotFound, LastOwner, MemberNotFound
from tenants.mail import Mail, Reader, reading_language, send_each
from tenants.models import Invitation, Membership, Role, SignOnIdentity, Tenant, User
from tenants.permissions import roles_for
from tenants.seats import require_seat_to_invite, require_seat_to_join

VALID = timedelta(days=7)
INVITATIONS = Limit("invitations", per_minute=10, burst=20)  # per person who invites
MOST_OPEN = 50  # invitations of one tenant that wait for an answer

SUBJECT = gettext_noop("{company} invites you to Rapport")
MESSAGE = gettext_noop("""\
{inviter} invites you to join {company} on Rapport, as {role}.

Open this address within seven days, and sign in or create an account with this e-mail address:

{url}

If you do not know {company}, you need not do anything.
""")


@dataclass(frozen=True, slots=True)
class InvitationView:
    """`is_open`: it can be accepted now."""

    id: UUID
    tenant_id: UUID
    company: str
    email: str
    role: str
    role_label: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    is_open: bool


def invite_member(
    *, tenant_id: UUID, email: str, role: str, inviter_id: UUID, inviter_role: str, actor: Actor | None = None
) -> UUID:
    """Ask someone by mail; an open invitation to the same address is replaced. `actor`: a key of the inviter's.

    Raises InvalidMember, PermissionDenied, NoSeatLeft.
    """
    email, wanted = _checked_email(email), _checked_role(role, roles_for(inviter_role))
    with tenant_scope(tenant_id), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(id=tenant_id)
        if Membership.objects.filter(tenant=tenant, user__email__iexact=email).exists():
            raise InvalidMember(f"{email} is in the company already.", param="email")
        unanswered = _unanswered().filter(tenant=tenant)
        unanswered.filter(email=email).update(revoked_at=timezone.now())
        if unanswered.filter(expires_at__gt=timezone.now()).count() >= MOST_OPEN:
            raise InvalidMember(f"{MOST_OPEN} invitations wait for an answer. Withdraw one first.", param="email")
        require_seat_to_invite(tenant_id)
        token = secrets.token_urlsafe(32)
        row = Invitation.objects.create(
            tenant=tenant,
            email=email,
            role=wanted,
            digest=_digest(token),
            invited_by_id=inviter_id,
            expires_at=timezone.now() + VALID,
        )
        record_audit(
            actor=actor or user_actor(inviter_id),
            action="invitation.created",
            subject=encode(Prefix.INVITATION, row.id),
            after={"role": wanted},
        )
        transaction.on_commit(lambda: _mail(_view(row), token, tenant.locale))
    return row.id


def _mail(invitation: InvitationView, token: str, language: str) -> None:
    company = invitation.company

    def write() -> Mail:
        text = gettext(MESSAGE).format(
            company=company,
            inviter=invitation.invited_by or company,
            role=gettext(invitation.role_label.lower()),
            url=f"{get_config().public_url}/invitations/{token}/",
        )
        return Mail(gettext(SUBJECT).format(company=company), text)

    send_each([Reader(invitation.email, reading_language(language))], write, fail_silently=False)


def withdraw_invitation(*, tenant_id: UUID, invitation_id: UUID, actor: Actor) -> None:
    """Its link opens nothing any more. Raises InvitationNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        if not _unanswered().filter(tenant_id=tenant_id, id=invitation_id).update(revoked_at=timezone.now()):
            raise InvitationNotFound("There is no such invitation, or it was answered already.")
        record_audit(actor=actor, action="invitation.withdrawn", subject=encode(Prefix.INVITATION, invitation_id))


def find_invitation(token: str) -> InvitationView:
    """The invitation that this link is for. Raises InvitationNotFound, also when it is over."""
    row = Invitation.objects.select_related("tenant", "invited_by").filter(digest=_digest(token)).first()
    if row is None or not _is_open(row):
        raise InvitationNotFound("This invitation is over or was withdrawn. Ask whoever invited you for another one.")
    return _view(row)


def list_invitations(tenant_id: UUID) -> list[InvitationView]:
    """Those that wait for an answer, or would if they were not too old; newest first."""
    rows = _unanswered().filter(tenant_id=tenant_id)
    return [_view(row) for row in rows.select_related("tenant", "invited_by").order_by("-created_at")]


def invitations_to(emails: Sequence[str]) -> list[InvitationView]:
    """Open ones to these addresses, which the caller knows to be the person's own."""
    rows = _unanswered().filter(email__in=[each.lower() for each in emails])
    found = rows.filter(expires_at__gt=timezone.now()).select_related("tenant", "invited_by")
    return [_view(row) for row in found.order_by("-created_at")]


def accept_invitation(*, invitation_id: UUID, user_id: UUID, emails: Sequence[str]) -> UUID:
    """Join. `emails`: the person's verified addresses, of which the invitation must be to one. Returns the tenant's id.

    Once only: of two that accept at the same time one joins. Raises InvitationNotFound, PermissionDenied, NoSeatLeft.
    """
    with transaction.atomic():
        asked = Invitation.objects.filter(id=invitation_id).values("tenant_id")
        Tenant.objects.select_for_update().filter(id__in=asked).first()  # who invites locks it before an invitation
        row = Invitation.objects.select_for_update().filter(id=invitation_id).first()
        if row is None or not _is_open(row):
            raise InvitationNotFound("This invitation is over or was withdrawn. Ask for another one.")
        if row.email not in {each.lower() for each in emails}:
            raise PermissionDenied(f"This invitation is for {row.email}. Sign in with an account of this address.")
        with tenant_scope(row.tenant_id):
            require_seat_to_join(row.tenant_id, user_id)
            Membership.objects.get_or_create(tenant_id=row.tenant_id, user_id=user_id, defaults={"role": row.role})
            row.accepted_at = timezone.now()
            row.save(update_fields=["accepted_at"])
            record_audit(
                actor=user_actor(user_id),
                action="member.joined",
                subject=encode(Prefix.USER, user_id),
                details={"invitation": encode(Prefix.INVITATION, row.id)},
                after={"role": row.role},
            )
    return row.tenant_id


def change_role(*, tenant_id: UUID, user_id: UUID, role: str, actor: Actor, actor_role: str) -> None:
    """Raises MemberNotFound, InvalidMember, PermissionDenied, LastOwner."""
    possible = roles_for(actor_role)
    wanted = _checked_role(role, possible)
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(tenant_id, user_id)
        if row.role not in possible:
            raise PermissionDenied("Only an owner changes what an owner may do.")
        if row.role == Role.OWNER and wanted != Role.OWNER:
            _refuse_last_owner(row)
        before, row.role = row.role, wanted
        row.save(update_fields=["role"])
        record_audit(
            actor=actor,
            action="member.role_changed",
            subject=encode(Prefix.USER, user_id),
            before={"role": before},
            after={"role": wanted},
        )


def remove_member(*, tenant_id: UUID, user_id: UUID, actor: Actor, actor_role: str) -> None:
    """Someone goes, or is made to go; everybody may go. Raises MemberNotFound, PermissionDenied, LastOwner."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(tenant_id, user_id)
        if actor.id != user_id and row.role not in roles_for(actor_role):
            raise PermissionDenied("Your role does not allow you to remove this person.")
        if row.role == Role.OWNER:
            _refuse_last_owner(row)
        role = row.role
        row.delete()
        SignOnIdentity.objects.filter(tenant_id=tenant_id, user_id=user_id).delete()
        subject = encode(Prefix.USER, user_id)
        record_audit(actor=actor, action="member.removed", subject=subject, before={"role": role})


def concerns_owners(*, tenant_id: UUID, role: str = "", user_id: UUID | None = None) -> bool:
    """True when giving this role, or changing what this person is, changes who the owners are."""
    if role == Role.OWNER or user_id is None:
        return role == Role.OWNER
    return Membership.objects.filter(tenant_id=tenant_id, user_id=user_id, role=Role.OWNER).exists()


def _locked(tenant_id: UUID, user_id: UUID) -> Membership:
    """The company's row first: two who change its people wait for each other."""
    Tenant.objects.select_for_update().get(id=tenant_id)
    row = Membership.objects.select_for_update().filter(tenant_id=tenant_id, user_id=user_id).first()
    if row is None:
        raise MemberNotFound("There is no such person in this company.")
    return row


def _refuse_last_owner(row: Membership) -> None:
    others = Membership.objects.filter(tenant_id=row.tenant_id, role=Role.OWNER).exclude(id=row.id)
    if not others.exists():
        raise LastOwner("A company needs an owner. Make someone else an owner first.")


def _unanswered() -> QuerySet[Invitation]:
    """Neither accepted nor withdrawn; perhaps too old."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None)


def _is_open(row: Invitation) -> bool:
    return row.accepted_at is None and row.revoked_at is None and row.expires_at > timezone.now()


def _checked_email(email: str) -> str:
    email = email.strip().lower()
    if len(email) > 254 or not is_email(email):
        raise InvalidMember("Enter an e-mail address, for example ada@example.com.", param="email")
    return email


def _checked_role(role: str, possible: Sequence[Role]) -> str:
    if role not in Role.values:
        raise InvalidMember(f"Choose a role: {', '.join(Role.values)}.", param="role")
    if role not in possible:
        raise PermissionDenied("Your role does not allow you to give this one.")
    return role


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _view(row: Invitation) -> InvitationView:
    inviter: User | None = row.invited_by
    return InvitationView(
        row.id,
        row.tenant_id,
        row.tenant.name,
        row.email,
        row.role,
        Role(row.role).label,
        (inviter.name or inviter.email) if inviter else "",
        row.created_at,
        row.expires_at,
        _is_open(row),
    )

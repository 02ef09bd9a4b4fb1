"""Letting someone in whom a company's provider vouches for: who that is here, and what they may do."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from rapport.ids import Prefix, encode
from rapport.oidc import Person
from tenants.actors import user_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import SignOnRefused
from tenants.models import Membership, SignOnDomain, SignOnIdentity, Tenant, User
from tenants.seats import require_seat_to_join
from tenants.sign_on.connections import Connection
from tenants.sign_on.domains import domain_of


def admit(connection: Connection, person: Person) -> UUID:
    """The person's account here, made when there is none; a member of the company from now on.

    Raises SignOnRefused, NoSeatLeft.
    """
    with transaction.atomic():
        Tenant.objects.select_for_update().get(id=connection.tenant_id)  # two who come first wait for each other
        _check_address(connection, person)
        user = _known(connection, person) or _by_address(connection, person)
        if not user.is_active:
            raise SignOnRefused("This account was closed.")
        _join(connection, user)
    return user.id


def recognise(connection: Connection, person: Person) -> UUID | None:
    """Whose account this person has used before; nothing is written."""
    user = _known(connection, person)
    return user.id if user else None


def _check_address(connection: Connection, person: Person) -> None:
    if not person.email or not person.is_email_verified:
        raise SignOnRefused(
            f"{connection.company}'s provider does not say that your e-mail address is verified. Ask whoever runs it."
        )
    verified = SignOnDomain.objects.filter(tenant_id=connection.tenant_id).exclude(verified_at=None)
    if not verified.filter(domain=domain_of(person.email)).exists():
        raise SignOnRefused(f"{person.email} does not belong to a domain of {connection.company}.")


def _known(connection: Connection, person: Person) -> User | None:
    found = SignOnIdentity.objects.filter(
        tenant_id=connection.tenant_id, issuer=connection.issuer, subject=person.subject
    )
    row = found.select_related("user").first()
    return row.user if row else None


def _by_address(connection: Connection, person: Person) -> User:
    """The account of the address. The company owns the domain, so it may say whose the address is."""
    user = _owner_of(person.email) or _new_user(person)
    others = SignOnIdentity.objects.filter(tenant_id=connection.tenant_id, issuer=connection.issuer, user=user)
    if others.exists():
        raise SignOnRefused(
            f"{person.email} was somebody else's at {connection.company}'s provider before. An owner can remove that "
            "person on the page Members; then sign in again."
        )
    SignOnIdentity.objects.create(
        tenant_id=connection.tenant_id, issuer=connection.issuer, subject=person.subject, user=user
    )
    return user


def _owner_of(email: str) -> User | None:
    """Who has shown that the address is theirs; else whoever signed up with it and never did. That one loses the
    password: it may be a stranger's, set to get into an account that somebody else would use one day."""
    shown = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if shown is not None:
        return User.objects.get(id=shown.user_id)
    EmailAddress.objects.filter(email__iexact=email).delete()
    claimed = User.objects.select_for_update().filter(email__iexact=email).first()
    if claimed is None:
        return None
    if EmailAddress.objects.filter(user_id=claimed.id, verified=True).exists():
        raise SignOnRefused(f"{email} is named by an account of another address. Write to us.")
    claimed.set_unusable_password()
    claimed.save(update_fields=["password"])
    _verify(claimed, email)
    return claimed


def _new_user(person: Person) -> User:
    user = User.objects.create_user(person.email, None, name=person.name)
    _verify(user, person.email)
    return user


def _verify(user: User, email: str) -> None:
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


def _join(connection: Connection, user: User) -> None:
    with tenant_scope(connection.tenant_id):
        require_seat_to_join(connection.tenant_id, user.id)
        _, is_new = Membership.objects.get_or_create(
            tenant_id=connection.tenant_id, user=user, defaults={"role": connection.default_role}
        )
        if is_new:
            record_audit(
                actor=user_actor(user.id),
                action="member.joined",
                subject=encode(Prefix.USER, user.id),
                details={"sign_on": encode(Prefix.SIGN_ON, connection.id)},
                after={"role": connection.default_role},
            )

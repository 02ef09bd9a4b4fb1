"""Which company's provider an address leads to, and of whom a company demands that they come that way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from rapport import encryption
from tenants.errors import SignOnNotFound
from tenants.models import Membership, Role, SignOn, SignOnDomain, SignOnIdentity
from tenants.sign_on.domains import domain_of


@dataclass(frozen=True, slots=True)
class Connection:
    """A company's provider, as it is spoken to; the secret is in the clear here and nowhere else."""

    id: UUID
    tenant_id: UUID
    company: str
    issuer: str
    client_id: str
    default_role: str
    client_secret: str = field(repr=False)


def find_connection(email: str) -> Connection | None:
    """Of the company that has verified the address' domain; of a company that is being deleted: none."""
    domains = SignOnDomain.objects.filter(domain=domain_of(email)).exclude(verified_at=None)
    row = _rows().filter(tenant_id__in=domains.values("tenant_id")).first()
    return _connection(row) if row else None


def get_connection(tenant_id: UUID) -> Connection:
    """Raises SignOnNotFound."""
    row = _rows().filter(tenant_id=tenant_id).first()
    if row is None:
        raise SignOnNotFound("This company does not sign its people in here any more. Ask its owner.")
    return _connection(row)


def connection_of_member(user_id: UUID) -> Connection | None:
    """By which this person has signed in before, and can again."""
    linked = SignOnIdentity.objects.filter(user_id=user_id, tenant__memberships__user_id=user_id)
    row = _rows().filter(tenant_id__in=linked.values("tenant_id")).first()
    return _connection(row) if row else None


def demanded_of(*, user_id: UUID, emails: Sequence[str]) -> Connection | None:
    """The company that insists on its own sign-in for this person; never of an owner, so that nobody is locked out."""
    domains = {domain_of(each) for each in emails}
    verified = SignOnDomain.objects.filter(domain__in=domains).exclude(verified_at=None)
    bound = Membership.objects.filter(user_id=user_id, tenant_id__in=verified.values("tenant_id"))
    row = _rows().filter(is_required=True, tenant_id__in=bound.exclude(role=Role.OWNER).values("tenant_id")).first()
    return _connection(row) if row else None


def _rows() -> QuerySet[SignOn]:
    return SignOn.objects.filter(tenant__deletion_due_at=None).select_related("tenant").order_by("created_at")


def _connection(row: SignOn) -> Connection:
    return Connection(
        row.id,
        row.tenant_id,
        row.tenant.name,
        row.issuer,
        row.client_id,
        row.default_role,
        encryption.decrypt(row.client_secret),
    )


def people_bound_by(tenant_id: UUID) -> list[UUID]:
    """Members who must come by the company's own sign-in, when it is required: all of its domains but owners."""
    rows = Membership.objects.filter(tenant_id=tenant_id).exclude(role=Role.OWNER).select_related("user")
    verified = SignOnDomain.objects.filter(tenant_id=tenant_id).exclude(verified_at=None)
    domains = set(verified.values_list("domain", flat=True))
    return [row.user_id for row in rows if domain_of(row.user.email) in domains]

"""A company's mail domains: claimed by name, believed once a TXT record shows that they are the company's own."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from rapport.dns import txt_records
from rapport.emails import is_email
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import InvalidSignOn, SignOnNotFound
from tenants.models import SignOnDomain

MOST_DOMAINS = 20
_LABEL = "_rapport"
_VALUE = "rapport-domain="


@dataclass(frozen=True, slots=True)
class DomainView:
    """`record` and `value`: the TXT record that shows whose the domain is."""

    id: UUID
    domain: str
    record: str
    value: str
    verified_at: datetime | None


def add_domain(*, tenant_id: UUID, domain: str, actor: Actor) -> UUID:
    """Claim a domain; it lets nobody in yet. Raises InvalidSignOn."""
    name = normalise_domain(domain)
    with tenant_scope(tenant_id), transaction.atomic():
        rows = SignOnDomain.objects.filter(tenant_id=tenant_id)
        if rows.filter(domain=name).exists():
            raise InvalidSignOn(f"{name} is in the list already.", param="domain")
        if rows.count() >= MOST_DOMAINS:
            raise InvalidSignOn(f"There are {MOST_DOMAINS} domains already. Remove one first.", param="domain")
        row = SignOnDomain.objects.create(tenant_id=tenant_id, domain=name, token=secrets.token_urlsafe(24))
        _record(actor, "sign_on_domain.added", row)
    return row.id


def verify_domain(*, tenant_id: UUID, domain_id: UUID, actor: Actor) -> None:
    """Look the record up. Raises InvalidSignOn when it is not there (yet), SignOnNotFound, DnsUnavailable."""
    row = _get(tenant_id, domain_id)
    view = _view(row)
    if view.value not in txt_records(view.record):
        raise InvalidSignOn(
            f"There is no TXT record {view.record} with this value yet. New records can take an hour to be seen."
        )
    try:
        with tenant_scope(tenant_id), transaction.atomic():
            SignOnDomain.objects.filter(id=row.id, tenant_id=tenant_id).update(verified_at=timezone.now())
            _record(actor, "sign_on_domain.verified", row)
    except IntegrityError:
        raise InvalidSignOn(f"Another company on Rapport signs its people in by {row.domain}. Write to us.") from None


def remove_domain(*, tenant_id: UUID, domain_id: UUID, actor: Actor) -> None:
    """It lets nobody in any more. Raises SignOnNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _get(tenant_id, domain_id)
        _record(actor, "sign_on_domain.removed", row)
        row.delete()


def list_domains(tenant_id: UUID) -> list[DomainView]:
    return [_view(row) for row in SignOnDomain.objects.filter(tenant_id=tenant_id).order_by("domain")]


def domain_of(email: str) -> str:
    """ "" for what is no address."""
    return email.strip().lower().rpartition("@")[2] if is_email(email.strip()) else ""


def normalise_domain(text: str) -> str:
    """In lower case, and as name servers write it. Raises InvalidSignOn."""
    name = text.strip().lower().removeprefix("@").rstrip(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    labels = name.split(".")
    is_good = len(labels) > 1 and all(each.replace("-", "").isalnum() for each in labels) and not labels[-1].isdigit()
    if not is_good or len(name) > 240:
        raise InvalidSignOn("Enter a domain as it stands behind the @, for example acme.com.", param="domain")
    return name


def _get(tenant_id: UUID, domain_id: UUID) -> SignOnDomain:
    row = SignOnDomain.objects.filter(tenant_id=tenant_id, id=domain_id).first()
    if row is None:
        raise SignOnNotFound("There is no such domain.")
    return row


def _record(actor: Actor, action: str, row: SignOnDomain) -> None:
    record_audit(actor=actor, action=action, subject=encode(Prefix.SIGN_ON, row.id), details={"domain": row.domain})


def _view(row: SignOnDomain) -> DomainView:
    return DomainView(row.id, row.domain, f"{_LABEL}.{row.domain}", f"{_VALUE}{row.token}", row.verified_at)

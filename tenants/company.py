"""The company's own settings: how it is called and addressed, its time, its language, how long it keeps what it has."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from django.conf import settings
from django.core.validators import validate_slug
from django.db import transaction
from django.forms import ValidationError

from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import InvalidTenant
from tenants.models import Tenant
from tenants.retention import Retention

LONGEST_NAME = 120
LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """All of them: what is not to change is said again."""

    name: str
    slug: str
    time_zone: str
    locale: str
    retention: Retention


def update_company(*, tenant_id: UUID, wanted: CompanySettings, actor: Actor) -> None:
    """Raises InvalidTenant, with the field's name."""
    checked = _checked(wanted)
    with tenant_scope(tenant_id), transaction.atomic():
        row = Tenant.objects.select_for_update().get(id=tenant_id)
        if Tenant.objects.filter(slug=checked["slug"]).exclude(id=tenant_id).exists():
            raise InvalidTenant("Another company has this short name. Choose another one.", param="slug")
        changed = {name: value for name, value in checked.items() if getattr(row, name) != value}
        if not changed:
            return
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        record_audit(
            actor=actor,
            action="tenant.updated",
            subject=encode(Prefix.TENANT, tenant_id),
            before=before,
            after=changed,
        )


def _checked(wanted: CompanySettings) -> dict[str, object]:
    name = " ".join(wanted.name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidTenant(f"A company's name has between 1 and {LONGEST_NAME} characters.", param="name")
    if wanted.time_zone not in time_zones():
        raise InvalidTenant("Choose a time zone from the list, for example Europe/Berlin.", param="time_zone")
    if wanted.locale not in dict(settings.LANGUAGES):
        raise InvalidTenant("Choose a language from the list.", param="locale")
    return {
        "name": name,
        "slug": _checked_slug(wanted.slug),
        "time_zone": wanted.time_zone,
        "locale": wanted.locale,
        "retention": wanted.retention.checked().stored(),
    }


def _checked_slug(slug: str) -> str:
    slug = slug.strip().lower()
    try:
        validate_slug(slug)
    except ValidationError:
        slug = ""
    if not 0 < len(slug) <= LONGEST_SLUG:
        raise InvalidTenant(
            f"A short name has between 1 and {LONGEST_SLUG} letters, digits and hyphens, for example acme-tools.",
            param="slug",
        )
    return slug


@cache
def time_zones() -> frozenset[str]:
    """Finding them reads a folder of hundreds of files."""
    return frozenset(available_timezones())

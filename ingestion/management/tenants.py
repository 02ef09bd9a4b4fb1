"""Naming a tenant on the command line: its slug or its UUID."""

from uuid import UUID

from django.core.management.base import CommandError

from tenants.models import Tenant


def chosen_tenants(name: str | None) -> list[UUID]:
    """The named tenant, or all, oldest first. Raises CommandError when there is none of that name."""
    if not name:
        return list(Tenant.objects.order_by("created_at").values_list("id", flat=True))
    found = Tenant.objects.filter(slug=name).values_list("id", flat=True).first() or _by_id(name)
    if found is None:
        raise CommandError(f"There is no tenant called {name!r}: give its slug or its UUID.")
    return [found]


def _by_id(name: str) -> UUID | None:
    try:
        return Tenant.objects.filter(id=UUID(name)).values_list("id", flat=True).first()
    except ValueError:
        return None

"""The scope: outside it nothing is found, inside it only the tenant's own rows are."""

from uuid import UUID

import pytest

from ingestion.models import Contact
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.context import OutsideTenantScope, current_tenant_id, tenant_scope
from tenants.models import AuditEntry, Tenant, User
from tenants.services import create_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[UUID, UUID]:
    owner = User.objects.create_user("owner@acme.example", "correct horse battery")
    return create_tenant(name="Acme", owner_id=owner.id), create_tenant(name="Acme", owner_id=owner.id)


def test_outside_a_scope_a_query_raises(two: tuple[UUID, UUID]) -> None:
    with pytest.raises(OutsideTenantScope):
        AuditEntry.objects.count()


def test_each_tenant_sees_its_own(two: tuple[UUID, UUID]) -> None:
    acme, other = two
    with tenant_scope(acme):
        record_audit(actor=SYSTEM, action="thing.made")
        assert AuditEntry.objects.filter(action="thing.made").count() == 1
    with tenant_scope(other):
        assert not AuditEntry.objects.filter(action="thing.made").exists()


def test_nested_scopes_restore_the_outer_one(two: tuple[UUID, UUID]) -> None:
    acme, other = two
    with tenant_scope(acme):
        with tenant_scope(other):
            assert current_tenant_id() == other
        assert current_tenant_id() == acme
    assert current_tenant_id() is None


def test_a_row_of_another_tenant_cannot_be_written(two: tuple[UUID, UUID]) -> None:
    acme, other = two
    with tenant_scope(acme), pytest.raises(PermissionError):
        AuditEntry.objects.create(tenant_id=other, actor="system", action="thing.made")
    with tenant_scope(acme), pytest.raises(PermissionError):
        AuditEntry.objects.bulk_create([AuditEntry(tenant_id=other, actor="system", action="thing.made")])


def test_a_row_of_another_tenant_cannot_be_changed_or_deleted(two: tuple[UUID, UUID]) -> None:
    acme, other = two
    with tenant_scope(acme):
        contact = Contact.objects.create(name="Ann")
    with tenant_scope(other):
        assert Contact.objects.update(name="stolen") == 0
        assert Contact.objects.all().delete()[0] == 0
    with tenant_scope(acme):
        assert Contact.objects.get().name == contact.name


def test_equal_names_get_different_slugs(two: tuple[UUID, UUID]) -> None:
    assert len(set(Tenant.objects.values_list("slug", flat=True))) == 2

"""Base of every table that holds a tenant's data: the scope filters each query and fills each new row."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models.fields.related_lookups import RelatedExact
from django.db.models.sql.where import AND

from rapport.ids import new_id
from rapport.sql.filtering import PlainManager
from tenants.context import require_tenant_id

Row = TypeVar("Row", bound="TenantModel")


class TenantManager(PlainManager[Row]):
    """Every queryset starts filtered by the open scope; outside one it raises OutsideTenantScope."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Row]:
        """What `.filter(tenant_id=…)` gives: it is in every query, and Django would find out anew what it means."""
        rows = super().get_queryset()
        tenant: Any = rows.model._meta.get_field("tenant")
        column = tenant.get_col(rows.query.get_initial_alias(), tenant)
        rows.query.where.add(RelatedExact(column, require_tenant_id()), AND)
        return rows

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        tenant_id = require_tenant_id()
        rows = list(objs)
        for row in rows:
            row.claim(tenant_id)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_save(self, objs: Sequence[Row], fields: Sequence[str], **same: Any) -> None:
        """Write these fields of rows that exist and that the caller has locked, in one statement; `same`: fields that
        get one value in all of them. (Django's bulk_update says each value in a CASE of its own, which costs more.)"""
        for row in objs:
            for name, value in same.items():
                setattr(row, name, value)
        if objs:
            self.bulk_create(objs, update_conflicts=True, unique_fields=["id"], update_fields=[*fields, *same])


class TenantModel(models.Model):
    """`id` is a UUIDv7; `tenant` is the scope's. Unique constraints of subclasses start with `tenant`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+", editable=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def claim(self, tenant_id: UUID) -> None:
        """Give a new row to the scope's tenant; a row of another tenant raises PermissionError."""
        owner: UUID | None = self.tenant_id
        if owner is None:
            self.tenant_id = tenant_id
        elif owner != tenant_id:
            raise PermissionError(f"{type(self).__name__} belongs to another tenant than the open scope.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.claim(require_tenant_id())
        super().save(*args, **kwargs)

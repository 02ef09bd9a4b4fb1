"""Kinds "table", "webhook", "export": Acme's rows in another tenant's scope, and what leaves the house by itself."""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from rapport.errors import RapportError
from tenants.actors import SYSTEM, user_actor
from tenants.audit import record_audit
from tenants.context import OutsideTenantScope, tenant_scope
from tenants.privacy.archive import write_archive
from tenants.privacy.exporting import request_export
from tenants.privacy.holdings import Company
from tenants.scoped import TenantModel
from tenants.webhooks.catalogue import CATALOGUE
from tenants.webhooks.endpoints import create_webhook
from tenants.webhooks.models import WebhookDelivery
from tests.leaks.asking import undone
from tests.leaks.cells import Cell
from tests.leaks.world import World, has_secret


def tables(world: World) -> Iterator[Cell]:
    for model in apps.get_models():
        if issubclass(model, TenantModel):
            name = model._meta.label
            yield Cell("table", f"{name}: read", "stranger's owner", _read(world, model))
            yield Cell("table", f"{name}: write", "stranger's owner", _write(world, model))
            yield Cell("table", name, "nobody", _outside(world, model))


def _keys(tenant_id: UUID, model: type[TenantModel]) -> list[Any]:
    with tenant_scope(tenant_id):
        return list(model.objects.values_list("pk", flat=True))


def _read(world: World, model: type[TenantModel]) -> str:
    keys = _keys(world.acme, model)
    with tenant_scope(world.other):
        if model.objects.filter(pk__in=keys).exists() or (keys and model.objects.filter(pk=keys[0]).first()):
            return "is found in another tenant's scope"
        if connection.vendor == "postgresql" and keys and _raw(model, keys[0]):
            return "is found by raw SQL in another tenant's scope"
    return ""


def _write(world: World, model: type[TenantModel]) -> str:
    keys = _keys(world.acme, model)
    with undone(), tenant_scope(world.other):
        if keys and _take_over(model, keys, world.other):
            return "can be written in another tenant's scope"
        stolen = model(tenant_id=world.acme)
        try:
            stolen.save()
        except PermissionError:
            return ""
    return "a row of another tenant can be saved"


def _take_over(model: type[TenantModel], keys: list[Any], tenant_id: UUID) -> int:
    try:
        with transaction.atomic():
            return model.objects.filter(pk__in=keys).update(tenant_id=tenant_id)
    except ProgrammingError:  # a table that the app's role only adds to
        return 0


def _raw(model: type[TenantModel], key: Any) -> bool:
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s", [key])
        return cursor.fetchone() is not None


def _outside(world: World, model: type[TenantModel]) -> str:
    try:
        model.objects.count()
    except OutsideTenantScope:
        keys = _keys(world.acme, model)
        is_seen = connection.vendor == "postgresql" and bool(keys) and _raw(model, keys[0])
        return "is found by raw SQL outside any scope" if is_seen else ""
    return "is counted outside any scope"


def webhooks(world: World) -> Iterator[Cell]:
    """Everything that can be told, happening at Acme: only Acme's endpoints are told."""
    actor = user_actor(world.cast.charlie.id)
    with undone():
        create_webhook(
            tenant_id=world.other, url="https://93.184.216.34/", description="", event_types=["*"], actor=actor
        )
        for each in CATALOGUE:
            with tenant_scope(world.acme), transaction.atomic():
                record_audit(actor=SYSTEM, action=each.name, subject="x", details={"name": "quokka"})
            told, theirs = (_told(tenant_id, each.name) for tenant_id in (world.acme, world.other))
            problem = "the stranger is told" if theirs else "" if told else "nobody is told: the cell proves nothing"
            yield Cell("webhook", each.name, "stranger's owner", problem)


def _told(tenant_id: UUID, name: str) -> bool:
    with tenant_scope(tenant_id):
        return WebhookDelivery.objects.filter(event_type=name).exists()


def exports(world: World) -> Iterator[Cell]:
    yield Cell("export", "whole company", "stranger's owner", _archive_leak(world))
    contact = world.id_of("con")
    with undone():
        try:
            request_export(tenant_id=world.other, contact_id=contact, actor=user_actor(world.cast.charlie.id))
            problem = "another company's contact is exported"
        except RapportError as error:
            problem = "" if error.status == 404 else f"answers {error.status}"
    yield Cell("export", "contact", "stranger's owner", problem)


def _archive_leak(world: World) -> str:
    """The stranger's archive holds nothing of Acme's; Acme's own does, else this would prove nothing."""
    with tempfile.TemporaryDirectory() as folder:
        theirs, acmes = (_archive(Path(folder) / str(tenant_id), tenant_id) for tenant_id in (world.other, world.acme))
    if has_secret(theirs):
        return "holds Acme's words"
    return "" if has_secret(acmes) else "Acme's own archive holds nothing: the cell proves nothing"


def _archive(path: Path, tenant_id: UUID) -> str:
    write_archive(path, Company(tenant_id), {}, lambda count: None)
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())

"""Secrets at rest: which column holds one, and how it is kept, by how it is read.

Read again: encrypted. Looked up by what someone shows: a keyed hash. Each app declares its own in `privacy.py`; a test
walks all columns whose names sound like a secret. `rotate_all` writes what is encrypted anew under today's SECRET_KEY.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from rapport import encryption
from tenants.context import tenant_scope
from tenants.scoped import TenantModel
from tenants.selectors import list_tenant_ids

BATCH = 200


@dataclass(frozen=True, slots=True)
class Encrypted:
    """The column is encrypted; with `names`, it is JSON in which these are (texts, or lists of texts)."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hashed:
    """Only a hash is kept; `how` says which."""

    how: str


@dataclass(frozen=True, slots=True)
class NoSecret:
    """It only sounds like one; `what` says what it is."""

    what: str


@dataclass(frozen=True, slots=True)
class Plain:
    """It is one, and is kept as it is; `why`."""

    why: str


Way = Encrypted | Hashed | NoSecret | Plain
_columns: dict[tuple[str, str], Way] = {}


@dataclass(slots=True)
class Rotated:
    """Rows that were written anew, that were under today's key already, and that no known key opens."""

    rotated: int = 0
    current: int = 0
    unreadable: int = 0


def declare_secret(label: str, column: str, way: Way) -> None:
    _columns[label, column] = way


def way_of(label: str, column: str) -> Way | None:
    return _columns.get((label, column))


def encrypted_columns() -> list[tuple[str, str, Encrypted]]:
    return [(label, column, way) for (label, column), way in sorted(_columns.items()) if isinstance(way, Encrypted)]


def rotate_all() -> dict[str, Rotated]:
    """By "table.column". Killed midway, the next call does what is left: what is current is left alone."""
    return {f"{label}.{column}": _rotate(label, column, way) for label, column, way in encrypted_columns()}


def _rotate(label: str, column: str, way: Encrypted) -> Rotated:
    model, total = apps.get_model(label), Rotated()
    if not issubclass(model, TenantModel):
        _rotate_rows(model, column, way, total)
        return total
    for tenant_id in list_tenant_ids():
        _rotate_rows(model, column, way, total, tenant_id)
    return total


def _rotate_rows(
    model: type[models.Model], column: str, way: Encrypted, total: Rotated, tenant_id: UUID | None = None
) -> None:
    after: object = None
    while True:
        with _scope(tenant_id), transaction.atomic():
            rows = model._default_manager.select_for_update(of=("self",)).order_by("pk")
            page = list((rows.filter(pk__gt=after) if after is not None else rows)[:BATCH])
            for row in page:
                _rotate_row(row, column, way, total)
        if not page:
            return
        after = page[-1].pk


def _scope(tenant_id: UUID | None) -> Any:
    from contextlib import nullcontext

    return tenant_scope(tenant_id) if tenant_id else nullcontext()


def _rotate_row(row: models.Model, column: str, way: Encrypted, total: Rotated) -> None:
    value = getattr(row, column)
    try:
        rotated = _rotated(value, way)
    except encryption.SecretUnreadable:
        total.unreadable += 1
        return
    if rotated == value:
        total.current += 1
        return
    setattr(row, column, rotated)
    row.save(update_fields=[column])
    total.rotated += 1


def _rotated(value: Any, way: Encrypted) -> Any:
    """The same under today's key; unchanged when it is under it. Raises SecretUnreadable."""
    if isinstance(value, dict):
        return {name: _rotated(each, way) if name in way.names else each for name, each in value.items()}
    if isinstance(value, list):
        return [_rotated(each, way) for each in value]
    if not value or encryption.is_current(value):
        return value
    return encryption.rotate(value)


def sounding_columns() -> Iterator[tuple[str, str]]:
    """(table, column) of every column whose name sounds like a secret."""
    for model in apps.get_models():
        for each in model._meta.concrete_fields:
            is_text = isinstance(each, models.CharField | models.TextField | models.BinaryField | models.JSONField)
            if is_text and WORDS & set(each.name.split("_")):
                yield model._meta.label, each.name


WORDS = frozenset(
    {"secret", "secrets", "password", "token", "key", "digest", "seed", "credential", "credentials", "recipients"}
)

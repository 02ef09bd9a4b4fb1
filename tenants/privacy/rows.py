"""Rows of a subject in one table: counting, reading and erasing them, some hundred at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models, router, transaction

from tenants.context import tenant_scope
from tenants.privacy.holdings import OfContact, OfTenant, Person, Subject, finder_of, going_with, kind_of, tell_before
from tenants.walls import FORGET

BATCH = 500
Row = dict[str, Any]


def count_rows(model: type[models.Model], subject: Subject) -> int:
    """With those of tables that leave together with it."""
    together = [model, *going_with(model._meta.label)]
    with tenant_scope(subject.tenant_id):
        return sum(rows.count() for each in together for rows in _rows_of(each, subject))


def erase_rows(model: type[models.Model], subject: Subject) -> None:
    """Each batch is a transaction of its own: killed in between, the next call goes on."""
    kind = kind_of(model._meta.label)
    if isinstance(kind, OfTenant) and kind.is_append_only:
        _forget_append_only(model, subject)
        return
    if together := going_with(model._meta.label):
        _erase_together([*together, model], subject)
        return
    while _erase_some(model, subject):
        pass


def _erase_some(model: type[models.Model], subject: Subject) -> bool:
    with tenant_scope(subject.tenant_id), transaction.atomic():
        for rows in _rows_of(model, subject):
            if ids := list(rows.values_list("pk", flat=True)[:BATCH]):
                if isinstance(subject, Person):
                    tell_before(model._meta.label, ids)
                model._default_manager.filter(pk__in=ids).delete()
                return True
    return False


def _erase_together(several: Sequence[type[models.Model]], subject: Subject) -> None:
    """Members and the company itself: one that exists has an owner. Without Django's cascade, which would ask every
    table: what still refers to these rows makes this fail, and then they stay."""
    with tenant_scope(subject.tenant_id), transaction.atomic():
        for model in several:
            for rows in _rows_of(model, subject):
                rows._raw_delete(router.db_for_write(model))


def _forget_append_only(model: type[models.Model], subject: Subject) -> None:
    """The app's role may not delete these: PostgreSQL has a door for a company whose deletion is due, and no other."""
    with tenant_scope(subject.tenant_id), transaction.atomic():
        if connection.vendor != "postgresql":
            rows = model._default_manager.filter(tenant_id=subject.tenant_id)
            rows._raw_delete(router.db_for_write(model))
            return
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {FORGET}(%s, %s)", [str(subject.tenant_id), model._meta.db_table])


def read_rows(model: type[models.Model], subject: Subject) -> Iterator[list[Row]]:
    """Pages of a table's exported columns, in the order of its keys. No scope is held between them."""
    names = exported_fields(model)
    for place in range(_parts(model, subject)):
        after: object = None
        while True:
            with tenant_scope(subject.tenant_id):
                rows = _rows_of(model, subject)[place].order_by("pk")
                rows = rows.filter(pk__gt=after) if after is not None else rows
                page = list(rows.values("pk", *names)[:BATCH])
            if not page:
                break
            after = page[-1]["pk"]
            yield [{name: row[name] for name in names} for row in page]


def exported_fields(model: type[models.Model]) -> list[str]:
    """All columns but hidden ones and vectors, which are computed from what is exported."""
    kind = kind_of(model._meta.label)
    hidden = kind.hidden if isinstance(kind, OfContact | OfTenant) else frozenset[str]()
    fields = [each for each in model._meta.concrete_fields if not isinstance(each, models.BinaryField)]
    return [each.attname for each in fields if each.name not in hidden]


def schema_of(model: type[models.Model]) -> dict[str, str]:
    """Exported column → Django's name of its type."""
    wanted = set(exported_fields(model))
    return {each.attname: each.get_internal_type() for each in model._meta.concrete_fields if each.attname in wanted}


def model_of(label: str) -> type[models.Model]:
    return apps.get_model(label)


def _parts(model: type[models.Model], subject: Subject) -> int:
    with tenant_scope(subject.tenant_id):
        return len(_rows_of(model, subject))


def _rows_of(model: type[models.Model], subject: Subject) -> list["models.QuerySet[Any]"]:
    """In the open scope."""
    kind = kind_of(model._meta.label)
    if not isinstance(kind, OfContact | OfTenant):
        return []
    rows = model._default_manager.all()
    if kind.tenant_field:
        rows = rows.filter(**{kind.tenant_field: subject.tenant_id})
    if not isinstance(subject, Person):
        return [rows] if kind.tenant_field else []
    find = finder_of(kind, subject)
    return [rows.filter(condition) for condition in find(subject)] if find else []

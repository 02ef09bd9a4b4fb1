"""`filter(name=value)` on columns of the model itself, without Django's way of finding out what it means.

That way leads over joins, transforms and expressions, and most filters have none of them; it took as much of a turn's
processor time as all its SQL. What a name means is kept for each model; the lookups are Django's own.
"""

from datetime import date
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.fields.related import ForeignKey
from django.db.models.sql import Query
from django.db.models.sql.where import AND, WhereNode

from rapport.sql.shapes import ABSENT, COMPARING

Row = TypeVar("Row", bound=models.Model)
_SCALARS = (UUID, str, int, float, date)  # True, False and times are among them
_LISTS = frozenset({list, tuple, set, frozenset})


class PlainQuerySet(models.QuerySet[Row]):
    """A queryset that takes the short way where there is one. The SQL is the same."""

    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: Any) -> None:
        if args or not self._filter_plainly(kwargs, negate=negate):
            super()._filter_or_exclude_inplace(negate, args, kwargs)  # type: ignore[misc]

    def _filter_plainly(self, said: dict[str, Any], *, negate: bool = False) -> bool:
        query: Any = self._query  # type: ignore[attr-defined]
        is_plain = not (query.annotations or query.extra or query._filtered_relations) and query.where.connector == AND
        if not is_plain or query.where.negated or type(query) is not Query:
            return False
        meant = [(_meaning(self.model, name), value) for name, value in sorted(said.items())]
        if not (said and all(each and _is_plain(*each, value, negate=negate) for each, value in meant)):
            return False
        where = WhereNode(negated=True) if negate else query.where
        alias = query.get_initial_alias()
        for each, value in meant:
            if each:
                field, lookup = each
                column = field.get_col(alias, field)
                where.add(column.get_lookup("isnull")(column, True) if value is None else lookup(column, value), AND)
        if negate:
            query.where.add(where, AND)
        return True


class PlainManager(models.Manager[Row]):
    """Of querysets that take the short way."""

    _queryset_class = PlainQuerySet


@lru_cache(maxsize=4096)
def _meaning(model: type[models.Model], said: str) -> tuple[Any, Any] | None:
    """The column and the lookup of "name" or "name__lookup"; None when it means more than that."""
    name, _, lookup = said.partition("__")
    try:
        field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    is_column = getattr(field, "concrete", False) and field.model is model and not model._meta.proxy
    if not is_column or (field.is_relation and not isinstance(field, ForeignKey)):
        return None
    kind = field.get_lookup(lookup or "exact")
    return (field, kind) if kind in COMPARING or kind in ABSENT else None


def _is_plain(field: Any, lookup: Any, value: Any, *, negate: bool) -> bool:
    """No expression, query or row; nor, to be negated, what may be absent, of which Django says that too."""
    if lookup in ABSENT:
        return isinstance(value, bool)
    if negate and field.null and value is not None:
        return False
    if value is None:
        return bool(lookup.lookup_name == "exact")
    if lookup.lookup_name == "in":
        return type(value) in _LISTS and all(isinstance(each, _SCALARS) for each in value)
    return isinstance(value, _SCALARS)

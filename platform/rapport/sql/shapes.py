"""What two queries have in common whose SQL differs in its values alone: their shape.

Read of plain queries only, and of unions of them: columns, joins, comparisons with values, order, limits. What has an
expression, an annotation (but `exists()`'s), an aggregate, a subquery or SQL of its own in it has no shape here, and is
compiled by Django each time.
"""

from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import Value
from django.db.models.expressions import Col
from django.db.models.fields import related_lookups
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IntegerFieldExact,
    IntegerGreaterThan,
    IntegerGreaterThanOrEqual,
    IntegerLessThan,
    IntegerLessThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from django.db.models.sql import Query
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.where import WhereNode

ABSENT = frozenset({IsNull, related_lookups.RelatedIsNull})
_EQUAL = frozenset({Exact, IntegerFieldExact, related_lookups.RelatedExact})
COMPARING = _EQUAL | {
    In,
    related_lookups.RelatedIn,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
    IntegerGreaterThan,
    IntegerGreaterThanOrEqual,
    IntegerLessThan,
    IntegerLessThanOrEqual,
}


class _NotPlain(Exception):
    pass


class Shape(NamedTuple):
    """`key` names columns by the identity of their `fields`: whoever keeps the key keeps them, too. `values` in the
    order in which the SQL has them."""

    key: tuple[Any, ...]
    fields: list[Any]
    values: list[Any]


def shape_of(compiler: Any) -> Shape | None:
    """Of a compiler's query; None when it is not plain, or finds nothing or everything whatever there is."""
    reader, query = _Reader(compiler), compiler.query
    try:
        key = _read(query, reader) if query.combinator is None else _read_together(query, reader)
    except (_NotPlain, EmptyResultSet, FullResultSet):
        return None
    return Shape(key, reader.fields, reader.values)


def _is_plain(query: Any) -> bool:
    return not (
        query.subquery
        or query.group_by is not None
        or query.distinct_fields
        or query.extra
        or query.extra_tables
        or query.extra_order_by
        or query.explain_info
        or query.external_aliases
        or query._filtered_relations
        or not query.alias_cols
        or query.select_related is True
        or any(type(each) is not str for each in query.order_by)
        or type(query) is not Query
    )


class _Reader:
    def __init__(self, compiler: Any) -> None:
        self.compiler, self.connection = compiler, compiler.connection
        self.fields: list[Any] = []
        self.values: list[Any] = []

    def column(self, expression: Any) -> tuple[Any, ...]:
        if type(expression) is not Col:
            raise _NotPlain
        target, output = expression.target, expression.output_field
        self.fields += (target, output)
        return (expression.alias, id(target), id(output))

    def where(self, node: WhereNode) -> tuple[Any, ...]:
        children = [
            self.where(child) if type(child) is WhereNode else self._comparison(child) for child in node.children
        ]
        return (node.connector, node.negated, *children)

    def _comparison(self, lookup: Any) -> tuple[Any, ...]:
        kind = type(lookup)
        if kind in ABSENT:
            return (kind, *self.column(lookup.lhs), lookup.rhs)
        if kind not in COMPARING or lookup.bilateral_transforms:
            raise _NotPlain
        column, value = self.column(lookup.lhs), lookup.rhs
        if isinstance(value, bool):
            return (kind, *column, self._truth(lookup))
        if value is None or hasattr(value, "as_sql") or hasattr(value, "resolve_expression"):
            raise _NotPlain
        place, values = lookup.process_rhs(self.compiler, self.connection)
        self.values += values
        return (kind, *column, place)

    @staticmethod
    def _truth(lookup: Any) -> bool:
        """A condition that is compared with true or false is said without a value."""
        if type(lookup) not in _EQUAL or not getattr(lookup.lhs, "conditional", False):
            raise _NotPlain
        return bool(lookup.rhs)

    def join(self, query: Any, alias: str, join: Any) -> tuple[Any, ...]:
        is_used = query.alias_refcount[alias] > 0
        if type(join) is BaseTable:
            return (alias, join.table_name, is_used)
        if type(join) is not Join or join.filtered_relation:
            raise _NotPlain
        self.fields.append(join.join_field)
        return (alias, join.table_name, is_used, join.parent_alias, join.join_type, id(join.join_field), join.nullable)


def _read(query: Any, reader: _Reader) -> tuple[Any, ...]:
    if not _is_plain(query) or query.combinator:
        raise _NotPlain
    is_asked_whether = _is_asked_whether(query)
    if is_asked_whether:
        reader.values += reader.compiler.compile(query.annotations["a"])[1]
    return (is_asked_whether, reader.where(query.where), *_around(query, reader))


def _read_together(query: Any, reader: _Reader) -> tuple[Any, ...]:
    """A union, whose own `where` is the one of its first part and is not said."""
    if not _is_plain(query) or query.annotations:
        raise _NotPlain
    parts = [_read(each, reader) for each in query.combined_queries]
    return (query.combinator, query.combinator_all, *parts, *_around(query, reader))


def _around(query: Any, reader: _Reader) -> tuple[Any, ...]:
    """All but the conditions."""
    names, is_deferred = query.deferred_loading
    return (
        query.model,
        query.default_cols,
        query.values_select,
        tuple(map(reader.column, query.select)),
        None if query.selected is None else tuple(query.selected.items()),
        frozenset(names) if names else (),
        is_deferred,
        _frozen(query.select_related),
        tuple(reader.join(query, alias, join) for alias, join in query.alias_map.items()),
        query.order_by,
        query.default_ordering,
        query.standard_ordering,
        query.distinct,
        query.low_mark,
        query.high_mark,
        query.select_for_update
        and (
            query.select_for_update_nowait,
            query.select_for_update_skip_locked,
            query.select_for_update_of,
            query.select_for_no_key_update,
        ),
    )


def _is_asked_whether(query: Any) -> bool:
    """`exists()` selects one value, and nothing else is annotated."""
    if not query.annotations:
        return False
    one = query.annotations.get("a")
    is_selected = query.annotation_select_mask is None or query.annotation_select_mask == {"a"}
    if len(query.annotations) > 1 or type(one) is not Value or one.value != 1 or not is_selected:
        raise _NotPlain
    return True


def _frozen(related: Any) -> Any:
    return tuple((name, _frozen(below)) for name, below in related.items()) if related else None

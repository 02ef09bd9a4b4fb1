"""Questions that are asked at every call: Django makes their SQL once, since making it costs more than the answer.

The text is Django's own for the database at hand, with the values left open. It must not be used where a query's shape
hangs on its values (`None`, an empty list), nor for tenants' tables, whose manager adds the scope's tenant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.expressions import BaseExpression

Converter = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class _Statement:
    """`converters`: of the columns that the database gives in another form than Python's."""

    sql: str
    converters: Sequence[tuple[int, Sequence[Converter], BaseExpression]]


class CompiledQuery:
    """`make` gives a `values_list()` that asks for the texts which it is given, in their order."""

    def __init__(self, make: Callable[[Sequence[str]], QuerySet[Any, Any]]) -> None:
        self._make = make
        self._statements: dict[tuple[str, int], _Statement] = {}

    def rows(self, values: Sequence[str]) -> list[tuple[Any, ...]]:
        """What the queryset would give."""
        connection = connections[DEFAULT_DB_ALIAS]
        key = (connection.vendor, len(values))
        statement = self._statements.get(key) or self._statements.setdefault(key, self._compile(len(values)))
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, values)
            found = [list(row) for row in cursor.fetchall()]
        for row in found:
            for place, converters, expression in statement.converters:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        return [tuple(row) for row in found]

    def _compile(self, count: int) -> _Statement:
        open_values = [f"value {number}" for number in range(count)]
        compiler = self._make(open_values).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, asked = compiler.as_sql()
        if list(asked) != open_values:
            raise ValueError(f"This query does not ask for its values alone, in their order: {asked!r}.")
        expressions = [column[0] for column in compiler.select]
        converters = compiler.get_converters(expressions)
        return _Statement(sql, [(place, list(each), what) for place, (each, what) in converters.items()])

"""SQL for queries of one shape is made once in a process, by Django; after that their values alone are filled in.

Making it took a fifth of the processor time of a turn. Both engines (`rapport.sqlite`, `rapport.postgresql`) compile
so. What is kept is texts and columns, of no tenant: a tenant's id is a value as any other.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models.sql import compiler

from rapport.sql.shapes import Shape, shape_of

MOST = 4096  # then all are forgotten, and those that are asked for come again


@dataclass(slots=True, eq=False)
class Made:
    """What Django's compiler knows when it has made the SQL. `fields`: those whose identity the shape's key names."""

    sql: str
    select: Any
    klass_info: Any
    annotation_col_map: Any
    col_count: int | None
    fields: list[Any]


_made: dict[tuple[Any, ...], Made | None] = {}  # None: Django's SQL has other values than the shape


class ShapedCompiler(compiler.SQLCompiler):
    """Django's compiler of SELECT, which remembers."""

    _found: Made | None = None

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        shape = shape_of(self) if with_limits and not with_col_aliases and self._may_lock() else None
        if shape is None:
            self._found = None
            return super().as_sql(with_limits, with_col_aliases)
        key = (self.connection.vendor, *shape.key)
        if key not in _made:
            return self._make(key, shape)
        self._found = found = _made.get(key)
        if found is None:
            return super().as_sql()
        self.select, self.klass_info, self.annotation_col_map = found.select, found.klass_info, found.annotation_col_map
        self.col_count, self.has_extra_select = found.col_count, False
        return found.sql, tuple(shape.values)

    def _may_lock(self) -> bool:
        """False where Django refuses to lock rows: outside a transaction."""
        is_locking = self.query.select_for_update and self.connection.features.has_select_for_update
        return not (is_locking and self.connection.get_autocommit())

    def _make(self, key: tuple[Any, ...], shape: Shape) -> Any:
        sql, values = super().as_sql()
        is_as_read = list(values) == shape.values and not self.has_extra_select
        if len(_made) >= MOST:
            _made.clear()
        _made[key] = self._found = (
            Made(sql, self.select, self.klass_info, self.annotation_col_map, self.col_count, shape.fields)
            if is_as_read
            else None
        )
        return sql, values

    def get_converters(self, expressions: Any) -> Any:
        """How a row's values become Python's: the same for every row of a shape. Some are methods of the connection, so
        each has its own, and a thread that ends takes them with it."""
        found = self._found
        if found is None or len(expressions) != found.col_count:
            return super().get_converters(expressions)
        kept = self.connection.__dict__.setdefault("converters_by_shape", {})
        if found not in kept:
            if len(kept) >= MOST:
                kept.clear()
            kept[found] = super().get_converters(expressions)
        return kept[found]

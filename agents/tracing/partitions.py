"""Traces by month on PostgreSQL: a partition for each month's rows, made ahead and dropped when nothing is left in it.

The months are those of the rows' own ids: a UUIDv7 begins with its time, so ids, keys and references stay as they are
(docs/decisions/0025). What is made and dropped belongs to the tables' owner, so two functions of it do that; the app's
role may call them and nothing more. On SQLite a table is one table.
"""

from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tenants.walls import CONDITION, POLICY

AHEAD = 3  # months that are made before they come
TABLES = ("agents_span", "agents_trace")  # spans refer to traces: they leave first
KEEP, DROP = "keep_trace_months", "drop_empty_trace_months"
_OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s'"


def keep_months_ahead(ahead: int = AHEAD) -> int:
    """Make the partitions of this month and the next ones. A month that has rows already, because nobody made it in
    time, stays in the default partition. Returns how many were made."""
    return _call(f"SELECT {KEEP}(%s)", ahead)


def drop_empty_months() -> int:
    """Drop the partitions of months that are over and hold nothing any more. Returns how many."""
    return _call(f"SELECT {DROP}()")


def _call(statement: str, *values: int) -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


class DivideByMonth(Operation):
    """Turns the two tables into partitioned ones, with everything that they hold and all their keys."""

    reduces_to_sql = False
    reversible = False

    def describe(self) -> str:
        return "Divide traces by month"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        with schema_editor.connection.cursor() as cursor:
            for statement in _functions():
                cursor.execute(statement)
            _divide(cursor)


def _divide(cursor: Any) -> None:
    parts = {table: (_constraints(cursor, table), _indexes(cursor, table)) for table in TABLES}
    for table in TABLES:
        _set_aside(cursor, table, [name for name, definition in parts[table][0] if definition.startswith("FOREIGN")])
    for month in _months(cursor):
        for table in TABLES:
            cursor.execute("SELECT make_trace_month(%s, %s)", [table, month])
    cursor.execute(f"SELECT {KEEP}(%s)", [AHEAD])
    for table in reversed(TABLES):
        cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{table}_whole"')  # noqa: S608  names of our own
        cursor.execute(f'DROP TABLE "{table}_whole"')
        _finish(cursor, table, *parts[table])
    for table in TABLES:  # after the references, which are checked as the owner sees the rows
        cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def _set_aside(cursor: Any, table: str, references: list[str]) -> None:
    """The table as it was, under another name and visible to its owner; in its place one without any rows."""
    for name in references:
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
    cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_whole"')
    cursor.execute(f'CREATE TABLE "{table}" (LIKE "{table}_whole" INCLUDING DEFAULTS) PARTITION BY RANGE (id)')
    cursor.execute(f'CREATE TABLE "{table}_other" PARTITION OF "{table}" DEFAULT')


def _finish(cursor: Any, table: str, constraints: list[tuple[str, str]], indexes: list[str]) -> None:
    """Keys, references, indexes and the wall, as they were."""
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
    for definition in indexes:
        cursor.execute(definition)
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    cursor.execute(f'CREATE POLICY {POLICY} ON "{table}" USING ({CONDITION}) WITH CHECK ({CONDITION})')
    cursor.execute("SELECT wall_trace_month(%s)", [f"{table}_other"])


def _constraints(cursor: Any, table: str) -> list[tuple[str, str]]:
    """Keys before the references."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f', 'c') ORDER BY contype = 'f', conname",
        [table],
    )
    return list(cursor.fetchall())


def _indexes(cursor: Any, table: str) -> list[str]:
    """Those that belong to no constraint."""
    cursor.execute(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))",
        [table],
    )
    return [definition for (definition,) in cursor.fetchall()]


def _months(cursor: Any) -> list[Any]:
    """Of the rows that there are."""
    cursor.execute(
        " UNION ".join(
            f"SELECT DISTINCT date_trunc('month', trace_month_of(id)) FROM {table}_whole"  # noqa: S608
            for table in TABLES
        )
    )
    return [month for (month,) in cursor.fetchall()]


def _functions() -> list[str]:
    allowed = ", ".join(f"'{table}'" for table in TABLES)
    return [
        # The first id that a moment can have, and the moment of an id; a month is one of UTC.
        """CREATE FUNCTION trace_id_at(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
            SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$""",
        """CREATE FUNCTION trace_month_of(id uuid) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $$
            SELECT date_trunc('month', to_timestamp(
                ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) AT TIME ZONE 'UTC') $$""",
        f"""CREATE FUNCTION wall_trace_month(part text) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
                EXECUTE format('CREATE POLICY {POLICY} ON %I USING (%s) WITH CHECK (%s)',
                               part, $c${CONDITION}$c$, $c${CONDITION}$c$);
            END $$""",
        """CREATE FUNCTION make_trace_month(of_table text, month timestamp) RETURNS int LANGUAGE plpgsql AS $$
            DECLARE
                part text := of_table || to_char(month, '"_"YYYY"_"MM');
                first uuid := trace_id_at(month AT TIME ZONE 'UTC');
                past uuid := trace_id_at((month + interval '1 month') AT TIME ZONE 'UTC');
                is_late boolean;
            BEGIN
                IF to_regclass(quote_ident(part)) IS NOT NULL THEN RETURN 0; END IF;
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id >= $1 AND id < $2)', of_table || '_other')
                    INTO is_late USING first, past;
                IF is_late THEN RETURN 0; END IF;
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, of_table);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                               of_table, part, first, past);
                PERFORM wall_trace_month(part);
                RETURN 1;
            END $$""",
        f"""CREATE FUNCTION {KEEP}(ahead int) RETURNS int {_OWNER} AS $$
            DECLARE
                of_table text;
                made int := 0;
                month timestamp := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
            BEGIN
                FOR step IN 0 .. least(ahead, 12) LOOP
                    FOREACH of_table IN ARRAY ARRAY['agents_trace', 'agents_span'] LOOP
                        made := made + make_trace_month(of_table, month + step * interval '1 month');
                    END LOOP;
                END LOOP;
                RETURN made;
            END $$""",
        f"""CREATE FUNCTION {DROP}() RETURNS int {_OWNER} AS $$
            DECLARE
                part record;
                is_used boolean;
                dropped int := 0;
            BEGIN
                FOR part IN
                    SELECT child.relname, parent.relname AS of_table FROM pg_inherits
                    JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent
                    WHERE parent.relname IN ({allowed}) AND child.relname ~ '_[0-9]{{4}}_[0-9]{{2}}$'
                      AND right(child.relname, 7) < to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY"_"MM')
                    ORDER BY parent.relname, child.relname
                LOOP
                    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', part.relname);
                    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', part.relname) INTO is_used;
                    IF NOT is_used THEN
                        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', part.of_table, part.relname);
                        EXECUTE format('DROP TABLE %I', part.relname);
                        dropped := dropped + 1;
                    END IF;
                END LOOP;
                RETURN dropped;
            END $$""",  # noqa: S608  names of our own
        *(
            f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"
            for signature in (
                f"{KEEP}(int)",
                f"{DROP}()",
                "make_trace_month(text, timestamp)",
                "wall_trace_month(text)",
            )
        ),
    ]

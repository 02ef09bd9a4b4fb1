"""Traces by month on PostgreSQL: rows are in the month of their ids, months come and go, and the walls stand."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.utils import timezone

from agents.forgetting import remove_old_traces
from agents.models import Span, Trace
from agents.tracing.partitions import TABLES, drop_empty_months, keep_months_ahead
from rapport.config import get_config
from rapport.database import as_role
from rapport.ids import new_id
from tenants.context import tenant_scope
from tests.cast import Cast

pytestmark = pytest.mark.skipif(get_config().is_embedded, reason="SQLite keeps traces in one table")
NOW = datetime.now(UTC)


def ask(query: str, *values: Any) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def months(table: str) -> set[str]:
    rows = ask(
        "SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = %s::regclass", table
    )
    return {str(name).removeprefix(f"{table}_") for (name,) in rows}


def month(offset: int) -> str:
    ordinal = NOW.year * 12 + NOW.month - 1 + offset
    return f"{ordinal // 12:04}_{ordinal % 12 + 1:02}"


def id_of(moment: datetime) -> UUID:
    """As `new_id` would have made it then."""
    rest = new_id().int & ((1 << 80) - 1)
    return UUID(int=int(moment.timestamp() * 1000) << 80 | rest)


def write(tenant_id: UUID, moment: datetime) -> UUID:
    with tenant_scope(tenant_id):
        trace = Trace.objects.create(
            id=id_of(moment),
            turn_id=new_id(),
            conversation_id=new_id(),
            agent_id=new_id(),
            contact_id=new_id(),
            agent_version=1,
            started_at=moment,
            duration_us=5,
        )
        Span.objects.create(
            id=id_of(moment), trace=trace, sequence=1, name="chat", start_us=0, duration_us=5, cost_micros=7
        )
        return trace.id


def place_of(table: str, row_id: UUID, tenant_id: UUID) -> str:
    with tenant_scope(tenant_id):
        [(found,)] = ask(f"SELECT tableoid::regclass::text FROM {table} WHERE id = %s", row_id)
    return str(found).removeprefix(f"{table}_")


@pytest.mark.parametrize("table", TABLES)
def test_this_month_and_the_next_ones_are_there(table: str, db: None) -> None:
    assert {month(offset) for offset in range(4)} | {"other"} <= months(table)
    assert keep_months_ahead() == 0


def test_a_trace_lies_in_the_month_of_its_id(cast: Cast) -> None:
    trace_id = write(cast.acme.tenant_id, NOW)
    assert place_of("agents_trace", trace_id, cast.acme.tenant_id) == month(0)
    later = write(cast.acme.tenant_id, NOW.replace(year=NOW.year + 3))
    assert place_of("agents_trace", later, cast.acme.tenant_id) == "other"


def test_what_came_before_its_month_was_made_stays_where_it_is_and_is_found(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    far = datetime(NOW.year + (NOW.month + 5 > 12), (NOW.month + 4) % 12 + 1, 2, tzinfo=UTC)
    trace_id = write(tenant_id, far)
    connection.check_constraints()
    assert keep_months_ahead(5) == 2, "the month between"
    assert place_of("agents_trace", trace_id, tenant_id) == "other"
    with tenant_scope(tenant_id):
        assert Trace.objects.get(id=trace_id).spans.get().cost_micros == 7


@pytest.mark.django_db(transaction=True)
def test_a_month_goes_when_retention_has_emptied_it_for_every_company() -> None:
    from tests.cast import assemble

    cast, then = assemble(), datetime(2024, 5, 20, tzinfo=UTC)
    with as_role("DATABASE_OWNER_URL"):
        ask("SELECT make_trace_month('agents_trace', '2024-05-01'), make_trace_month('agents_span', '2024-05-01')")
    for company in (cast.acme, cast.other):
        assert place_of("agents_trace", write(company.tenant_id, then), company.tenant_id) == "2024_05"
    write(cast.acme.tenant_id, NOW)
    with tenant_scope(cast.acme.tenant_id):
        assert remove_old_traces(timezone.now() - (NOW - then) / 2) == 1
    assert drop_empty_months() == 0, "another company keeps its traces"
    with tenant_scope(cast.other.tenant_id):
        assert Trace.objects.count() == 1
        assert remove_old_traces(timezone.now()) == 1
    assert drop_empty_months() == 2
    assert "2024_05" not in months("agents_trace") | months("agents_span")
    with tenant_scope(cast.acme.tenant_id):
        assert Trace.objects.get().spans.count() == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_month_asked_by_itself_shows_nobody_else_s_rows(cast: Cast, table: str) -> None:
    write(cast.acme.tenant_id, NOW)
    part = f"{table}_{month(0)}"
    assert ask("SELECT relrowsecurity FROM pg_class WHERE relname = %s", part) == [(True,)]
    with tenant_scope(cast.other.tenant_id):
        assert ask(f'SELECT count(*) FROM "{part}"') == [(0,)]
    with tenant_scope(cast.acme.tenant_id):
        assert ask(f'SELECT count(*) FROM "{part}"') == [(1,)]


def test_the_app_s_role_makes_no_tables_of_its_own(db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask("SELECT make_trace_month('agents_trace', '2030-01-01')")

"""PostgreSQL's own walls: the catalogue shows them on every tenant's table; a query that forgets them meets them."""

import os
import socket
import threading
from contextvars import copy_context
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.models import UniqueConstraint
from django.db.models.fields.related import ForeignKey
from django.test.utils import CaptureQueriesContext

from rapport.config import get_config
from tenants.context import OutsideTenantScope, tenant_scope
from tenants.models import AuditEntry
from tenants.scoped import TenantModel
from tenants.walls import CONDITION, tenant_references
from tests.cast import Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        get_config().is_embedded, reason="SQLite has no row-level security: RAPPORT_TEST_DATABASE=postgres"
    ),
]

TENANT_MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel)), key=lambda model: model._meta.db_table
)


def ask(query: str, *values: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.db_table)
def test_every_tenants_table_is_walled(model: type[TenantModel]) -> None:
    """A new tenant model without EnableTenantRLS and TenantForeignKeys in a migration fails here."""
    table = model._meta.db_table
    assert ask("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table) == [
        (True, True)
    ]
    ((using, check, command, permissive),) = ask(
        "SELECT pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), polcmd, polpermissive "
        "FROM pg_policy WHERE polrelid = %s::regclass",
        table,
    )
    assert using == check
    assert (command, permissive) == ("*", True)
    assert _plain(str(using)) == _plain(CONDITION)
    keys = [columns for (columns,) in ask(UNIQUE_KEYS, table)]
    assert ["tenant_id", "id"] in keys
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert constraint.fields[0] == "tenant", f"{constraint.name} does not begin with the tenant"


UNIQUE_KEYS = """
SELECT (SELECT array_agg(a.attname ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)
FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype = 'u'
"""


def _plain(condition: str) -> str:
    return "".join(each for each in condition.lower().replace("::text", "") if each not in "() \n")


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.db_table)
def test_references_stay_within_a_tenant(model: type[TenantModel]) -> None:
    wanted = {name for _, name, _, _ in tenant_references(model)}
    foreign = [field for field in model._meta.local_fields if isinstance(field, ForeignKey) and field.name != "tenant"]
    assert len(wanted) == sum(issubclass(field.related_model, TenantModel) for field in foreign)
    there = {
        name
        for (name,) in ask(
            "SELECT conname FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'f' AND cardinality(conkey) = 2 AND conparentid = 0",
            model._meta.db_table,
        )
    }
    assert there == wanted


def test_the_runtime_role_is_a_plain_one() -> None:
    assert ask("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [
        (False, False, False)
    ]
    assert ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user") == [(0,)]


def test_outside_a_scope_raw_sql_sees_nothing_and_writes_nothing(cast: Cast) -> None:
    with tenant_scope(cast.acme.tenant_id):
        assert ask("SELECT count(*) > 0 FROM tenants_auditentry") == [(True,)]
    assert ask("SELECT count(*) FROM tenants_auditentry") == [(0,)]
    with pytest.raises(OutsideTenantScope):
        AuditEntry.objects.count()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        _insert_audit(cast.acme.tenant_id)


def test_inside_a_scope_raw_sql_sees_and_writes_only_its_tenants_rows(cast: Cast) -> None:
    acme, other = cast.acme.tenant_id, cast.other.tenant_id
    with tenant_scope(acme):
        assert {row for (row,) in ask("SELECT DISTINCT tenant_id FROM tenants_auditentry")} == {acme}
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            _insert_audit(other)
        _insert_audit(acme)


def _insert_audit(tenant_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_auditentry "
            "(id, tenant_id, actor, action, subject, details, before, after, created_at) "
            "VALUES (gen_random_uuid(), %s, 'system', 'tried', '', '{}', '{}', '{}', now())",
            [tenant_id],
        )


def test_a_reference_to_another_tenants_row_is_refused(cast: Cast) -> None:
    from ingestion.models import Document, Source

    with tenant_scope(cast.other.tenant_id):
        theirs = Source.objects.create(kind="upload", name="Theirs")

    def steal() -> None:
        with transaction.atomic():
            with tenant_scope(cast.acme.tenant_id):
                Document.objects.create(source_id=theirs.id, external_id="stolen")
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="_tenant"):
        steal()


def test_scopes_nest_and_each_end_puts_back_what_was(cast: Cast) -> None:
    acme, other = cast.acme.tenant_id, cast.other.tenant_id
    with tenant_scope(acme):
        with tenant_scope(other):
            assert _database_tenant() == str(other)
        assert _database_tenant() == str(acme)
        with pytest.raises(ZeroDivisionError), tenant_scope(other):
            raise ZeroDivisionError
        assert _database_tenant() == str(acme)
        with pytest.raises(ProgrammingError), tenant_scope(other), connection.cursor() as cursor:
            cursor.execute("SELECT nonsense")
        assert _database_tenant() == str(acme)
    assert _database_tenant() == ""


def test_a_scope_of_the_same_tenant_within_one_asks_the_database_nothing(cast: Cast) -> None:
    with tenant_scope(cast.acme.tenant_id), CaptureQueriesContext(connection) as asked:
        with pytest.raises(ZeroDivisionError), tenant_scope(cast.acme.tenant_id):
            raise ZeroDivisionError
        with tenant_scope(cast.acme.tenant_id):
            pass
        assert len(asked) == 0
        assert _database_tenant() == str(cast.acme.tenant_id)


def _database_tenant() -> object:
    return ask("SELECT coalesce(current_setting('app.tenant_id', true), '')")[0][0]


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_inherits_a_scope_tells_its_own_connection(both: Cast) -> None:
    acme = both.acme.tenant_id
    seen: list[object] = []

    def look() -> None:
        with transaction.atomic():
            seen.append(_database_tenant())
            with tenant_scope(acme):
                seen.append(_database_tenant())
        connection.close()

    with tenant_scope(acme):
        context = copy_context()
        thread = threading.Thread(target=lambda: context.run(look))
        thread.start()
        thread.join()
    assert seen == ["", str(acme)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_an_operational_error_and_the_next_scope_works(both: Cast) -> None:
    acme = both.acme.tenant_id
    ask("SELECT 1")
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
    with pytest.raises(OperationalError), tenant_scope(acme):
        pass
    connection.close()
    with tenant_scope(acme):
        assert _database_tenant() == str(acme)


@pytest.fixture
def both(transactional_db: None) -> Cast:
    from tests.cast import assemble

    return assemble()


@pytest.mark.django_db(transaction=True)
def test_threads_on_one_pool_never_see_each_others_tenant(both: Cast) -> None:
    """Connections go back to the pool after each transaction, as behind a pooler in transaction mode."""
    wrong: list[object] = []

    def look(tenant_id: UUID) -> None:
        for _ in range(40):
            with tenant_scope(tenant_id):
                wrong.extend(
                    row for (row,) in ask("SELECT DISTINCT tenant_id FROM tenants_auditentry") if row != tenant_id
                )
            wrong.extend(ask("SELECT 1 FROM tenants_auditentry"))
            connection.close()

    threads = [
        threading.Thread(target=look, args=(tenant,)) for tenant in (both.acme.tenant_id, both.other.tenant_id) * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []

"""Migration operations that wall tenants off in PostgreSQL itself; on SQLite they do nothing.

Whatever a query forgets, the database then shows and takes only rows of the tenant whose scope is open.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POLICY = "tenant_wall"
FORGET = "forget_company_rows"
CONDITION = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid"


class WallOperation(Operation):
    """SQL about one tenant model's table, both ways."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self._run(schema_editor, self.forwards(to_state.apps.get_model(app_label, self.model_name)))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self._run(schema_editor, self.backwards(from_state.apps.get_model(app_label, self.model_name)))

    def _run(self, schema_editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    def forwards(self, model: Any) -> list[str]:
        raise NotImplementedError

    def backwards(self, model: Any) -> list[str]:
        raise NotImplementedError


class EnableTenantRLS(WallOperation):
    """Row-level security, for the table's owner too, and (tenant, id) as a key that others can refer to."""

    def describe(self) -> str:
        return f"Wall tenants of {self.model_name} off"

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_id_key" UNIQUE (tenant_id, id)',
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY {POLICY} ON "{table}" USING ({CONDITION}) WITH CHECK ({CONDITION})',
        ]

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'DROP POLICY {POLICY} ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_tenant_id_key"',
        ]


class TenantForeignKeys(WallOperation):
    """A row refers to rows of its own tenant only: (tenant, x) → (tenant, id) beside each of Django's own keys."""

    def describe(self) -> str:
        return f"Keep references of {self.model_name} within a tenant"

    def forwards(self, model: Any) -> list[str]:
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (tenant_id, "{column}") '
            f'REFERENCES "{target}" (tenant_id, id) DEFERRABLE INITIALLY DEFERRED'
            for table, name, column, target in tenant_references(model)
        ]

    def backwards(self, model: Any) -> list[str]:
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"' for table, name, _, _ in tenant_references(model)]


class KeepAnOwner(WallOperation):
    """A company that exists has an owner when a transaction ends, whatever changed its memberships. Who changes them
    holds the company's row: of two that each leave one owner to the other, the second is refused."""

    def describe(self) -> str:
        return "Refuse to leave a company without an owner"

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        tenants = model._meta.get_field("tenant").related_model._meta.db_table
        return [
            f"""CREATE FUNCTION keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM 1 FROM "{tenants}" WHERE id = OLD.tenant_id FOR UPDATE;
                    IF FOUND AND NOT EXISTS (
                        SELECT 1 FROM "{table}" WHERE tenant_id = OLD.tenant_id AND role = 'owner'
                    ) THEN
                        RAISE EXCEPTION 'a company needs an owner'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'company_has_owner';
                    END IF;
                    RETURN NULL;
                END $$""",  # noqa: S608  names of our own tables
            f'CREATE CONSTRAINT TRIGGER company_has_owner AFTER UPDATE OR DELETE ON "{table}" '
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'owner') EXECUTE FUNCTION keep_an_owner()",
        ]

    def backwards(self, model: Any) -> list[str]:
        return [f'DROP TRIGGER company_has_owner ON "{model._meta.db_table}"', "DROP FUNCTION keep_an_owner()"]


class ForgetACompany(WallOperation):
    """The one door through which rows of append-only tables leave: a company's, all at once, while it is being deleted.

    It runs as the tables' owner; row-level security holds for that role too, so a tenant's scope must be open. Who may
    call it: `rapport.grants`.
    """

    def describe(self) -> str:
        return "Let append-only rows leave with their whole company"

    def forwards(self, model: Any) -> list[str]:
        return [
            f"""CREATE FUNCTION {FORGET}(company uuid, of_table text) RETURNS void LANGUAGE plpgsql
                SECURITY DEFINER SET search_path = public, pg_temp AS $$
                BEGIN
                    IF NOT EXISTS (
                        SELECT 1 FROM "{model._meta.db_table}" JOIN tenants_tenant due ON due.id = tenant_id
                        WHERE tenant_id = company AND state = 'erasing' AND due.deletion_due_at <= clock_timestamp()
                    ) THEN
                        RAISE EXCEPTION 'this company is not being deleted' USING ERRCODE = 'insufficient_privilege';
                    END IF;
                    EXECUTE 'DELETE FROM ' || quote_ident(of_table) || ' WHERE tenant_id = $1' USING company;
                END $$""",  # noqa: S608  names of our own
            f"REVOKE ALL ON FUNCTION {FORGET}(uuid, text) FROM PUBLIC",
        ]

    def backwards(self, model: Any) -> list[str]:
        return [f"DROP FUNCTION {FORGET}(uuid, text)"]


def tenant_references(model: Any) -> list[tuple[str, str, str, str]]:
    """(table, constraint, column, table referred to) for each foreign key between tables of tenants."""
    table = model._meta.db_table
    return [
        (table, f"{table}_{field.column}_tenant", field.column, field.related_model._meta.db_table)
        for field in model._meta.local_fields
        if field.is_relation and field.name != "tenant" and has_tenant(field.related_model)
    ]


def has_tenant(model: Any) -> bool:
    """Models of a migration's state have no bases of ours: a tenant's table is known by its column."""
    return any(field.name == "tenant" and not field.editable for field in model._meta.local_fields)

"""What the roles of PostgreSQL may do to the tables, said by their owner after each migration. Safe to repeat.

The app's role may use all tables and own none. Ops may touch only what the named maintenance commands need: a process
that runs as ops by mistake cannot sign anybody in, answer, or write to the ledger.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from rapport.config import get_config
from rapport.database import role_of

# The app's role may neither change nor delete rows of these.
APPEND_ONLY = (
    "tenants_auditentry",
    "billing_usagerecord",
    "billing_billingperiod",
    "billing_planterm",
    "agents_agentversion",
    "agents_promptversion",
)
# It may delete rows of these, for erasure and retention, and never change one.
NEVER_CHANGED = ("agents_episode",)
# Doors that run as the owner: see `tenants.walls` and `agents.tracing.partitions`.
APP_CALLS = ("forget_company_rows(uuid, text)", "keep_trace_months(integer)", "drop_empty_trace_months()")
OPS_WRITES = ("events", "ingestion")  # apps whose commands replay, rebuild and reconcile
OPS_READS = ("tenants_tenant", "django_migrations")
OPS_REDACTS = {"tenants_auditentry": ("actor", "subject", "details", "before", "after")}  # `manage.py redact_audit`


def grant_roles() -> None:
    """As the tables' owner."""
    config = get_config()
    owner, app, ops = map(role_of, (config.database_owner_url, config.database_url, config.database_ops_url))
    with transaction.atomic():
        if app not in {owner, ""}:
            _grant_app(app)
        if ops not in {owner, app, ""}:
            _grant_ops(ops)


def _grant_app(name: str) -> None:
    role, tables = _quote(name), _tables()
    _run(f"GRANT USAGE ON SCHEMA public TO {role}")
    _run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    _run(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for table in sorted(set(APPEND_ONLY) & tables):
        _run(f"REVOKE UPDATE, DELETE ON {_quote(table)} FROM {role}")
    for table in sorted(set(NEVER_CHANGED) & tables):
        _run(f"REVOKE UPDATE ON {_quote(table)} FROM {role}")
    _run(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")
    for function in _functions_there(APP_CALLS):
        _run(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def _grant_ops(name: str) -> None:
    role, tables = _quote(name), sorted(_tables())
    _run(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    for table in tables:  # what is granted by columns is revoked by columns
        if table in OPS_REDACTS:
            _run(f"REVOKE UPDATE ({', '.join(map(_quote, OPS_REDACTS[table]))}) ON {_quote(table)} FROM {role}")
    _run(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in tables:
        if table.partition("_")[0] in OPS_WRITES:
            _run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_quote(table)} TO {role}")
        elif table in OPS_REDACTS:
            columns = ", ".join(map(_quote, OPS_REDACTS[table]))
            _run(f"GRANT SELECT, INSERT, UPDATE ({columns}) ON {_quote(table)} TO {role}")
        elif table in OPS_READS:
            _run(f"GRANT SELECT ON {_quote(table)} TO {role}")
    _run(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")


def _functions_there(signatures: Sequence[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT each FROM unnest(%s::text[]) each WHERE to_regprocedure(each) IS NOT NULL", [list(signatures)]
        )
        return [each for (each,) in cursor.fetchall()]


def _tables() -> set[str]:
    return set(connection.introspection.table_names())


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

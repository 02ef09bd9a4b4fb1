"""The only door into a tenant's data: `with tenant_scope(tenant_id): …`.

Web, API, Celery tasks, consumers and commands all enter here. Outside a scope a query on a tenant's table raises. A
scope says whose data it is, it does not make several writes one: services are atomic themselves (docs/decisions/0002).
On PostgreSQL the scope also opens a transaction and sets `app.tenant_id` for the row-level policies. A scope is never
held across a model, phone or HTTP call.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, connections, transaction

from rapport import logs

_current: ContextVar[UUID | None] = ContextVar("rapport_tenant", default=None)
_set_on: ContextVar[object] = ContextVar("rapport_tenant_set_on", default=None)  # the connection that was told


class OutsideTenantScope(RuntimeError):
    """A tenant's table was queried with no tenant_scope open: a programming error, never shown to users."""


def current_tenant_id() -> UUID | None:
    """The tenant whose scope is open, or None."""
    return _current.get()


def require_tenant_id() -> UUID:
    """The tenant whose scope is open. Raises OutsideTenantScope when there is none."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise OutsideTenantScope(
            "A tenant's data was asked for outside tenant_scope(). Open one: `with tenant_scope(tenant_id):`."
        )
    return tenant_id


@contextmanager
def tenant_scope(tenant_id: UUID) -> Iterator[UUID]:
    """Open `tenant_id`'s scope; scopes nest, and leaving one restores the one around it."""
    if connection.vendor != "postgresql" or _is_set_in_database(tenant_id):
        with _current_tenant(tenant_id):
            yield tenant_id
        return
    outer, is_nested = _current.get(), connection.in_atomic_block
    with transaction.atomic():
        if is_nested:
            _set_database_tenant(tenant_id)
        else:
            _begin_with_tenant(tenant_id)
        with _current_tenant(tenant_id, set_on=connections["default"]):
            yield tenant_id
        # Releasing a savepoint keeps what was set in it, so it is put back by hand; rolling back to one restores it.
        if is_nested:
            _set_database_tenant(outer)


@contextmanager
def tenant_transaction(tenant_id: UUID) -> Iterator[UUID]:
    """The scope, and all that is written in it as one. Where the scope opens a transaction it is that one: a savepoint
    within it would cost two trips to the server and add nothing."""
    is_one = connection.vendor == "postgresql" and not _is_set_in_database(tenant_id)
    with tenant_scope(tenant_id), nullcontext() if is_one else transaction.atomic():
        yield tenant_id


def _is_set_in_database(tenant_id: UUID) -> bool:
    """True within an open scope of the same tenant: another one then costs nothing. By connection, because a context
    is copied to other threads, which have connections of their own."""
    return _current.get() == tenant_id and _set_on.get() is connections["default"] and connection.in_atomic_block


@contextmanager
def _current_tenant(tenant_id: UUID, set_on: object = None) -> Iterator[None]:
    token, set_token = _current.set(tenant_id), _set_on.set(set_on or _set_on.get())
    try:
        with logs.bind(tenant_id=str(tenant_id)):
            yield
    finally:
        _current.reset(token)
        _set_on.reset(set_token)


def _set_database_tenant(tenant_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant_id or "")])


def _begin_with_tenant(tenant_id: UUID) -> None:
    """The transaction and its tenant in one round trip: most scopes are short, so each trip is a good part of them.
    psycopg would send BEGIN on its own before the first statement; where a transaction is open already it does not."""
    from psycopg import OperationalError
    from psycopg.errors import error_from_result
    from psycopg.pq import ConnStatus, ExecStatus

    statement = f"BEGIN; SELECT set_config('app.tenant_id', '{UUID(int=tenant_id.int)}', true)"
    with connection.wrap_database_errors:
        link = connection.connection.pgconn
        result = link.exec_(statement.encode())
        if link.status == ConnStatus.BAD:
            raise OperationalError("The connection to PostgreSQL is lost.")
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)

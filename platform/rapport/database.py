"""Connections to PostgreSQL: who connects, how, and what is said when it cannot be. It must not import models.

Three roles (docs/decisions): the owner of the tables migrates; the app's role runs, and is neither superuser nor owner,
so that row-level security holds for it; ops runs named maintenance commands. Nothing keeps state in a session: a pooler
may hand every transaction another one, so there are no prepared statements, server-side cursors, session locks, LISTEN.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.db import OperationalError, connections, transaction

from rapport.config import Config, ConfigError, get_config

OLDEST = 150000  # as PostgreSQL says it: 15.0
POOL_WAIT_SECONDS = 5.0
MOST_LIVE_CONNECTIONS = 24  # answers hold none while their model speaks, so there are fewer than answers
CONNECT_SECONDS = 5

_ROLE = """
SELECT rolsuper, rolbypassrls, current_setting('server_version_num')::int,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = current_schema() AND c.relkind = 'r' AND pg_has_role(c.relowner, 'MEMBER')),
       coalesce(has_table_privilege(to_regclass('django_session'), 'INSERT'), true)
FROM pg_roles WHERE rolname = current_user
"""


def database_settings(config: Config, url: str) -> dict[str, Any]:
    """Django's settings of one database. On PostgreSQL each process has a pool, made when it first connects: opening a
    connection for each request or task would cost more than the work."""
    if not url.startswith("postgres"):
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    live = min(config.live_slots, MOST_LIVE_CONNECTIONS)
    slots = live + config.ingest_slots + config.bulk_slots + config.calls_slots
    pool = {"min_size": 0, "max_size": slots + 16, "timeout": POOL_WAIT_SECONDS, "max_idle": 120.0}
    return {
        **dj_database_url.parse(url, engine="rapport.postgresql", conn_max_age=0, conn_health_checks=True),
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {**_options(url), "pool": pool},
    }


def _options(url: str) -> dict[str, Any]:
    """What the address says behind its question mark (`sslmode=verify-full`), and what we need."""
    said = dj_database_url.parse(url).get("OPTIONS", {})
    return {"connect_timeout": CONNECT_SECONDS, **said, "prepare_threshold": None}


def give_connection_back() -> None:
    """Before this thread waits for something slow: others can use its connection meanwhile. Nothing happens inside a
    transaction, nor in the embedded profile."""
    mine = connections["default"]
    if mine.vendor == "postgresql" and not mine.in_atomic_block:
        mine.close()


def refuse_wrong_role() -> None:
    """Before a process begins its work: is this a PostgreSQL that walls tenants for the role of DATABASE_URL?

    Raises ConfigError in one sentence. Nothing is asked in the embedded profile.
    """
    if get_config().is_embedded:
        return
    with as_role("DATABASE_URL"):
        try:
            is_super, bypasses, version, owns, may_run = _ask_in_a_transaction()
        except OperationalError as error:
            raise ConfigError(
                f"Rapport cannot start: {explain(error, 'DATABASE_URL', get_config().database_url)}"
            ) from None
    if version < OLDEST:
        raise ConfigError("Rapport cannot start: DATABASE_URL names a PostgreSQL older than 15. Upgrade the server.")
    if reason := _why_unfit(is_super=is_super, bypasses=bypasses, owns=owns):
        raise ConfigError(
            f"Rapport cannot start: the role of DATABASE_URL {reason}, so that row-level security would not hold for "
            "it. Name a plain role there, and the tables' owner in DATABASE_OWNER_URL (docs/self-hosting.md)."
        )
    if not may_run:
        raise ConfigError(
            "Rapport cannot start: the role of DATABASE_URL may use only some of the tables, as the role of "
            "maintenance commands (DATABASE_OPS_URL) does. Name the role that runs Rapport there and run "
            "`manage.py migrate`, which grants it the others (docs/self-hosting.md)."
        )


def _ask_in_a_transaction() -> tuple[Any, ...]:
    """Several statements in one: where a pooler puts each of them on another connection, this fails."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.tenant_id', '', true)")
        cursor.execute(_ROLE)
        found: tuple[Any, ...] = cursor.fetchone()
        return found


def _why_unfit(*, is_super: bool, bypasses: bool, owns: bool) -> str:
    if is_super:
        return "is a superuser"
    if bypasses:
        return "has BYPASSRLS"
    return "owns the tables" if owns else ""


def explain(error: Exception, setting: str, url: str) -> str:
    """What is wrong with a connection and what to do, without the password."""
    parts = urlsplit(url)
    place, said = f"{parts.hostname}:{parts.port or 5432}", str(error)
    return next(
        (
            sentence.format(place=place, role=repr(parts.username), setting=setting)
            for phrase, sentence in _FAULTS.items()
            if phrase in said
        ),
        f"PostgreSQL at {place} does not answer. Start it (`make services`), or correct {setting}.",
    )


_WRONG_PASSWORD = "PostgreSQL at {place} refuses the password of {role}. Correct {setting}."  # noqa: S105  a sentence
_UNKNOWN = "PostgreSQL at {place} has no such database or role. Create it, or correct {setting}."
_NO_CONNECTION = (
    "The pooler at {place} has no connection to PostgreSQL to give. Is the server behind it running, and its pool "
    "large enough? Or correct {setting}."
)
_FAULTS = {  # the second half is said by PgBouncer
    "password authentication failed": _WRONG_PASSWORD,
    "no password supplied": _WRONG_PASSWORD,
    "does not exist": _UNKNOWN,
    "SASL authentication failed": _WRONG_PASSWORD,
    "no such database": _UNKNOWN,
    "no such user": _UNKNOWN,
    "transaction blocks not allowed": (
        "The pooler at {place} is in statement mode, which knows no transactions. Set pool_mode = transaction there, "
        "or name PostgreSQL itself in {setting}."
    ),
    "unsupported startup parameter": (
        "The pooler at {place} refuses a parameter of {setting}. Take what it names out of the address, or let the "
        "pooler pass over it (ignore_startup_parameters)."
    ),
    "query_wait_timeout": _NO_CONNECTION,
    "server_login_retry": _NO_CONNECTION,
    "cannot connect to server": _NO_CONNECTION,
    "no more connections allowed": _NO_CONNECTION,
}


@contextmanager
def as_role(setting: str) -> Iterator[None]:
    """Let the default connection be that of `DATABASE_OWNER_URL` or `DATABASE_OPS_URL` for a command, outside any pool;
    of DATABASE_URL itself before a fork, which no pool survives.

    Where it is not set the connection stays as it is (the embedded profile has one role). Raises ConfigError.
    """
    url: str = getattr(get_config(), setting.lower())
    if not url or get_config().is_embedded:
        yield
        return
    mine = connections["default"]
    mine.close()
    theirs = {**mine.settings_dict, **dj_database_url.parse(url), "CONN_MAX_AGE": 0, "OPTIONS": _options(url)}
    connection = connections.create_connection("default")
    connection.settings_dict = theirs
    connections["default"] = connection
    try:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise ConfigError(f"Rapport cannot go on: {explain(error, setting, url)}") from None
        yield
    finally:
        connection.close()
        connections["default"] = mine


def role_of(url: str) -> str:
    """The role that a database URL names."""
    return urlsplit(url).username or ""

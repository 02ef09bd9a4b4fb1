"""Connections to PostgreSQL: who connects, how, and what is said when it cannot be. It must not import models.

Three roles (docs/decisions): the owner of the tables migrates; the app's role runs, and is neither superuser nor owner,
so that row-level security holds for it; ops runs named maintenance commands. Nothing here keeps state in a session: a
pooler may hand every transaction another one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.db import OperationalError, connections

from rapport.config import Config, ConfigError, get_config

OLDEST = 150000  # as PostgreSQL says it: 15.0
POOL_WAIT_SECONDS = 5.0
CONNECT_SECONDS = 5

_ROLE = """
SELECT rolsuper, rolbypassrls, current_setting('server_version_num')::int,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = current_schema() AND c.relkind = 'r' AND pg_has_role(c.relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""


def database_settings(config: Config, url: str) -> dict[str, Any]:
    """Django's settings of one database. On PostgreSQL each process has a pool, made when it first connects: opening a
    connection for each request or task would cost more than the work."""
    if not url.startswith("postgres"):
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    slots = config.live_slots + config.ingest_slots + config.bulk_slots
    return {
        **dj_database_url.parse(url, conn_max_age=0, conn_health_checks=True),
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            "pool": {"min_size": 0, "max_size": slots + 16, "timeout": POOL_WAIT_SECONDS, "max_idle": 120.0},
            "prepare_threshold": None,
            "connect_timeout": CONNECT_SECONDS,
        },
    }


def refuse_wrong_role() -> None:
    """Before a process begins its work: is this a PostgreSQL that walls tenants for the role of DATABASE_URL?

    Raises ConfigError in one sentence. Nothing is asked in the embedded profile.
    """
    if get_config().is_embedded:
        return
    with as_role("DATABASE_URL"), connections["default"].cursor() as cursor:
        cursor.execute(_ROLE)
        is_super, bypasses, version, owns = cursor.fetchone()
    if version < OLDEST:
        raise ConfigError("Rapport cannot start: DATABASE_URL names a PostgreSQL older than 15. Upgrade the server.")
    reason = _why_unfit(is_super=is_super, bypasses=bypasses, owns=owns)
    if reason:
        raise ConfigError(
            f"Rapport cannot start: the role of DATABASE_URL {reason}, so that row-level security would not hold for "
            "it. Name a plain role there, and the tables' owner in DATABASE_OWNER_URL (docs/self-hosting.md)."
        )


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
    if "password authentication failed" in said or "no password supplied" in said:
        return f"PostgreSQL at {place} refuses the password of {parts.username!r}. Correct {setting}."
    if "does not exist" in said:
        return f"PostgreSQL at {place} has no such database or role. Create it, or correct {setting}."
    return f"PostgreSQL at {place} does not answer. Start it (`make services`), or correct {setting}."


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
    theirs = {**mine.settings_dict, **dj_database_url.parse(url), "CONN_MAX_AGE": 0}
    theirs["OPTIONS"] = {name: value for name, value in mine.settings_dict["OPTIONS"].items() if name != "pool"}
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

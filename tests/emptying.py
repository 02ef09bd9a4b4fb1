"""Tests with transactions of their own empty every table after them, which the app's role may not do."""

from django.db import connection

from rapport.config import get_config
from rapport.database import as_role, role_of


def allow_emptying() -> None:
    """Only in a test's own database."""
    role = connection.ops.quote_name(role_of(get_config().database_url))
    with as_role("DATABASE_OWNER_URL"), connection.cursor() as cursor:
        cursor.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {role}")

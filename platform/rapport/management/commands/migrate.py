"""`manage.py migrate`, as the tables' owner, who then says what the other roles may do."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand
from django.db import connection

from rapport.config import get_config
from rapport.database import as_role, role_of

APPEND_ONLY = ("tenants_auditentry", "billing_usagerecord")  # the app's role may neither change nor delete their rows


class Command(DjangoCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_role("DATABASE_OWNER_URL"):
            super().handle(*args, **options)
            if connection.vendor == "postgresql" and not options.get("plan") and not options.get("check_unapplied"):
                grant_roles()


def grant_roles() -> None:
    """The app's role and ops' may use all tables and own none. Safe to repeat."""
    config = get_config()
    names = {role_of(url) for url in (config.database_url, config.database_ops_url) if url}
    owner = role_of(config.database_owner_url)
    quote = connection.ops.quote_name
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name in sorted(names - {owner, ""}):
            role = quote(name)
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        app = role_of(config.database_url)
        if app and app != owner:
            for table in sorted(set(APPEND_ONLY) & tables):
                cursor.execute(f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {quote(app)}")
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quote(app)}")

"""`manage.py migrate`, as the tables' owner, who then says what the other roles may do."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand
from django.db import connection

from rapport.database import as_role
from rapport.grants import grant_roles


class Command(DjangoCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_role("DATABASE_OWNER_URL"):
            super().handle(*args, **options)
            if connection.vendor == "postgresql" and not options.get("plan") and not options.get("check_unapplied"):
                grant_roles()

"""Base of the maintenance commands: `manage.py rebuild`, `reconcile` and `replay` connect as DATABASE_OPS_URL's role.

Called from Python they use the caller's connection. What the role may touch is said in `rapport/grants.py`; a command
that needs more tables names them there.
"""

from django.core.management.base import BaseCommand

from rapport.database import as_role


class MaintenanceCommand(BaseCommand):
    def run_from_argv(self, argv: list[str]) -> None:
        with as_role("DATABASE_OPS_URL"):
            super().run_from_argv(argv)

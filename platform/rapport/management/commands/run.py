"""`manage.py run`: every process on this machine under one supervisor, until Ctrl-C."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rapport.config import get_config
from rapport.database import as_role, refuse_wrong_role
from rapport.metrics.folder import forget_the_dead
from rapport.supervisor.changes import Changes
from rapport.supervisor.listening import open_sockets
from rapport.supervisor.output import is_terminal
from rapport.supervisor.processes import preload, processes
from rapport.supervisor.supervisor import Supervisor, start_afresh


class Command(BaseCommand):
    help = "Run web, events, worker and embedder; restart what dies; stop cleanly on Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", help="comma-separated names of the processes to run")
        parser.add_argument("--reload", action="store_true", help="start again when a file of the project changes")

    def handle(self, *args: Any, **options: Any) -> None:
        config = get_config()
        sockets = open_sockets(config)
        known = processes(config, sockets)
        names = options["only"].split(",") if options["only"] else list(known)
        if unknown := set(names) - known.keys():
            raise CommandError(f"There is no process {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
        changes = Changes() if options["reload"] else None
        forget_the_dead(config)
        preload()
        refuse_wrong_role()
        with as_role("DATABASE_URL"):
            _refuse_old_database()
        supervisor = Supervisor(
            {name: known[name] for name in names}, run_folder=config.data_dir / "run", capture=is_terminal()
        )
        supervisor.printer.line("rapport", f"{config.public_url} runs {', '.join(names)}. Ctrl-C stops it.")
        if supervisor.run(has_changed=changes):
            sys.stdout.flush()
            start_afresh()


def _refuse_old_database() -> None:
    """Closes its connection again: none may be open when children are forked."""
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    is_old = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connections.close_all()
    if is_old:
        raise CommandError("The database is not up to date. Run `manage.py migrate` first; `make run` does both.")

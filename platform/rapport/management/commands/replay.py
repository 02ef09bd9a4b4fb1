"""`manage.py replay`: handle events again that failed for good, or that someone wants handled once more."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from rapport.events.dispatch import wake_dispatch
from rapport.events.inbox import replay_events
from rapport.events.models import InboxState


class Command(BaseCommand):
    help = "Set inbox rows back to waiting, in their order. At least one of the filters must be given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--id", type=int, action="append", dest="ids", help="a row's number; may be repeated")
        parser.add_argument("--subscription", help="only rows of this subscription")
        parser.add_argument("--tenant", type=UUID, help="only rows of this tenant (its UUID)")
        parser.add_argument(
            "--state", action="append", dest="states", choices=["dead", "done", "dropped"], help="default: dead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        states = [InboxState(state) for state in options["states"] or ["dead"]]
        try:
            count = replay_events(
                ids=options["ids"], subscription=options["subscription"], tenant_id=options["tenant"], states=states
            )
        except ValueError:
            raise CommandError("Say which rows: --id, --subscription or --tenant.") from None
        wake_dispatch()
        self.stdout.write(f"{count} to be handled again.")

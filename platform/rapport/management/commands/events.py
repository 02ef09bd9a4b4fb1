"""`manage.py events`: the relay, the consumer, the sweeper and the scheduler, together or apart."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rapport.database import refuse_wrong_role
from rapport.events.loops import LOOPS, LoopGroup, roles_of_events
from rapport.metrics.serving import offer_metrics


class Command(BaseCommand):
    help = "Move events from the outbox to the bus and from the bus to the inbox, ring for workers, keep the schedule."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--roles", help=f"comma-separated, of: {', '.join(LOOPS)} (default: all that belong here)")

    def handle(self, *args: Any, **options: Any) -> None:
        names = tuple(options["roles"].split(",")) if options["roles"] else roles_of_events()
        if unknown := set(names) - LOOPS.keys():
            raise CommandError(f"There is no role {', '.join(sorted(unknown))}; there are {', '.join(LOOPS)}.")
        run_events(names)


def run_events(names: tuple[str, ...]) -> None:
    """Run until SIGTERM or SIGINT; exits non-zero when a loop ended by itself."""
    refuse_wrong_role()
    offer_metrics()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    group = LoopGroup(names)
    group.start()
    while group.all_alive() and not stopping.wait(1.0):
        pass
    group.stop()
    if not stopping.is_set():
        raise SystemExit(1)

"""`manage.py worker`: Celery with threads, and the loops that must live beside an in-memory broker."""

import warnings
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from celery.signals import worker_shutting_down
from django.core.management.base import BaseCommand, CommandError

from rapport.events.dispatch import is_broker_in_worker
from rapport.events.loops import LoopGroup, roles_of_worker
from rapport.events.queues import QUEUES, slots
from rapport.events.topics import Queue
from rapport.garbage import leave_alone_what_lives
from rapport.metrics.serving import offer_metrics


class Command(BaseCommand):
    help = "Handle events: read documents, answer questions, bill, remember."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queues", help=f"comma-separated, of: {', '.join(QUEUES)} (default: all)")

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["queues"].split(",") if options["queues"] else list(QUEUES)
        if unknown := set(names) - set(QUEUES):
            raise CommandError(f"There is no queue {', '.join(sorted(unknown))}; there are {', '.join(QUEUES)}.")
        if len(names) < len(QUEUES) and is_broker_in_worker():
            raise CommandError("Only a shared broker lets workers share the queues: set CELERY_BROKER_URL=redis://….")
        run_worker([queue for queue in QUEUES if queue in names])


def run_worker(queues: Sequence[Queue] = QUEUES) -> None:
    """Run until SIGTERM or SIGINT. There is a thread for every slot, so that no queue waits for another."""
    from rapport.celery import app
    from rapport.config import get_config
    from rapport.database import refuse_wrong_role

    refuse_wrong_role()
    leave_alone_what_lives()
    offer_metrics()
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    group = LoopGroup(roles_of_worker())
    group.start()
    worker_shutting_down.connect(lambda **_: group.begin_stop(), weak=False)
    worker = app.Worker(
        pool_cls="threads",
        concurrency=sum(slots(queue) for queue in queues),
        queues=list(queues),
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    if not is_broker_in_worker():
        from rapport.events.hearing import watch_hearing
        from rapport.redis_address import read_redis_address

        watch_hearing(read_redis_address("CELERY_BROKER_URL", get_config().celery_broker_url), queues)
    try:
        worker.start()
    finally:
        group.stop()
    if worker.exitcode:
        raise SystemExit(worker.exitcode)

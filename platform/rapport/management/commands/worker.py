"""`manage.py worker`: Celery with threads, and the loops that must live beside an in-memory broker."""

import warnings
from typing import Any

from celery.signals import worker_shutting_down
from django.core.management.base import BaseCommand

from rapport.events.loops import LoopGroup, roles_of_worker
from rapport.events.queues import QUEUES, slots


class Command(BaseCommand):
    help = "Handle events: read documents, answer questions, bill, remember."

    def handle(self, *args: Any, **options: Any) -> None:
        run_worker()


def run_worker() -> None:
    """Run until SIGTERM or SIGINT. There is a thread for every slot, so that no queue waits for another."""
    from rapport.celery import app

    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    group = LoopGroup(roles_of_worker())
    group.start()
    worker_shutting_down.connect(lambda **_: group.begin_stop(), weak=False)
    worker = app.Worker(
        pool_cls="threads",
        concurrency=sum(slots(queue) for queue in QUEUES),
        queues=list(QUEUES),
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    try:
        worker.start()
    finally:
        group.stop()
    if worker.exitcode:
        raise SystemExit(worker.exitcode)

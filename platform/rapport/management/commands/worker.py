"""`manage.py worker`: Celery with threads, and the loops that must live beside an in-memory broker."""

from typing import Any

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

    group = LoopGroup(roles_of_worker())
    group.start()
    try:
        app.worker_main(
            [
                "--quiet",
                "worker",
                "--pool=threads",
                f"--concurrency={sum(slots(queue) for queue in QUEUES)}",
                f"--queues={','.join(QUEUES)}",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "--loglevel=WARNING",
            ]
        )
    finally:
        group.stop()

"""The Celery app. Messages are doorbells: a key and no data; the truth is in the database.

In the embedded profile the broker is the worker's own memory: whoever rings lives in the worker process
(docs/decisions/0003). A process other than the worker never sends a task; it publishes an event.
"""

import os
from typing import Any

from celery import Celery, Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")

from rapport.config import Config, get_config
from rapport.events import memory_broker


def broker_settings(config: Config) -> dict[str, Any]:
    """Celery's settings for CELERY_BROKER_URL."""
    if config.celery_broker_url.startswith(("embedded", "memory")):
        memory_broker.install()
        return {"broker_url": "memory://localhost/"}
    return {
        "broker_url": config.celery_broker_url,
        "broker_transport_options": {
            "visibility_timeout": 900,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
            "socket_keepalive": True,
            "health_check_interval": 30,
        },
    }


class TimedTask(Task):  # type: ignore[type-arg]
    """The base of every task. Threads have no time limits of Celery's: past twice `deadline_seconds` the worker ends
    itself and is started again. A task that no one took before it `expires` (seconds) is dropped."""

    expires = 3600
    deadline_seconds = 900.0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from rapport.events.keeper import keeper

        with keeper.hold(str(self.name), deadline_seconds=self.deadline_seconds):
            return super().__call__(*args, **kwargs)


app: "Celery[Any]" = Celery("rapport", task_cls=TimedTask)
app.conf.update(
    **broker_settings(get_config()),
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_default_queue="bulk",
    task_queue_max_priority=None,
    task_create_missing_queues=True,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
    CELERY_DB_REUSE_MAX=1_000_000_000,  # read by this name alone; the drain closes connections that are too old
    timezone="UTC",
    enable_utc=True,
)
app.autodiscover_tasks(["rapport.events", "tenants", "billing", "ingestion", "agents"])

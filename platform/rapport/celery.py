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
        return _broker("memory://localhost/")
    from rapport.redis_address import ANSWER_SECONDS, CONNECT_SECONDS, read_redis_address

    address = read_redis_address("CELERY_BROKER_URL", config.celery_broker_url)
    return {
        **_broker(address.url),
        "broker_connection_max_retries": None,  # a worker waits for its broker for as long as it takes
        "broker_transport_options": {
            # Longer than any task: one that is redelivered while it runs finds its key leased and does nothing.
            "visibility_timeout": 3_700,
            "unacked_restore_interval": 2,
            "unacked_restore_throttle": 1,
            "global_keyprefix": address.prefix,
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": 2 * ANSWER_SECONDS,
            "socket_keepalive": True,
            "health_check_interval": 30,
            "retry_on_timeout": True,
        },
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1},
    }


def _broker(url: str) -> dict[str, Any]:
    """Celery itself reads CELERY_BROKER_URL from the environment before `broker_url`, with what is ours in it."""
    return {"broker_url": url, "broker_read_url": url, "broker_write_url": url}


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

"""The Celery app. Messages are doorbells: a key and no data; the truth is in the database."""

import os
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.settings")

from rapport.config import Config, get_config

QUEUES = ("live", "ingest", "bulk")


def broker_settings(config: Config) -> dict[str, Any]:
    """Celery's settings for CELERY_BROKER_URL; `embedded:` is a folder that one machine's processes share."""
    if not config.celery_broker_url.startswith("embedded"):
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
    folder = config.data_dir / "broker"
    for name in ("messages", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://",
        "broker_transport_options": {
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "processed_folder": str(folder / "processed"),
            "control_folder": str(folder / "control"),
            "store_processed": False,
            "polling_interval": 0.01,
        },
    }


app = Celery("rapport")
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
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    enable_utc=True,
)
app.autodiscover_tasks(["rapport.events", "tenants", "billing", "ingestion", "agents"])

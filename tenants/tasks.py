"""This app's part on Celery's clock: what is forgotten every night."""

from typing import Any

from celery.schedules import crontab

from rapport import logs
from rapport.celery import app

log = logs.get_logger(__name__)


@app.task(name="tenants.prune", expires=3600)
def prune() -> None:
    """Forget what was delivered long ago."""
    from tenants.selectors import list_tenant_ids
    from tenants.webhooks.log import prune_deliveries

    log.info("pruned", deliveries=sum(prune_deliveries(tenant_id=each) for each in list_tenant_ids()))


@app.on_after_finalize.connect
def schedule(sender: Any, **_: object) -> None:
    sender.add_periodic_task(crontab(hour="3", minute="53"), prune.s(), name="tenants.prune")

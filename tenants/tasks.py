"""This app's part on Celery's clock: what is forgotten every night, and companies whose deletion is due."""

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


@app.task(name="tenants.forget", expires=3600, deadline_seconds=3_600.0)
def forget() -> None:
    """Every night: what companies decided not to keep, and exports that are over."""
    from tenants.privacy.exporting import expire_exports
    from tenants.privacy.retention import enforce_retention
    from tenants.selectors import list_tenant_ids

    exports = sum(expire_exports(tenant_id=tenant_id) for tenant_id in list_tenant_ids())
    log.info("forgotten", exports=exports, **enforce_retention())


@app.task(name="tenants.depart", expires=600, deadline_seconds=3_600.0)
def depart() -> None:
    """Delete companies that are due, and go on with deletions that were broken off."""
    from tenants.privacy.departure import run_departures

    if count := run_departures():
        log.info("companies_deleted", count=count)


@app.on_after_finalize.connect
def schedule(sender: Any, **_: object) -> None:
    sender.add_periodic_task(crontab(hour="3", minute="53"), prune.s(), name="tenants.prune")
    sender.add_periodic_task(crontab(hour="2", minute="47"), forget.s(), name="tenants.forget")
    sender.add_periodic_task(crontab(minute="*/10"), depart.s(), name="tenants.depart")

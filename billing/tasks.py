"""This app's part on Celery's clock: sums of what is new, quotas that were reached, periods that are over."""

from typing import Any

from celery.schedules import crontab

from rapport import logs
from rapport.celery import app

log = logs.get_logger(__name__)


@app.task(name="billing.roll_up", expires=1800)
def roll_up_usage() -> None:
    """Every hour: hours and days of what was written, then what has reached its quota."""
    from billing.quotas import tell_quotas
    from billing.rollups import roll_up
    from tenants.selectors import list_tenant_ids

    sums = told = 0
    for tenant_id in list_tenant_ids():
        sums += roll_up(tenant_id=tenant_id)
        told += tell_quotas(tenant_id=tenant_id)
    log.info("usage_rolled_up", sums=sums, quotas_told=told)


@app.task(name="billing.close", expires=3600)
def close_periods() -> None:
    """Every night: whatever ended three days ago."""
    from billing.periods import close_due_periods
    from tenants.actors import SYSTEM
    from tenants.selectors import list_tenant_ids

    closed = sum(len(close_due_periods(tenant_id=each, actor=SYSTEM)) for each in list_tenant_ids())
    log.info("periods_closed", count=closed)


@app.on_after_finalize.connect
def schedule(sender: Any, **_: object) -> None:
    sender.add_periodic_task(crontab(minute="17"), roll_up_usage.s(), name="billing.roll_up")
    sender.add_periodic_task(crontab(hour="1", minute="23"), close_periods.s(), name="billing.close")

"""This app's part on Celery's clock: comparing the stores with the rows, a little at a time."""

from typing import Any

from celery.schedules import crontab

from rapport import logs
from rapport.celery import app
from rapport.errors import RapportError

log = logs.get_logger(__name__)


@app.task(name="ingestion.check_daily", expires=3600)
def check_daily() -> None:
    """Everybody's comparison becomes due."""
    from ingestion.pipeline.stores import get_stores
    from ingestion.projections import schedule
    from ingestion.projections.doubts import ask_for_all_checks

    try:
        schedule.check_daily(get_stores())
    except RapportError as error:
        log.warning("daily_check_put_off", error=error.code)
        ask_for_all_checks()


@app.task(name="ingestion.check_projections", expires=60, deadline_seconds=300.0)
def check_projections() -> None:
    """Look whether the stores answer, then give some of the tenants that are due their turn."""
    from ingestion.pipeline.stores import get_stores
    from ingestion.projections import schedule

    schedule.watch_stores()
    try:
        schedule.run_due_checks(get_stores())
    except RapportError as error:
        log.warning("checks_put_off", error=error.code)


@app.task(name="ingestion.count_storage", expires=3600)
def count_storage() -> None:
    """What every company keeps, told to the ledger: once for each day of its own time zone, however often asked."""
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    from billing.services import record_storage
    from billing.stored import measure_stored
    from ingestion.selectors import measure_storage
    from tenants.selectors import get_tenant, list_tenant_ids

    for tenant_id in list_tenant_ids():
        passages, size = measure_storage(tenant_id=tenant_id)
        today = timezone.now().astimezone(ZoneInfo(get_tenant(tenant_id).time_zone)).date()
        size += measure_stored(tenant_id)
        record_storage(tenant_id=tenant_id, day=today, passages=passages, size=size)


@app.on_after_finalize.connect
def schedule_checks(sender: Any, **_: object) -> None:
    sender.add_periodic_task(crontab(hour="3", minute="41"), check_daily.s(), name="ingestion.check_daily")
    sender.add_periodic_task(crontab(hour="*/4", minute="23"), count_storage.s(), name="ingestion.count_storage")
    sender.add_periodic_task(60.0, check_projections.s(), name="ingestion.check_projections")

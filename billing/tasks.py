"""This app's part on Celery's clock: sums of what is new, quotas that were reached, periods that are over, what
Stripe sent."""

from typing import Any

from celery.schedules import crontab

from rapport import logs
from rapport.celery import app

log = logs.get_logger(__name__)


@app.task(name="billing.roll_up", expires=1800)
def roll_up_usage() -> None:
    """Every hour: hours and days of what was written, then what has reached its quota, and what the month comes to."""
    from billing.companies import note_months
    from billing.quotas import tell_quotas
    from billing.rollups import roll_up
    from tenants.selectors import list_tenant_ids

    sums = told = 0
    for tenant_id in list_tenant_ids():
        sums += roll_up(tenant_id=tenant_id)
        told += tell_quotas(tenant_id=tenant_id)
        note_months(tenant_id=tenant_id)
    log.info("usage_rolled_up", sums=sums, quotas_told=told)


@app.task(name="billing.close", expires=3600)
def close_periods() -> None:
    """Every night: whatever ended three days ago."""
    from billing.companies import note_months
    from billing.periods import close_due_periods
    from tenants.actors import SYSTEM
    from tenants.selectors import list_tenant_ids

    closed = 0
    for tenant_id in list_tenant_ids():
        if periods := close_due_periods(tenant_id=tenant_id, actor=SYSTEM):
            closed += len(periods)
            note_months(tenant_id=tenant_id)
    log.info("periods_closed", count=closed)


@app.task(name="billing.feed_meters", expires=1800, deadline_seconds=1_800.0)
def feed_stripe_meters() -> None:
    """Every hour: what was used in those that are over, of companies that pay by Stripe."""
    from billing.stripe.door import is_on
    from billing.stripe.meters import feed_meters
    from tenants.selectors import list_tenant_ids

    if is_on():
        fed = [feed_meters(tenant_id=each) for each in list_tenant_ids()]
        sums = {name: sum(getattr(each, name) for each in fed) for name in ("written", "sent", "waiting")}
        log.info("stripe_meters_fed", **sums)


@app.task(name="billing.handle_stripe_events", expires=60)
def handle_stripe_events() -> None:
    """Every few seconds: what Stripe sent and what it was put off. There is nothing to ring for where it is received:
    that is another process."""
    from billing.stripe.door import is_on
    from billing.stripe.inbox import handle_waiting

    if is_on() and (count := handle_waiting()):
        log.info("stripe_events_handled", count=count)


@app.task(name="billing.forget_stripe_events", expires=3600)
def forget_stripe_events() -> None:
    """Every night: what was handled long ago."""
    from billing.stripe.inbox import forget_old_events

    log.info("stripe_events_forgotten", count=forget_old_events())


@app.on_after_finalize.connect
def schedule(sender: Any, **_: object) -> None:
    sender.add_periodic_task(crontab(minute="17"), roll_up_usage.s(), name="billing.roll_up")
    sender.add_periodic_task(crontab(hour="1", minute="23"), close_periods.s(), name="billing.close")
    sender.add_periodic_task(crontab(minute="7"), feed_stripe_meters.s(), name="billing.feed_meters")
    sender.add_periodic_task(10.0, handle_stripe_events.s(), name="billing.handle_stripe_events")
    sender.add_periodic_task(
        crontab(hour="3", minute="37"), forget_stripe_events.s(), name="billing.forget_stripe_events"
    )

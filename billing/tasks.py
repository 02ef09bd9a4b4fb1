"""This app's part on Celery's clock: sums of what is new, quotas that were reached, periods that are over, what
Stripe sent."""

from typing import Any
from uuid import UUID

from celery.schedules import crontab

from rapport import logs
from rapport.celery import app
from rapport.errors import RapportError

log = logs.get_logger(__name__)

FEED_SECONDS = 1_200.0  # then no further company begins: the next hour comes


@app.task(name="billing.roll_up", expires=1800)
def roll_up_usage() -> None:
    """Every hour: hours and days of what was written, then what has reached its quota, and what the month comes to.
    What workers that died had kept aside is given back."""
    from billing.budgets import expire_holds
    from billing.companies import note_months
    from billing.quotas import tell_quotas
    from billing.rollups import roll_up
    from billing.rounds import go_round
    from tenants.selectors import list_tenant_ids

    def turn(tenant_id: UUID) -> tuple[int, int]:
        counts = roll_up(tenant_id=tenant_id), tell_quotas(tenant_id=tenant_id)
        note_months(tenant_id=tenant_id)
        expire_holds(tenant_id=tenant_id)
        return counts

    went = go_round("usage-sums", turn, list_tenant_ids(), lanes=1)
    sums, told = (sum(each[number] for each in went.done) for number in (0, 1))
    log.info("usage_rolled_up", sums=sums, quotas_told=told, failed=went.failed, left=went.left)


@app.task(name="billing.close", expires=3600)
def close_periods() -> None:
    """Every night: whatever ended three days ago."""
    from billing.companies import note_months
    from billing.periods import close_due_periods
    from billing.rounds import go_round
    from tenants.actors import SYSTEM
    from tenants.selectors import list_tenant_ids

    def turn(tenant_id: UUID) -> int:
        if closed := len(close_due_periods(tenant_id=tenant_id, actor=SYSTEM)):
            note_months(tenant_id=tenant_id)
        return closed

    went = go_round("periods", turn, list_tenant_ids(), lanes=1)
    log.info("periods_closed", count=sum(went.done), failed=went.failed, left=went.left)


@app.task(name="billing.feed_meters", expires=1800, deadline_seconds=1_800.0)
def feed_stripe_meters() -> None:
    """Every hour: what was used in those that are over, of companies that pay by Stripe. One for which Stripe does not
    answer holds up no other; for whom there is no time now comes first in the next hour."""
    from billing.rounds import go_round
    from billing.stripe.door import is_on
    from billing.stripe.meters import feed_meters, list_fed

    if is_on():
        fed = go_round("stripe-meters", lambda each: feed_meters(tenant_id=each), list_fed(), seconds=FEED_SECONDS)
        sums = {name: sum(getattr(each, name) for each in fed.done) for name in ("written", "sent", "waiting")}
        log.info("stripe_meters_fed", failed=fed.failed, left=fed.left, **sums)


@app.task(name="billing.align_stripe_prices", expires=1800)
def align_stripe_prices() -> None:
    """Every hour: subscriptions of companies whose rates have changed with the month."""
    from billing.stripe.customers import list_customers
    from billing.stripe.door import is_on
    from billing.stripe.own_rates import align_prices

    for tenant_id in list_customers() if is_on() else ():
        try:
            align_prices(tenant_id=tenant_id)
        except RapportError as error:
            log.error("stripe_prices_not_aligned", tenant=str(tenant_id), code=error.code)


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
    sender.add_periodic_task(crontab(minute="27"), align_stripe_prices.s(), name="billing.align_stripe_prices")
    sender.add_periodic_task(10.0, handle_stripe_events.s(), name="billing.handle_stripe_events")
    sender.add_periodic_task(
        crontab(hour="3", minute="37"), forget_stripe_events.s(), name="billing.forget_stripe_events"
    )

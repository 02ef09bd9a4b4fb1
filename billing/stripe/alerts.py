"""When usage does not arrive at Stripe as it was told: a line of the log that is an error, and a figure to alert on."""

from rapport import logs
from rapport.metrics.registry import STRIPE_METER_FAILURES

log = logs.get_logger(__name__)


def alert(why: str, **facts: object) -> None:
    """`why`: "refused", "disputed" or "reported"."""
    STRIPE_METER_FAILURES.labels(why).inc()
    log.error("stripe_meter_out_of_step", why=why, **facts)

"""Which events Stripe is asked to send. All of a customer's mean the same: ask how things are with it."""

HANDLED = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.deleted",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.marked_uncollectible",
    "invoice.voided",
)
# Of the newer kind: sent by an event destination of their own, with their own secret.
METER_ERRORS = ("v1.billing.meter.error_report_triggered", "v1.billing.meter.no_meter_found")


def is_about_a_meter(kind: str) -> bool:
    return kind in METER_ERRORS

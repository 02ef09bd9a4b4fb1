"""What this app handles. Imported when Django starts; what handlers need is imported when they run."""

from uuid import UUID

from rapport.events.envelope import Event
from rapport.events.topics import Failure, subscribe
from tenants.webhooks.topics import DELIVERY_DUE, SUBSCRIPTION, WEBHOOKS


def give_up_delivery(event: Event, failure: Failure) -> None:
    """It killed its workers, or nobody knows what to make of it: the next one has its turn."""
    from tenants.webhooks.delivering import give_up

    give_up(UUID(event.data["delivery_id"]), failure.code)


@subscribe(
    SUBSCRIPTION,
    topic=WEBHOOKS,
    types={DELIVERY_DUE},
    queue="calls",
    is_transactional=False,
    max_attempts=200,  # three days of attempts are some thirty
    deadline_seconds=60.0,
    on_dead=give_up_delivery,
)
def handle_due_delivery(event: Event) -> None:
    """Send one delivery; those of an endpoint one after the other."""
    from tenants.webhooks.delivering import deliver

    deliver(tenant_id=event.tenant_id, delivery_id=UUID(event.data["delivery_id"]))

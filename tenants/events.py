"""What this app emits and handles. Imported when Django starts; what handlers need is imported when they run."""

from uuid import UUID

from rapport.events.envelope import Event
from rapport.events.topics import Failure, declare_topic, subscribe
from tenants.topics import ERASURE_REQUESTED, EXPORT_REQUESTED, PRIVACY
from tenants.webhooks.topics import DELIVERY_DUE, SUBSCRIPTION, WEBHOOKS

declare_topic(PRIVACY)


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


def erasure_is_stuck(event: Event, failure: Failure) -> None:
    from tenants.privacy.erasure import mark_stuck

    mark_stuck(erasure_id=UUID(event.data["erasure_id"]), code=failure.code)


def export_failed(event: Event, failure: Failure) -> None:
    from tenants.privacy.exporting import mark_failed

    mark_failed(export_id=UUID(event.data["export_id"]), code=failure.code)


@subscribe(
    "erase-contacts",
    topic=PRIVACY,
    types={ERASURE_REQUESTED},
    is_transactional=False,
    max_attempts=20,  # some two hours: a store that is away is waited for
    deadline_seconds=1_800.0,
    on_dead=erasure_is_stuck,
)
def handle_erasure(event: Event) -> None:
    from tenants.privacy.erasure import run_erasure

    run_erasure(tenant_id=event.tenant_id, erasure_id=UUID(event.data["erasure_id"]))


@subscribe(
    "make-exports",
    topic=PRIVACY,
    types={EXPORT_REQUESTED},
    is_transactional=False,
    max_attempts=5,
    deadline_seconds=3_600.0,
    on_dead=export_failed,
)
def handle_export(event: Event) -> None:
    from tenants.privacy.exporting import make_export

    make_export(tenant_id=event.tenant_id, export_id=UUID(event.data["export_id"]))

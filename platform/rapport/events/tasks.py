"""Celery's part: doorbells and the clock. A task carries names, never data; losing one costs only time."""

from uuid import UUID

from rapport.celery import app
from rapport.events.dispatch import dispatch_after_drain
from rapport.events.drain import drain
from rapport.events.inbox import Key
from rapport.events.topics import find_subscription


@app.task(name="rapport.events.drain", expires=60)
def drain_key(subscription: str, tenant_id: str, key: str) -> None:
    """Drain one key, then give its slot to the next one."""
    drained = drain(Key(subscription, UUID(tenant_id), key))
    if found := find_subscription(subscription):
        dispatch_after_drain(found.queue, is_due_again=drained.is_due_again)

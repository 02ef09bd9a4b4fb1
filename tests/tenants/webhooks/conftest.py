"""A receiver that may be reached although it is private, and an endpoint of Acme's that is told to it."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from rapport.config import get_config
from rapport.events.models import InboxEvent, KeyLease
from rapport.outbound.transport import configured_allow_list
from tenants.actors import user_actor
from tenants.webhooks import sending
from tenants.webhooks.endpoints import create_webhook
from tenants.webhooks.log import DeliveryView, list_deliveries
from tests.cast import Cast
from tests.tenants.webhooks.receiver import Receiver, receiving


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(server: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    server.got.clear()
    server.requests, server.seconds = 0, 0.0
    server.will_answer(200, body=b"thanks")
    allow(monkeypatch, f"127.0.0.1:{server.port}")
    yield server
    _forget()


def allow(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    """As OUTBOUND_ALLOWED_PRIVATE_HOSTS would."""
    monkeypatch.setattr(type(get_config()), "outbound_allowed_private_hosts", hosts)
    _forget()


def _forget() -> None:
    configured_allow_list.cache_clear()
    sending._client.cache_clear()


@pytest.fixture
def webhook(cast: Cast, receiver: Receiver) -> UUID:
    """Acme's, of all types."""
    return add(cast, receiver)


def add(cast: Cast, receiver: Receiver, *types: str) -> UUID:
    made = create_webhook(
        tenant_id=cast.acme.tenant_id, url=receiver.url, event_types=types or ("*",), actor=user_actor(cast.alice.id)
    )
    receiver.secrets.append(made.secret)
    return made.id


def deliveries(cast: Cast, webhook_id: UUID) -> list[DeliveryView]:
    """Oldest first."""
    return list_deliveries(tenant_id=cast.acme.tenant_id, webhook_id=webhook_id)[::-1]


def make_due() -> None:
    """The pause before the next attempt is over."""
    InboxEvent.objects.update(next_attempt_at=None)
    KeyLease.objects.filter(ready_at__isnull=False).update(ready_at="2020-01-01T00:00:00Z")

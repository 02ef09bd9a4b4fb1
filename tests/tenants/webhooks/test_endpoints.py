"""Adding and changing endpoints: which addresses are refused, when they are entered and when they are called."""

import socket
from uuid import UUID, uuid4

import pytest

from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.audit_log import list_audit
from tenants.context import tenant_scope
from tenants.webhooks import endpoints
from tenants.webhooks.endpoints import WebhookChanges, create_webhook, delete_webhook, update_webhook
from tenants.webhooks.errors import DeliveryNotFound, InvalidWebhook, WebhookNotFound
from tenants.webhooks.log import get_webhook, list_deliveries
from tenants.webhooks.models import WebhookDelivery, WebhookEndpoint
from tenants.webhooks.resending import resend_delivery
from tests.cast import Cast
from tests.tenants.webhooks.conftest import allow, deliveries
from tests.tenants.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db

REFUSED = [
    "https://127.0.0.1/",
    "https://2130706433/",  # decimal
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",  # IPv4 in IPv6
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::10.0.0.1]/",  # NAT64
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://localhost/",
    "http://93.184.216.34/",  # public, and not encrypted
    "ftp://93.184.216.34/",
    "https://user:password@93.184.216.34/",
    "https://93.184.216.34/#part",
    "https://93.184.216.34/\nHost: x",
    "https://",
    "javascript:alert(1)",
    f"https://93.184.216.34/{'x' * 2000}",
]


def make(cast: Cast, url: str, *types: str) -> UUID:
    return create_webhook(tenant_id=cast.acme.tenant_id, url=url, event_types=types or ["*"], actor=SYSTEM).id


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_leads_inside_is_refused_at_once(cast: Cast, url: str) -> None:
    with pytest.raises(InvalidWebhook) as error:
        make(cast, url)
    assert error.value.param == "url"


def test_a_public_address_is_taken(cast: Cast) -> None:
    webhook = make(cast, "  https://93.184.216.34:8443/hook?x=1  ", "document.*", "agent.updated")
    found = get_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook)
    assert (found.url, found.event_types) == ("https://93.184.216.34:8443/hook?x=1", ("agent.updated", "document.*"))
    assert (found.state, found.is_enabled) == ("new", True)


@pytest.mark.parametrize("types", [[], ["nothing.happened"], ["document"], ["*.ready"], ["webhook.*"]])
def test_types_are_those_of_the_catalogue(cast: Cast, types: list[str]) -> None:
    with pytest.raises(InvalidWebhook) as error:
        create_webhook(tenant_id=cast.acme.tenant_id, url="https://93.184.216.34/", event_types=types, actor=SYSTEM)
    assert error.value.param == "event_types"


def test_a_name_that_leads_inside_only_later_is_not_connected_to(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it was entered, our own machine when it is called."""
    answers = ["93.184.216.34"]
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *args: object, **options: object) -> object:
        return real(answers[-1] if host == "rebinding.example" else host, port, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    webhook = make(cast, f"https://rebinding.example:{receiver.port}/")
    answers.append("127.0.0.1")
    allow(monkeypatch)
    assert attempt(cast, webhook) == (None, "private_address")
    assert receiver.requests == 0


def test_a_redirect_is_not_followed(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(302, headers={"location": f"http://127.0.0.1:{receiver.port}/elsewhere"})
    assert attempt(cast, webhook) == (302, "status_302")
    assert receiver.requests == 1


def test_who_does_not_answer_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    allow(monkeypatch, host)
    assert attempt(cast, make(cast, f"http://{host}/")) == (None, "host_unreachable")


def test_who_is_too_slow_is_not_waited_for(
    cast: Cast, receiver: Receiver, webhook: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from tenants.webhooks import sending

    monkeypatch.setattr(sending, "LIMITS", replace(sending.LIMITS, read_seconds=0.2, total_seconds=0.2))
    sending._client.cache_clear()
    receiver.seconds = 1.0
    assert attempt(cast, webhook) == (None, "outbound_timeout")


def attempt(cast: Cast, webhook: UUID) -> tuple[int | None, str]:
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="document.deleted", subject="doc_1")
    deliver_now()
    (delivery,) = deliveries(cast, webhook)
    assert (delivery.state, delivery.attempt_count) == ("waiting", 1)
    return delivery.last_status, delivery.last_error


def test_changes_are_in_the_log_with_what_was_before(cast: Cast) -> None:
    webhook = make(cast, "https://93.184.216.34/")
    changes = WebhookChanges(description="Orders", event_types=["agent.*"])
    for _ in range(2):  # the second changes nothing
        update_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook, changes=changes, actor=SYSTEM)
    delete_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook, actor=SYSTEM)
    deleted, updated, created = list_audit(tenant_id=cast.acme.tenant_id)[:3]
    assert [deleted.action, updated.action, created.action] == ["webhook.deleted", "webhook.updated", "webhook.created"]
    assert updated.before == {"description": "", "event_types": ["*"]}
    assert updated.after == {"description": "Orders", "event_types": ["agent.*"]}


def test_with_an_endpoint_its_log_goes(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="document.deleted", subject="doc_1")
    delete_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook, actor=SYSTEM)
    deliver_now()
    assert receiver.requests == 0
    with tenant_scope(cast.acme.tenant_id):
        assert not WebhookDelivery.objects.exists()


def test_there_are_not_endlessly_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST_ENDPOINTS", 1)
    make(cast, "https://93.184.216.34/")
    with pytest.raises(InvalidWebhook, match="already"):
        make(cast, "https://93.184.216.34/")


def test_a_stranger_finds_changes_and_sends_nothing(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    other = cast.other.tenant_id
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="document.deleted", subject="doc_1")
    (delivery,) = deliveries(cast, webhook)
    for call in (
        lambda: get_webhook(tenant_id=other, webhook_id=webhook),
        lambda: list_deliveries(tenant_id=other, webhook_id=webhook),
        lambda: delete_webhook(tenant_id=other, webhook_id=webhook, actor=SYSTEM),
        lambda: update_webhook(
            tenant_id=other, webhook_id=webhook, changes=WebhookChanges(url="https://93.184.216.34/"), actor=SYSTEM
        ),
        lambda: endpoints.rotate_secret(tenant_id=other, webhook_id=webhook, actor=SYSTEM),
        lambda: endpoints.send_test_event(tenant_id=other, webhook_id=webhook, actor=SYSTEM),
    ):
        with pytest.raises(WebhookNotFound):
            call()
    with pytest.raises(DeliveryNotFound):
        resend_delivery(tenant_id=other, webhook_id=webhook, delivery_id=delivery.id, actor=SYSTEM)
    with pytest.raises(DeliveryNotFound):
        resend_delivery(tenant_id=cast.acme.tenant_id, webhook_id=uuid4(), delivery_id=delivery.id, actor=SYSTEM)
    with tenant_scope(cast.acme.tenant_id):
        assert WebhookEndpoint.objects.get().url == receiver.url

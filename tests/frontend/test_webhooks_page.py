"""The pages of webhooks: adding one, its secret once, its log, sending again, and who may do what."""

import re
from uuid import UUID

import pytest
from django.test import Client

from frontend.pages.webhooks import picture_of
from rapport.events.inline import deliver_now
from rapport.ids import Prefix, encode
from tenants.audit_log import list_audit
from tenants.webhooks.log import Day, get_webhook, list_deliveries, list_webhooks
from tests.cast import Cast
from tests.frontend.seed_webhooks import SeededWebhooks, seed_webhooks
from tests.tenants.webhooks.conftest import receiver as receiver
from tests.tenants.webhooks.conftest import server as server
from tests.tenants.webhooks.receiver import Receiver

PATH = "/webhooks/"


@pytest.fixture
def hooks(cast: Cast) -> SeededWebhooks:
    return seed_webhooks(cast.acme.tenant_id)


def post(client: Client, path: str, data: dict[str, object] | None = None) -> tuple[int, str]:
    client.get("/settings/")
    answer = client.post(path, {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, **(data or {})}, follow=True)
    return answer.status_code, answer.content.decode()


def page_of(webhook: UUID) -> str:
    return f"{PATH}{encode(Prefix.WEBHOOK, webhook)}/"


def test_one_is_added_tried_and_its_secret_shown_once(cast: Cast, alice_client: Client, receiver: Receiver) -> None:
    status, shown = post(alice_client, PATH, {"url": receiver.url, "event_types": ["agent.*"], "description": "CRM"})
    assert status == 200
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown)
    assert secret
    receiver.secrets.append(secret.group())
    (webhook,) = list_webhooks(tenant_id=cast.acme.tenant_id)
    assert secret.group() not in alice_client.get(page_of(webhook.id)).content.decode()
    post(alice_client, f"{page_of(webhook.id)}test/")
    deliver_now()
    assert receiver.types() == ["webhook.test"]
    assert "webhook.test" in alice_client.get(page_of(webhook.id)).content.decode()


def test_what_is_wrong_is_said_and_what_was_entered_stays(cast: Cast, alice_client: Client) -> None:
    status, shown = post(alice_client, PATH, {"url": "https://10.0.0.1/", "event_types": ["agent.*"]})
    assert status == 400
    assert "leads into a private network" in shown
    assert 'value="https://10.0.0.1/"' in shown
    assert list_webhooks(tenant_id=cast.acme.tenant_id) == []


def test_the_list_shows_how_each_does(alice_client: Client, hooks: SeededWebhooks) -> None:
    page = alice_client.get(PATH).content.decode()
    for words in ("healthy", "failing", "switched off", "Order service", "attempts of"):
        assert words in page
    assert "no delivery was accepted for five days" in alice_client.get(page_of(hooks.disabled)).content.decode()


def test_deliveries_are_filtered_and_opened(alice_client: Client, hooks: SeededWebhooks) -> None:
    page = alice_client.get(f"{page_of(hooks.failing)}?state=delivered").content.decode()
    assert "None of these" in page
    one = f"{page_of(hooks.failing)}deliveries/{encode(Prefix.DELIVERY, hooks.delivery)}/"
    shown = alice_client.get(one).content.decode()
    assert "&lt;h1&gt;502 Bad Gateway" in shown, "what a stranger's server answers is text"
    assert "status_502" in shown


def test_it_is_changed_switched_replaced_and_removed(cast: Cast, alice_client: Client, hooks: SeededWebhooks) -> None:
    page, tenant_id = page_of(hooks.healthy), cast.acme.tenant_id
    post(alice_client, page, {"url": "https://93.184.216.34/", "description": "New", "event_types": ["*"]})
    post(alice_client, f"{page}disable/")
    found = get_webhook(tenant_id=tenant_id, webhook_id=hooks.healthy)
    assert (found.url, found.description, found.disabled_reason) == ("https://93.184.216.34/", "New", "by_hand")
    post(alice_client, f"{page}enable/")
    assert "whsec_" in post(alice_client, f"{page}rotate/")[1]
    assert post(alice_client, f"{page}remove/")[0] == 200
    assert len(list_webhooks(tenant_id=tenant_id)) == 2
    actions = [row.action for row in list_audit(tenant_id=tenant_id, limit=5)]
    assert actions[:2] == ["webhook.deleted", "webhook.secret_rotated"]


def test_one_is_sent_again(cast: Cast, alice_client: Client, hooks: SeededWebhooks) -> None:
    done = list_deliveries(tenant_id=cast.acme.tenant_id, webhook_id=hooks.healthy)[0]
    path = f"{page_of(hooks.healthy)}deliveries/{encode(Prefix.DELIVERY, done.id)}/resend/"
    assert post(alice_client, path)[0] == 200
    waiting = list_deliveries(tenant_id=cast.acme.tenant_id, webhook_id=hooks.healthy, state="waiting")
    assert [each.id for each in waiting] == [done.id]


def test_who_may_only_read_changes_nothing(bob_client: Client, hooks: SeededWebhooks) -> None:
    page = bob_client.get(page_of(hooks.healthy)).content.decode()
    assert "Send a test event" not in page
    for path in (PATH, page_of(hooks.healthy), f"{page_of(hooks.healthy)}remove/"):
        assert post(bob_client, path, {"url": "https://93.184.216.34/"})[0] == 403


def test_a_stranger_finds_none_of_it(charlie_client: Client, hooks: SeededWebhooks) -> None:
    one = f"{page_of(hooks.failing)}deliveries/{encode(Prefix.DELIVERY, hooks.delivery)}/"
    for path in (page_of(hooks.healthy), one):
        assert charlie_client.get(path).status_code == 404
    for path in (page_of(hooks.healthy), f"{page_of(hooks.healthy)}rotate/", f"{one}resend/"):
        assert post(charlie_client, path, {"url": "https://93.184.216.34/", "event_types": "*"})[0] == 404
    assert "acme" not in charlie_client.get(PATH).content.decode()


def test_the_picture_stands_on_what_was_refused() -> None:
    from datetime import date

    picture = picture_of([Day(date(2026, 11, 25), 0, 0), Day(date(2026, 11, 26), 3, 1)])
    assert picture.share == 0.75
    bar = picture.bars[1]
    assert (bar.refused, bar.refused_y, bar.taken, bar.taken_y) == (7.0, 21.0, 21.0, 0.0)

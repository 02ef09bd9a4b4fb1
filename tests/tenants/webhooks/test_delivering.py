"""Deliveries to a real server: signed, in order, tried again, given up, switched off, sent again by hand."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from standardwebhooks import Webhook

from agents.services import AgentChanges, update_agent
from rapport.events.inbox import has_more_pending_than
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent
from rapport.ids import Prefix, decode, encode
from tenants.actors import SYSTEM, user_actor
from tenants.audit import Audited, record_audit, record_audits
from tenants.audit_log import list_audit
from tenants.context import current_tenant_id, tenant_scope
from tenants.webhooks import delivering
from tenants.webhooks.delivering import LONGEST_PAUSE_SECONDS, deliver, pause_seconds
from tenants.webhooks.endpoints import WebhookChanges, rotate_secret, send_test_event, update_webhook
from tenants.webhooks.errors import NotDelivered, WebhookDisabled
from tenants.webhooks.log import attempts_by_day, get_delivery, get_webhook, list_webhooks, prune_deliveries
from tenants.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tenants.webhooks.resending import resend_delivery
from tenants.webhooks.sending import Parcel, headers_of, send
from tenants.webhooks.topics import SUBSCRIPTION
from tests.cast import Cast
from tests.tenants.webhooks.conftest import add, deliveries, make_due
from tests.tenants.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db


def happen(cast: Cast, *numbers: int) -> None:
    with tenant_scope(cast.acme.tenant_id):
        record_audits(SYSTEM, [Audited("document.deleted", f"doc_{number}") for number in numbers])


def subjects(receiver: Receiver) -> list[str]:
    return [each["data"]["id"] for each in receiver.got]


def test_what_a_service_does_arrives_signed(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(name="Ada", greeting="Psst, the secret is 42."),
        actor=user_actor(cast.alice.id),
    )
    deliver_now()
    published, got = receiver.got
    assert (published["type"], published["data"]["version"]) == ("agent.published", 2)
    assert got["type"] == "agent.updated"
    assert got["data"]["id"] == encode(Prefix.AGENT, cast.acme.agent_id)
    assert got["data"]["actor"] == f"user:{encode(Prefix.USER, cast.alice.id)}"
    assert got["data"]["changes"]["after"]["name"] == "Ada"
    assert "secret is" not in json.dumps(got)
    delivery = next(each for each in deliveries(cast, webhook) if each.event_type == "agent.updated")
    assert (delivery.state, delivery.last_status, delivery.attempt_count) == ("delivered", 200, 1)
    assert decode(Prefix.EVENT, got["webhook-id"]) == delivery.event_id
    _, (attempt,) = get_delivery(tenant_id=cast.acme.tenant_id, webhook_id=webhook, delivery_id=delivery.id)
    assert (attempt.status, attempt.response) == (200, "thanks")
    assert get_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook).state == "healthy"


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of github.com/standard-webhooks/standard-webhooks."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", '{"test": 2432232314}'
    signature = Webhook(secret).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    parcel = Parcel("", UUID(int=7), body, [secret, secret])
    headers = headers_of(parcel, datetime.now(UTC))
    assert headers["webhook-signature"].count("v1,") == 2
    Webhook(secret).verify(body, headers)


def test_each_endpoint_is_told_only_what_it_asked_for(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    nouns, one = add(cast, receiver, "document.*"), add(cast, receiver, "agent.updated")
    happen(cast, 1)
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="nothing.for_strangers")
    assert [len(deliveries(cast, each)) for each in (webhook, nouns, one)] == [1, 1, 0]
    assert deliveries(cast, webhook)[0].event_id == deliveries(cast, nouns)[0].event_id


def test_another_company_is_told_nothing(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    with tenant_scope(cast.other.tenant_id):
        record_audit(actor=SYSTEM, action="document.deleted", subject="doc_1")
    deliver_now()
    assert receiver.requests == 0
    assert list_webhooks(tenant_id=cast.other.tenant_id) == []


def test_a_failing_delivery_holds_the_later_ones_back(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(500, 503, 200)
    happen(cast, 1, 2, 3)
    deliver_now()
    assert subjects(receiver) == ["doc_1"]
    first, second, _ = deliveries(cast, webhook)
    assert (first.state, first.last_error, second.attempt_count) == ("waiting", "status_500", 0)
    assert first.next_attempt_at is not None
    assert get_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook).state == "failing"
    make_due()
    deliver_now()
    assert subjects(receiver) == ["doc_1", "doc_1"]
    make_due()
    deliver_now()
    assert subjects(receiver) == ["doc_1", "doc_1", "doc_1", "doc_2", "doc_3"]
    assert len(set(receiver.ids())) == 3, "an attempt more is the same event"
    assert {each.state for each in deliveries(cast, webhook)} == {"delivered"}
    assert get_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook).state == "healthy"


def test_one_endpoint_that_fails_holds_no_other_back(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    add(cast, receiver, "document.*")
    receiver.will_answer(500, 200)
    happen(cast, 1, 2)
    deliver_now()
    assert sorted(subjects(receiver)) == ["doc_1", "doc_1", "doc_2"]


def test_pauses_grow_to_hours_and_differ() -> None:
    pauses = [pause_seconds(attempt) for attempt in range(1, 40)]
    assert 3 < pauses[0] < 7
    assert pauses[5] > 10 * pauses[2]
    assert max(pauses) <= 1.25 * LONGEST_PAUSE_SECONDS
    assert len({pause_seconds(9) for _ in range(20)}) > 1
    assert 20 < next(count for count in range(40) if sum(pauses[:count]) > 3 * 24 * 3600) < 36


def test_after_three_days_it_is_given_up_and_the_next_has_its_turn(
    cast: Cast, receiver: Receiver, webhook: UUID
) -> None:
    receiver.will_answer(500, 200)
    happen(cast, 1, 2)
    with tenant_scope(cast.acme.tenant_id):
        first = WebhookDelivery.objects.order_by("id").first()
        assert first is not None
        WebhookDelivery.objects.filter(id=first.id).update(tried_until=timezone.now() - timedelta(seconds=1))
    deliver_now()
    assert [each.state for each in deliveries(cast, webhook)] == ["failed", "delivered"]


def test_what_the_receiver_asks_for_is_waited(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(429, headers={"retry-after": "3000"})
    happen(cast, 1)
    deliver_now()
    (delivery,) = deliveries(cast, webhook)
    assert delivery.next_attempt_at is not None
    assert delivery.next_attempt_at - timezone.now() > timedelta(seconds=2000)


def test_after_five_days_it_is_switched_off_and_its_people_are_told(
    cast: Cast,
    receiver: Receiver,
    webhook: UUID,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    receiver.will_answer(500)
    happen(cast, 1, 2)
    with tenant_scope(cast.acme.tenant_id):
        WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=5, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        deliver_now()
    found = get_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook)
    assert (found.is_enabled, found.disabled_reason, found.state) == (False, "failures", "disabled")
    assert [each.state for each in deliveries(cast, webhook)] == ["failed", "cancelled"]
    assert receiver.requests == 1
    told = [each for each in mail.outbox if "switched off" in each.subject]
    assert [each.to for each in told] == [["alice@acme.example"]], "Bob, the analyst, could not mend it"
    assert encode(Prefix.WEBHOOK, webhook) in str(told[0].body)
    row = list_audit(tenant_id=cast.acme.tenant_id)[0]
    assert (row.action, row.actor, row.details["reason"]) == ("webhook.disabled", "system", "failures")


def test_switched_on_again_it_is_told_what_happens_from_then_on(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    switch(cast, webhook, is_on=False)
    happen(cast, 1)
    switch(cast, webhook, is_on=True)
    happen(cast, 2)
    deliver_now()
    assert subjects(receiver) == ["doc_2"]


def switch(cast: Cast, webhook: UUID, *, is_on: bool) -> None:
    update_webhook(
        tenant_id=cast.acme.tenant_id, webhook_id=webhook, changes=WebhookChanges(is_enabled=is_on), actor=SYSTEM
    )


def test_gone_is_gone_at_once(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(410)
    happen(cast, 1)
    deliver_now()
    assert get_webhook(tenant_id=cast.acme.tenant_id, webhook_id=webhook).disabled_reason == "gone"


def test_both_secrets_sign_while_one_is_replaced(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    old = receiver.secrets.pop()
    new = rotate_secret(tenant_id=cast.acme.tenant_id, webhook_id=webhook, actor=SYSTEM).secret
    receiver.secrets[:] = [old]
    happen(cast, 1)
    deliver_now()
    receiver.secrets[:] = [new]
    happen(cast, 2)
    deliver_now()
    assert subjects(receiver) == ["doc_1", "doc_2"]
    with tenant_scope(cast.acme.tenant_id):
        WebhookEndpoint.objects.update(old_secret_until=timezone.now())
    receiver.secrets[:] = [old]
    happen(cast, 3)
    deliver_now()
    assert subjects(receiver) == ["doc_1", "doc_2"], "the old one signs no more"


def test_no_secret_is_kept_readable(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    secret = receiver.secrets[-1].removeprefix("whsec_")
    with tenant_scope(cast.acme.tenant_id):
        row = WebhookEndpoint.objects.get()
        told = " ".join(str(each) for each in WebhookDelivery.objects.values_list("body"))
    assert secret not in row.secret
    assert secret not in str(list_audit(tenant_id=cast.acme.tenant_id)) + told


def test_sent_again_by_hand_it_is_the_same_event(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    happen(cast, 1)
    deliver_now()
    (delivery,) = deliveries(cast, webhook)
    again(cast, webhook, delivery.id)
    deliver_now()
    assert receiver.ids() == [encode(Prefix.EVENT, delivery.event_id)] * 2
    (after,) = deliveries(cast, webhook)
    assert (after.state, after.attempt_count) == ("delivered", 2)
    switch(cast, webhook, is_on=False)
    with pytest.raises(WebhookDisabled):
        again(cast, webhook, delivery.id)


def test_by_hand_nobody_waits_for_the_next_attempt(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(500, 200)
    happen(cast, 1, 2)
    deliver_now()
    assert receiver.requests == 1
    again(cast, webhook, deliveries(cast, webhook)[1].id)
    deliver_now()
    assert subjects(receiver) == ["doc_1", "doc_1", "doc_2"]


def again(cast: Cast, webhook: UUID, delivery: UUID) -> None:
    resend_delivery(tenant_id=cast.acme.tenant_id, webhook_id=webhook, delivery_id=delivery, actor=SYSTEM)


def test_what_waits_for_one_server_holds_up_nobody_elses_events(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(500)
    happen(cast, 1, 2, 3)
    deliver_now()
    assert InboxEvent.objects.filter(subscription=SUBSCRIPTION, state="pending").count() == 3
    assert not has_more_pending_than(0), "the consumer would take nothing in any more"


def test_a_test_event_takes_its_turn(cast: Cast, receiver: Receiver) -> None:
    webhook = add(cast, receiver, "agent.created")
    send_test_event(tenant_id=cast.acme.tenant_id, webhook_id=webhook, actor=SYSTEM)
    deliver_now()
    assert receiver.types() == ["webhook.test"]


def test_of_an_answer_the_beginning_is_kept(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(200, body=b"a\x00b" + b"x" * 100_000)
    happen(cast, 1)
    deliver_now()
    with tenant_scope(cast.acme.tenant_id):
        attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.response[:3], len(attempt.response)) == (200, "abx", 2047)


def test_no_transaction_and_no_scope_is_open_while_it_is_sent(
    cast: Cast, receiver: Receiver, webhook: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(parcel: Parcel) -> object:
        seen.append((current_tenant_id(), len(connection.savepoint_ids)))
        return send(parcel)

    monkeypatch.setattr(delivering, "send", look)
    happen(cast, 1)
    outside = len(connection.savepoint_ids)
    deliver_now()
    assert seen == [(None, outside)]


def test_one_that_was_sent_is_not_sent_again_when_its_mark_was_lost(
    cast: Cast, receiver: Receiver, webhook: UUID
) -> None:
    happen(cast, 1)
    (delivery,) = deliveries(cast, webhook)
    for _ in range(2):
        deliver(tenant_id=cast.acme.tenant_id, delivery_id=delivery.id)
    assert receiver.requests == 1


def test_what_was_rolled_back_is_told_to_nobody(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    with tenant_scope(cast.acme.tenant_id), transaction.atomic():
        record_audit(actor=SYSTEM, action="document.deleted", subject="doc_1")
        transaction.set_rollback(True)
    deliver_now()
    assert receiver.requests == 0


def test_an_attempt_that_is_to_be_repeated_says_when(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(500)
    happen(cast, 1)
    with pytest.raises(NotDelivered) as error:
        deliver(tenant_id=cast.acme.tenant_id, delivery_id=deliveries(cast, webhook)[0].id)
    assert error.value.retry_after_seconds is not None
    assert 3 <= error.value.retry_after_seconds <= 7


def test_days_show_how_many_were_taken(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    receiver.will_answer(500, 200)
    happen(cast, 1)
    deliver_now()
    make_due()
    deliver_now()
    days = attempts_by_day(tenant_id=cast.acme.tenant_id, webhook_ids=[webhook])[webhook]
    assert len(days) == 14
    assert (days[-1].taken, days[-1].refused) == (1, 1)
    assert sum(each.taken + each.refused for each in days[:-1]) == 0


def test_old_deliveries_are_forgotten(cast: Cast, receiver: Receiver, webhook: UUID) -> None:
    happen(cast, 1, 2)
    deliver_now()
    with tenant_scope(cast.acme.tenant_id):
        old = WebhookDelivery.objects.order_by("id").first()
        WebhookDelivery.objects.filter(id=old.id).update(created_at=timezone.now() - timedelta(days=31))  # type: ignore[union-attr]
    assert prune_deliveries(tenant_id=cast.acme.tenant_id) == 1
    assert len(deliveries(cast, webhook)) == 1

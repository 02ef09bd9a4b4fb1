"""Events carry ids, never words; and what was sent of someone who was erased meanwhile is dropped."""

from datetime import datetime

import pytest
from django.utils import timezone

from ingestion.incoming.customer_data import read_message
from ingestion.incoming.intake import receive_events
from ingestion.models import ContactEvent
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent, LogRecord, OutboxEvent
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.privacy.erasure import request_erasure, run_erasure
from tenants.privacy.exporting import request_export
from tests.cast import Cast
from tests.ingestion.incoming.sending import message
from tests.privacy.conftest import SECRET, Talk, Talker, places_with


def send(talker: Talker, name: str = f"Ms {SECRET}") -> None:
    """As the company's own system does; nobody has handled it yet."""
    receive(talker, {"name": name, "plan": SECRET}, timezone.now())


def receive(talker: Talker, traits: dict[str, str], at: datetime) -> None:
    sent = message("identify", userId=talker.external_id, traits=traits)
    receive_events(tenant_id=talker.tenant_id, events=[read_message(sent, received_at=at)], received_at=at)


def erase(cast: Cast, talker: Talker) -> None:
    erasure_id = request_erasure(
        tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=user_actor(cast.alice.id)
    )
    run_erasure(tenant_id=talker.tenant_id, erasure_id=erasure_id)


@pytest.fixture
def everything_happened(cast: Cast, talk: Talk) -> Talker:
    """A conversation, events in, an export and an erasure."""
    talker = talk()
    send(talker)
    request_export(tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=user_actor(cast.alice.id))
    deliver_now()
    erase(cast, talker)
    deliver_now()
    return talker


def test_no_event_carries_a_word_of_anyones(everything_happened: Talker) -> None:
    """What is published is what goes to Kafka, byte for byte, where it cannot be erased."""
    values = [bytes(row.value).decode() + str(row.key) + str(row.headers) for row in LogRecord.objects.all()]
    rows = [*OutboxEvent.objects.values(), *InboxEvent.objects.values()]
    assert len(values) > 5
    assert len(rows) > 5
    assert not any(SECRET in text.lower() for text in (*values, *map(str, rows)))


def test_no_row_of_the_audit_log_holds_a_word_of_a_contacts(everything_happened: Talker) -> None:
    with tenant_scope(everything_happened.tenant_id):
        rows = [str(row) for row in AuditEntry.objects.values()]
    assert len(rows) > 5
    assert not any(SECRET in row.lower() for row in rows)


def test_an_event_that_waited_when_the_contact_was_erased_leaves_nothing(cast: Cast, talk: Talk) -> None:
    talker = talk()
    send(talker)
    erase(cast, talker)
    assert places_with(SECRET, talker.tenant_id) == set()
    deliver_now()
    assert places_with(SECRET, talker.tenant_id) == set()
    assert not InboxEvent.objects.exclude(state="done").exists()


def test_one_that_is_handled_late_is_dropped(cast: Cast, talk: Talk) -> None:
    """It was accepted before, and written a moment after the erasure looked."""
    talker, accepted_at = talk(), timezone.now()
    erase(cast, talker)
    receive(talker, {"name": SECRET}, accepted_at)
    deliver_now()
    assert places_with(SECRET, talker.tenant_id) == set()


def test_one_that_is_sent_afterwards_is_about_someone_new(cast: Cast, talk: Talk) -> None:
    talker = talk()
    erase(cast, talker)
    send(talker)
    deliver_now()
    with tenant_scope(talker.tenant_id):
        contact = ContactEvent.objects.get().contact
    assert contact
    assert contact.id != talker.contact_id


def test_who_is_read_as_one_is_erased_as_one(cast: Cast, talk: Talk) -> None:
    from ingestion.contacts.merging import merge_contacts

    talker, same = talk(), talk(name=f"{SECRET}-phone")
    merge_contacts(
        tenant_id=talker.tenant_id,
        contact_id=same.contact_id,
        into_id=talker.contact_id,
        actor=user_actor(cast.alice.id),
    )
    erase(cast, talker)
    assert places_with(SECRET, talker.tenant_id) == set()

"""What operators see and do: how far behind, what failed, replay by command, and forgetting."""

from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from rapport.errors import InvalidRequest, Unavailable
from rapport.events import checks
from rapport.events.drain import drain
from rapport.events.envelope import Event
from rapport.events.inbox import Arrival, prune_inbox, store
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent, InboxState, KeyLease
from rapport.events.roles import announce, report_trouble
from rapport.events.selectors import count_inbox, events_health, list_inbox
from rapport.events.topics import subscribe
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, key_of, make, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_done_one_dead(tenant: UUID) -> None:
    def handler(event: Event) -> None:
        if event.data["number"] == 2:
            raise InvalidRequest("Number two is wrong.")

    subscribe(LISTENER, topic=TOPIC, types={TYPE})(handler)
    store([Arrival(TOPIC, make(tenant, "k", number)) for number in (1, 2)])
    drain(key_of(tenant))


def test_counts_and_rows_are_the_tenants_own(tenant: UUID, one_done_one_dead: None) -> None:
    assert count_inbox(tenant_id=tenant) == {"pending": 0, "done": 1, "dead": 1, "dropped": 0}
    (row,) = list_inbox(tenant_id=tenant)
    assert (row.type, row.error_code, row.error_message) == (TYPE, "invalid_request", "Number two is wrong.")
    stranger = uuid4()
    assert sum(count_inbox(tenant_id=stranger).values()) == 0
    assert list_inbox(tenant_id=stranger) == []


def test_health_tells_what_waits_where(tenant: UUID) -> None:
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: None)
    send(make(tenant))
    waiting = events_health()
    assert (waiting.outbox_waiting, waiting.inbox_pending) == (1, 0)
    deliver_now()
    after = events_health()
    assert (after.outbox_waiting, after.lag, after.inbox_pending, after.keys_in_work) == (0, 0, 0, 0)
    assert after.oldest_due_seconds == 0


def test_replay_by_command(tenant: UUID, one_done_one_dead: None) -> None:
    out = StringIO()
    call_command("replay", tenant=tenant, stdout=out)
    assert out.getvalue().startswith("1 to be handled again")
    assert count_inbox(tenant_id=tenant)["pending"] == 1
    with pytest.raises(CommandError, match="--subscription"):
        call_command("replay")


def test_only_what_is_over_is_forgotten(tenant: UUID, one_done_one_dead: None) -> None:
    assert prune_inbox(older_than_hours=1) == 0
    assert prune_inbox(older_than_hours=-1) == 1
    assert [row.state for row in InboxEvent.objects.all()] == [InboxState.DEAD]
    assert KeyLease.objects.count() == 1, "the dead row's key stays, so that a replay finds it"
    InboxEvent.objects.all().delete()
    prune_inbox(older_than_hours=-1)
    assert KeyLease.objects.count() == 0


def test_checks_say_what_to_start() -> None:
    for check in (checks.check_relay, checks.check_consumer, checks.check_worker):
        with pytest.raises(Unavailable, match=r"manage\.py run"):
            check()


def test_checks_pass_with_everything_running_and_tell_trouble() -> None:
    announce("relay")
    announce("sweeper")
    checks.check_database()
    checks.check_relay()
    checks.check_worker()
    report_trouble("relay", "The bus is down.")
    with pytest.raises(Unavailable, match="The bus is down"):
        checks.check_relay()

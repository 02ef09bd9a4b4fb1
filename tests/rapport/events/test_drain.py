"""What a handler's end means: done, again, or dead; in order per key, and only while the lease is held."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from rapport.errors import InvalidRequest, Unavailable
from rapport.events.drain import drain
from rapport.events.envelope import Event
from rapport.events.errors import LeaseLost
from rapport.events.inbox import Arrival, drop_events, mend_keys, replay_events, store
from rapport.events.lease import current_lease, free_leases_of_the_dead, take_lease
from rapport.events.models import InboxEvent, InboxState, KeyLease, Role
from rapport.events.topics import Failure, subscribe
from tenants.context import current_tenant_id
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, key_of, make

pytestmark = pytest.mark.django_db

Heard = list[int]
BOTH = pytest.mark.parametrize("is_transactional", [True, False])


def listen(heard: Heard, *, failing: dict[int, Exception] | None = None, **options: object) -> None:
    def handler(event: Event) -> None:
        if failing and event.data["number"] in failing:
            raise failing[event.data["number"]]
        heard.append(event.data["number"])

    subscribe(LISTENER, topic=TOPIC, types={TYPE}, **options)(handler)  # type: ignore[arg-type]


def arrive(tenant: UUID, *numbers: int, key: str = "k") -> None:
    store([Arrival(TOPIC, make(tenant, key, number)) for number in numbers])


def states() -> list[str]:
    return list(InboxEvent.objects.order_by("id").values_list("state", flat=True))


def make_due() -> None:
    InboxEvent.objects.update(next_attempt_at=None)


@BOTH
def test_rows_are_handled_in_order_and_once(tenant: UUID, is_transactional: bool) -> None:
    heard: Heard = []
    listen(heard, is_transactional=is_transactional)
    arrive(tenant, 1, 2, 3)
    assert drain(key_of(tenant)) == (3, False)
    assert drain(key_of(tenant)) == (0, False)
    assert heard == [1, 2, 3]
    assert KeyLease.objects.get().ready_at is None


@BOTH
def test_a_repeated_delivery_changes_nothing(tenant: UUID, is_transactional: bool) -> None:
    heard: Heard = []
    listen(heard, is_transactional=is_transactional)
    event = make(tenant)
    for _ in range(2):
        store([Arrival(TOPIC, event)])
        drain(key_of(tenant))
    assert heard == [0]


@BOTH
def test_a_retryable_failure_waits_and_holds_its_key_in_order(tenant: UUID, is_transactional: bool) -> None:
    heard: Heard = []
    failing: dict[int, Exception] = {2: Unavailable("Try again later.")}
    listen(heard, failing=failing, is_transactional=is_transactional)
    arrive(tenant, 1, 2, 3)
    assert drain(key_of(tenant)).finished == 1
    row = InboxEvent.objects.get(attempts=1)
    assert (row.error_code, row.error_message) == ("unavailable", "Try again later.")
    assert KeyLease.objects.get().ready_at == row.next_attempt_at
    assert drain(key_of(tenant)).finished == 0, "not due yet"
    failing.clear()
    make_due()
    assert drain(key_of(tenant)).finished == 2
    assert list(dict.fromkeys(heard)) == [1, 2, 3], "a failure may undo what its neighbours did, and they do it again"


def test_what_is_undone_with_a_neighbour_is_written_once(tenant: UUID) -> None:
    def handler(event: Event) -> None:
        Role.objects.create(name=f"effect-{event.data['number']}")  # a second one would break its key
        if event.data["number"] == 3:
            raise InvalidRequest("Number three is wrong.")

    subscribe(LISTENER, topic=TOPIC, types={TYPE})(handler)
    arrive(tenant, 1, 2, 3, 4)
    assert drain(key_of(tenant)).finished == 4
    assert states() == ["done", "done", "dead", "done"]
    assert set(Role.objects.values_list("name", flat=True)) == {"effect-1", "effect-2", "effect-4"}


@BOTH
def test_another_failure_is_dead_at_once_and_the_key_goes_on(tenant: UUID, is_transactional: bool) -> None:
    heard: Heard = []
    told: list[tuple[int, Failure, UUID | None]] = []
    listen(
        heard,
        failing={1: InvalidRequest("The file is empty.")},
        is_transactional=is_transactional,
        on_dead=lambda event, failure: told.append((event.data["number"], failure, current_tenant_id())),
    )
    arrive(tenant, 1, 2)
    assert drain(key_of(tenant)).finished == 2
    assert states() == [InboxState.DEAD, InboxState.DONE]
    assert heard == [2]
    assert told == [(1, Failure("invalid_request", "The file is empty.", 1), tenant)]


@BOTH
def test_an_unknown_exception_is_tried_until_it_is_dead(tenant: UUID, is_transactional: bool) -> None:
    listen([], failing={1: ZeroDivisionError("secret")}, is_transactional=is_transactional, max_attempts=3)
    arrive(tenant, 1)
    for _ in range(3):
        assert states() == [InboxState.PENDING]
        drain(key_of(tenant))
        make_due()
    row = InboxEvent.objects.get()
    assert (row.state, row.attempts, row.error_code) == (InboxState.DEAD, 3, "internal_error")
    assert "secret" not in row.error_message


@BOTH
def test_a_dead_row_may_block_its_key_until_it_is_dropped(tenant: UUID, is_transactional: bool) -> None:
    heard: Heard = []
    listen(heard, failing={1: InvalidRequest("No.")}, is_transactional=is_transactional, blocks_key=True)
    arrive(tenant, 1, 2)
    drain(key_of(tenant))
    drain(key_of(tenant))
    assert heard == []
    assert KeyLease.objects.get().ready_at is None
    dead = InboxEvent.objects.get(state=InboxState.DEAD)
    assert drop_events(ids=[dead.id], tenant_id=uuid4()) == 0, "a stranger drops nothing"
    assert drop_events(ids=[dead.id], tenant_id=tenant) == 1
    assert KeyLease.objects.get().ready_at is not None
    drain(key_of(tenant))
    assert heard == [2]


def test_a_replay_handles_again(tenant: UUID) -> None:
    heard: Heard = []
    failing: dict[int, Exception] = {1: InvalidRequest("No.")}
    listen(heard, failing=failing)
    arrive(tenant, 1)
    drain(key_of(tenant))
    assert replay_events(tenant_id=uuid4()) == 0, "a stranger replays nothing"
    failing.clear()
    assert replay_events(tenant_id=tenant) == 1
    drain(key_of(tenant))
    assert heard == [1]
    with pytest.raises(ValueError, match="needs"):
        replay_events()


def test_a_failed_transactional_handler_leaves_nothing_behind(tenant: UUID) -> None:
    def handler(event: Event) -> None:
        KeyLease.objects.create(subscription="trace", tenant_id=event.tenant_id, key="t", queue="bulk")
        raise Unavailable("No.")

    subscribe(LISTENER, topic=TOPIC, types={TYPE})(handler)
    arrive(tenant, 1)
    drain(key_of(tenant))
    assert not KeyLease.objects.filter(subscription="trace").exists()
    assert InboxEvent.objects.get().attempts == 1


def test_transactional_handlers_are_inside_the_tenants_scope_and_others_outside(tenant: UUID) -> None:
    seen: list[UUID | None] = []
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: seen.append(current_tenant_id()))
    subscribe("tests.long", topic=TOPIC, types={TYPE}, is_transactional=False)(
        lambda event: seen.append(current_tenant_id())
    )
    arrive(tenant, 1)
    drain(key_of(tenant))
    drain(key_of(tenant)._replace(subscription="tests.long"))
    assert seen == [tenant, None]


def test_a_worker_that_was_overtaken_marks_nothing(tenant: UUID) -> None:
    def handler(event: Event) -> None:
        KeyLease.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert take_lease(key_of(tenant)) is not None
        with pytest.raises(LeaseLost):
            current_lease().check()

    subscribe(LISTENER, topic=TOPIC, types={TYPE}, is_transactional=False)(handler)
    arrive(tenant, 1)
    assert drain(key_of(tenant)).finished == 0
    assert states() == [InboxState.PENDING]
    assert KeyLease.objects.get().leased_until is not None, "the other one's lease stands"


def test_a_held_key_is_left_alone(tenant: UUID) -> None:
    heard: Heard = []
    listen(heard, is_transactional=False)
    arrive(tenant, 1)
    assert take_lease(key_of(tenant)) is not None
    assert drain(key_of(tenant)).finished == 0
    assert heard == []


def test_a_row_that_kills_workers_comes_to_an_end(tenant: UUID) -> None:
    heard: Heard = []
    told: list[str] = []
    listen(heard, is_transactional=False, max_attempts=2, on_dead=lambda _, failure: told.append(failure.code))
    arrive(tenant, 1, 2)
    first = InboxEvent.objects.order_by("id")[0]
    InboxEvent.objects.filter(id=first.id).update(attempts=1)
    assert take_lease(key_of(tenant)) is not None  # by a worker that was never heard of again
    KeyLease.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    drain(key_of(tenant))
    assert told == ["worker_died"]
    assert heard == [2]
    assert states() == [InboxState.DEAD, InboxState.DONE]


def test_a_lease_of_a_dead_process_is_freed_at_once(tenant: UUID) -> None:
    listen([], is_transactional=False)
    arrive(tenant, 1)
    take_lease(key_of(tenant))
    assert free_leases_of_the_dead() == 0, "this process lives"
    lease = KeyLease.objects.get()
    machine, pid, started = lease.owner.rsplit("/", 2)
    KeyLease.objects.update(owner=f"{machine}/{pid}/{int(started) - 1}")  # the same id, an earlier process
    assert free_leases_of_the_dead() == 1
    assert drain(key_of(tenant)).finished == 1


def test_an_on_dead_that_fails_does_not_keep_the_row_alive(tenant: UUID) -> None:
    def on_dead(event: Event, failure: Failure) -> None:
        raise RuntimeError

    listen([], failing={1: InvalidRequest("No.")}, on_dead=on_dead)
    arrive(tenant, 1)
    drain(key_of(tenant))
    assert states() == [InboxState.DEAD]


def test_a_subscription_that_is_gone_keeps_its_rows(tenant: UUID) -> None:
    listen([])
    arrive(tenant, 1)
    from rapport.events import topics

    topics._subscriptions.clear()
    assert drain(key_of(tenant)).finished == 0
    assert states() == [InboxState.PENDING]


def test_a_key_that_lost_its_mark_is_mended(tenant: UUID) -> None:
    heard: Heard = []
    listen(heard)
    arrive(tenant, 1)
    KeyLease.objects.update(ready_at=None)
    assert mend_keys() == 1
    assert mend_keys() == 0
    assert KeyLease.objects.get().ready_at is not None


@BOTH
def test_more_rows_than_one_turn_takes_are_due_again(tenant: UUID, is_transactional: bool) -> None:
    heard: Heard = []
    listen(heard, is_transactional=is_transactional)
    arrive(tenant, *range(60))
    while drain(key_of(tenant)).is_due_again:
        continue
    assert heard == list(range(60))


@BOTH
def test_a_row_that_arrives_behind_a_waiting_one_waits_with_it(tenant: UUID, is_transactional: bool) -> None:
    heard: Heard = []
    failing: dict[int, Exception] = {1: Unavailable("Later.")}
    listen(heard, failing=failing, is_transactional=is_transactional)
    arrive(tenant, 1)
    drain(key_of(tenant))
    arrive(tenant, 2)
    assert drain(key_of(tenant)).finished == 0
    assert KeyLease.objects.get().ready_at == InboxEvent.objects.get(attempts=1).next_attempt_at


def test_tenants_with_the_same_key_do_not_mix(tenant: UUID) -> None:
    heard: Heard = []
    listen(heard)
    arrive(tenant, 1)
    arrive(uuid4(), 2)
    drain(key_of(tenant))
    assert heard == [1]


@pytest.mark.django_db(transaction=True)
def test_publishing_needs_a_transaction(tenant: UUID) -> None:
    from rapport.events.outbox import publish

    assert not connection.in_atomic_block
    with pytest.raises(transaction.TransactionManagementError):
        publish(TOPIC, make(tenant))

"""Several keys of one tenant in one call: one outcome each, each under its own lease, and no one pays for another."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from rapport.errors import InvalidRequest, Unavailable
from rapport.events.drain import drain
from rapport.events.envelope import Event
from rapport.events.errors import NotNow
from rapport.events.inbox import Arrival, Key, store
from rapport.events.inline import deliver_now
from rapport.events.lease import current_lease, lock_held, renew_leases, take_lease, take_leases
from rapport.events.models import InboxEvent, InboxState, KeyLease
from rapport.events.together import drain_together
from rapport.events.topics import WHOLE_TENANT, Failure, subscribe, subscribe_together
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, key_of, make, send

pytestmark = pytest.mark.django_db

Calls = list[list[int]]


def listen(calls: Calls, answer: Callable[[Event], Exception | None] = lambda event: None, **options: object) -> None:
    def handler(events: Sequence[Event]) -> list[Exception | None]:
        calls.append([event.data["number"] for event in events])
        return [answer(event) for event in events]

    subscribe_together(LISTENER, topic=TOPIC, types={TYPE}, most_together=8, **options)(handler)  # type: ignore[arg-type]


def arrive(tenant: UUID, count: int) -> list[Key]:
    """One event for each of `count` keys; the event's number is its key's."""
    store([Arrival(TOPIC, make(tenant, f"k{number}", number)) for number in range(count)])
    return [key_of(tenant, f"k{number}") for number in range(count)]


def states() -> dict[str, str]:
    return dict(InboxEvent.objects.order_by("id").values_list("key", "state"))


def test_the_handler_is_called_once_for_all(tenant: UUID) -> None:
    calls: Calls = []
    listen(calls)
    keys = arrive(tenant, 4)
    assert drain_together(keys) == (4, False)
    assert calls == [[0, 1, 2, 3]]
    assert set(states().values()) == {InboxState.DONE}
    assert not KeyLease.objects.exclude(ready_at=None, owner="", leased_until=None, seat=None).exists()
    assert drain_together(keys) == (0, False)
    assert len(calls) == 1


def test_each_key_gives_its_first_row_and_is_due_again_for_the_next(tenant: UUID) -> None:
    calls: Calls = []
    listen(calls)
    keys = arrive(tenant, 2)
    store([Arrival(TOPIC, make(tenant, "k0", 10))])
    assert drain_together(keys) == (2, True)
    assert drain_together(keys) == (1, False)
    assert calls == [[0, 1], [10]]


def test_one_failure_is_no_others(tenant: UUID) -> None:
    told: list[tuple[int, Failure]] = []
    errors: dict[int, Exception] = {
        1: Unavailable("Try again later."),
        2: InvalidRequest("The file is empty."),
        3: NotNow("Too much."),
        4: ZeroDivisionError("secret"),
    }
    listen(
        [],
        lambda event: errors.get(event.data["number"]),
        on_dead=lambda event, failure: told.append((event.data["number"], failure)),
    )
    keys = arrive(tenant, 5)
    assert drain_together(keys) == (2, True)
    assert states() == {"k0": "done", "k1": "pending", "k2": "dead", "k3": "pending", "k4": "pending"}
    assert told == [(2, Failure("invalid_request", "The file is empty.", 1))]
    rows = {row.key: row for row in InboxEvent.objects.all()}
    assert (rows["k1"].attempts, rows["k1"].error_code) == (1, "unavailable")
    assert (rows["k3"].attempts, rows["k3"].next_attempt_at) == (0, None), "left as it was"
    assert (rows["k4"].attempts, rows["k4"].error_code) == (1, "internal_error")
    ready = dict(KeyLease.objects.values_list("key", "ready_at"))
    assert ready["k0"] is ready["k2"] is None
    assert ready["k1"] == rows["k1"].next_attempt_at


def test_an_exception_of_the_handler_is_every_rows(tenant: UUID) -> None:
    def handler(events: Sequence[Event]) -> list[Exception | None]:
        raise Unavailable("Away.")

    subscribe_together(LISTENER, topic=TOPIC, types={TYPE}, most_together=8)(handler)
    assert drain_together(arrive(tenant, 3)).finished == 0
    assert set(InboxEvent.objects.values_list("attempts", "state")) == {(1, InboxState.PENDING)}
    assert not KeyLease.objects.exclude(owner="").exists()


def test_a_key_that_was_overtaken_is_not_marked_and_the_others_are(tenant: UUID) -> None:
    def overtake(event: Event) -> None:
        if event.data["number"] == 1:
            KeyLease.objects.filter(key="k1").update(leased_until=timezone.now() - timedelta(seconds=1))
            assert take_lease(key_of(tenant, "k1"))
            assert lock_held(["k0", "k1"]) == {"k0"}
            assert current_lease("k0").is_mine()
            assert not current_lease("k1").is_mine()

    listen([], overtake)
    assert drain_together(arrive(tenant, 3)).finished == 2
    assert states() == {"k0": "done", "k1": "pending", "k2": "done"}
    assert KeyLease.objects.get(key="k1").leased_until is not None, "the other one's lease stands"


def test_keys_that_someone_holds_are_left_alone(tenant: UUID) -> None:
    calls: Calls = []
    listen(calls)
    keys = arrive(tenant, 3)
    assert take_lease(keys[1])
    assert drain_together(keys).finished == 2
    assert calls == [[0, 2]]


def test_leases_are_renewed_together_and_one_that_is_lost_says_so(tenant: UUID) -> None:
    listen([])
    leases = take_leases(arrive(tenant, 3))
    KeyLease.objects.filter(key="k2").update(token=99)
    before = dict(KeyLease.objects.values_list("key", "leased_until"))
    renew_leases(leases)
    after = dict(KeyLease.objects.values_list("key", "leased_until"))
    assert [lease.lost.is_set() for lease in leases] == [False, False, True]
    assert after["k0"]
    assert before["k0"]
    assert after["k0"] > before["k0"]
    assert after["k2"] == before["k2"]


def test_a_key_whose_worker_died_is_handled_alone(tenant: UUID) -> None:
    calls: Calls = []
    listen(calls, max_attempts=2)
    keys = arrive(tenant, 3)
    assert take_lease(keys[1])  # by a worker that was never heard of again
    KeyLease.objects.update(leased_until=None)
    InboxEvent.objects.filter(key="k1").update(attempts=1)
    drain_together(keys)
    assert calls == [[0, 2]]
    assert states()["k1"] == InboxState.DEAD


def test_one_key_alone_means_the_same(tenant: UUID) -> None:
    errors: dict[int, Exception] = {0: Unavailable("Later.")}
    listen([], lambda event: errors.get(event.data["number"]))
    (key,) = arrive(tenant, 1)
    assert drain(key).finished == 0
    assert InboxEvent.objects.get().attempts == 1
    errors[0] = NotNow("Not now.")
    InboxEvent.objects.update(next_attempt_at=None)
    assert drain(key).finished == 0
    assert InboxEvent.objects.get().attempts == 1
    errors.clear()
    assert drain(key).finished == 1


def test_events_of_all_tenants_arrive_each_with_its_own(tenant: UUID) -> None:
    seen: list[set[UUID]] = []

    def handler(events: Sequence[Event]) -> list[Exception | None]:
        seen.append({event.tenant_id for event in events})
        return [None for _ in events]

    subscribe_together(LISTENER, topic=TOPIC, types={TYPE}, most_together=8)(handler)
    other = uuid4()
    send(*[make(who, f"k{number}") for number in range(3) for who in (tenant, other)])
    assert deliver_now() == 6
    assert sorted(seen, key=str) == sorted([{tenant}, {other}], key=str)


def test_a_subscription_may_be_in_order_per_tenant(tenant: UUID) -> None:
    heard: list[int] = []
    subscribe(LISTENER, topic=TOPIC, types={TYPE}, is_per_tenant=True)(lambda event: heard.append(event.data["number"]))
    arrive(tenant, 5)
    assert drain(key_of(tenant, WHOLE_TENANT)) == (5, False)
    assert heard == [0, 1, 2, 3, 4]

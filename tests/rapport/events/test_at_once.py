"""Keys of a tenant that share a transaction: what befalls one is no other's, and nothing is lost or reordered."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.utils import timezone

from rapport.config import get_config
from rapport.errors import InvalidRequest, Unavailable
from rapport.events import at_once
from rapport.events.dispatch import RING_SECONDS, choose
from rapport.events.drain import Drained
from rapport.events.envelope import Event
from rapport.events.inbox import Arrival, Key, store
from rapport.events.lease import take_lease
from rapport.events.models import InboxEvent, InboxState, KeyLease, Role
from rapport.events.together import drain_together
from rapport.events.topics import subscribe
from tenants.context import current_tenant_id
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, key_of, make
from tests.running import wait_until

pytestmark = pytest.mark.django_db

Failing = dict[tuple[str, int], Exception]


class Listener:
    """Keeps what was handled in the database, so that what is undone is forgotten, and counts calls beside it."""

    def __init__(self, failing: Failing | None = None, **options: object) -> None:
        self.failing = failing or {}
        self.calls: list[tuple[str, int]] = []
        subscribe(LISTENER, topic=TOPIC, types={TYPE}, **options)(self.handle)  # type: ignore[arg-type]

    def handle(self, event: Event) -> None:
        which = (event.partition_key, event.data["number"])
        self.calls.append(which)
        Role.objects.create(name=f"{which[0]}.{which[1]}")  # a second one would break its key
        if which in self.failing:
            raise self.failing[which]


def done() -> dict[str, list[int]]:
    """What was handled for good, by key, in the order of handling."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in InboxEvent.objects.filter(state=InboxState.DONE).order_by("finished_at", "id"):
        assert Role.objects.filter(name=f"{row.key}.{row.payload['data']['number']}").exists()
        found[row.key].append(row.payload["data"]["number"])
    return dict(found)


def arrive(tenant: UUID, keys: str, *numbers: int) -> list[Key]:
    """One event of each number for each of these one-letter keys."""
    store([Arrival(TOPIC, make(tenant, key, number)) for number in numbers for key in keys])
    return [key_of(tenant, key) for key in keys]


def ready(key: str) -> KeyLease:
    return KeyLease.objects.get(key=key)


def drain_all(keys: list[Key], *, most: int = 50) -> int:
    """Until nothing is due at once; returns how many turns that took."""
    for turn in range(1, most + 1):
        if not drain_together(keys).is_due_again:
            return turn
    raise AssertionError(f"Still due after {most} turns.")


def test_keys_share_a_transaction_and_each_keeps_its_order(tenant: UUID) -> None:
    listener = Listener()
    keys = arrive(tenant, "abc", 1, 2, 3)
    assert drain_together(keys) == Drained(9, False)
    assert done() == {"a": [1, 2, 3], "b": [1, 2, 3], "c": [1, 2, 3]}
    assert len(listener.calls) == 9
    assert not KeyLease.objects.exclude(ready_at=None, rung_at=None, seat=None, owner="").exists()


@pytest.mark.parametrize("is_final", [True, False], ids=["for good", "for now"])
def test_a_failure_costs_its_own_key_only(tenant: UUID, is_final: bool) -> None:
    error = InvalidRequest("No.") if is_final else Unavailable("Later.")
    listener = Listener({("b", 2): error})
    keys = arrive(tenant, "abc", 1, 2, 3)
    drain_together(keys)
    assert done() == {"a": [1, 2, 3], "b": [1, 3] if is_final else [1], "c": [1, 2, 3]}
    (failed,) = InboxEvent.objects.filter(attempts__gt=0)
    assert (failed.key, failed.payload["data"]["number"], failed.attempts) == ("b", 2, 1), "counted once"
    assert (failed.state == InboxState.DEAD) is is_final
    assert ready("b").ready_at == (None if is_final else failed.next_attempt_at)
    assert ready("a").ready_at is ready("c").ready_at is None
    if not is_final:
        listener.failing.clear()
        InboxEvent.objects.update(next_attempt_at=None)
        drain_together(keys)
        assert done()["b"] == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_only_at_the_commit_is_a_failure_of_its_row(tenant: UUID) -> None:
    def spoil(event: Event) -> None:
        if event.partition_key == "b":
            Permission.objects.create(content_type_id=987_654, codename="none", name="Refers to nothing")

    subscribe(LISTENER, topic=TOPIC, types={TYPE}, max_attempts=2)(spoil)
    keys = arrive(tenant, "abc", 1)
    drain_together(keys)
    assert dict(InboxEvent.objects.values_list("key", "state")) == {"a": "done", "b": "pending", "c": "done"}
    assert InboxEvent.objects.get(key="b").attempts == 1
    InboxEvent.objects.update(next_attempt_at=None)
    drain_together(keys)
    assert InboxEvent.objects.get(key="b").state == InboxState.DEAD


def test_one_that_was_rung_for_in_vain_sits_alone_and_is_drained(tenant: UUID) -> None:
    """Its ring was lost, or its worker died: nobody can tell, so it is drained under a lease that stays if it does."""
    leases: list[tuple[str, bool]] = []
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(
        lambda event: leases.append((event.partition_key, KeyLease.objects.exclude(owner="").exists()))
    )
    arrive(tenant, "abc", 1)
    lost = timezone.now() - timedelta(seconds=RING_SECONDS + 1)
    KeyLease.objects.filter(key="b").update(rung_at=lost)
    seats = choose("bulk", now=timezone.now()).seats
    assert [[lease.key for lease in seat] for seat in seats] == [["a", "c"], ["b"]]
    assert choose("bulk", now=timezone.now()).seats == [], "rung for again"
    for seat in seats:
        drain_together([key_of(tenant, lease.key) for lease in seat], is_suspect=seat[0].is_suspect)
    assert leases == [("a", False), ("c", False), ("b", True)]
    assert not KeyLease.objects.exclude(ready_at=None, rung_at=None, seat=None, owner="").exists()


def test_one_whose_worker_died_is_counted_and_holds_nobody_up(tenant: UUID) -> None:
    listener = Listener(max_attempts=2)
    keys = arrive(tenant, "abc", 1)
    InboxEvent.objects.filter(key="b").update(attempts=1)
    assert take_lease(keys[1])  # by a worker that was never heard of again
    KeyLease.objects.filter(key="b").update(leased_until=timezone.now())
    seats = choose("bulk", now=timezone.now()).seats
    assert [[lease.key for lease in seat] for seat in seats] == [["a", "c"], ["b"]]
    drain_together(keys)  # as if it sat with the others after all
    assert listener.calls == [("a", 1), ("c", 1)]
    drain_together(keys[1:2])
    assert listener.calls == [("a", 1), ("c", 1)]
    assert InboxEvent.objects.get(state=InboxState.DEAD).error_code == "worker_died"


def test_one_whose_worker_died_is_put_off(tenant: UUID) -> None:
    listener = Listener()
    (key,) = arrive(tenant, "a", 1, 2)
    assert take_lease(key)
    KeyLease.objects.update(leased_until=timezone.now())
    assert drain_together([key]) == Drained(0, False)
    row = InboxEvent.objects.earliest("id")
    assert (row.attempts, ready("a").ready_at, listener.calls) == (1, row.next_attempt_at, [])
    InboxEvent.objects.update(next_attempt_at=None)
    assert drain_together([key]) == Drained(2, False)
    assert done() == {"a": [1, 2]}


def test_a_row_that_cannot_be_read_is_dead_and_its_key_goes_on(tenant: UUID) -> None:
    Listener()
    keys = arrive(tenant, "ab", 1, 2)
    spoilt = InboxEvent.objects.filter(key="b").earliest("id")
    InboxEvent.objects.filter(id=spoilt.id).update(payload={"id": "nothing else"})
    drain_together(keys)
    assert InboxEvent.objects.get(state=InboxState.DEAD).error_code == "bad_envelope"
    assert done() == {"a": [1, 2], "b": [2]}


def test_more_rows_than_a_transaction_takes(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once, "MAX_ROWS", 7)
    Listener()
    keys = arrive(tenant, "abcd", *range(10))
    assert drain_all(keys) == 6
    assert done() == {key: list(range(10)) for key in "abcd"}


def test_more_time_than_a_transaction_takes(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(at_once.MAX_SECONDS, connection.vendor, 0.0)
    Listener()
    keys = arrive(tenant, "ab", 1, 2, 3)
    since = ready("a").ready_at
    assert drain_together(keys) == Drained(1, True)
    assert ready("a").ready_at == since, "who waits longest keeps its place"
    assert drain_all(keys) == 5
    assert done() == {"a": [1, 2, 3], "b": [1, 2, 3]}


def test_a_key_that_waits_for_its_next_attempt_hides_nobody_behind_its_rows(
    tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "MAX_ROWS", 5)
    Listener()
    later = timezone.now() + timedelta(minutes=10)
    arrive(tenant, "a", *range(20))
    first = InboxEvent.objects.order_by("id")[0]
    InboxEvent.objects.filter(id=first.id).update(next_attempt_at=later, attempts=1)
    keys = [*arrive(tenant, "b", 1, 2), key_of(tenant, "a")]
    assert drain_together(keys) == Drained(2, False), "it is due in ten minutes, not at once and again and again"
    assert done() == {"b": [1, 2]}
    assert ready("a").ready_at == later


def test_a_key_that_a_dead_row_blocks_hides_nobody_behind_its_rows(
    tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "MAX_ROWS", 5)
    Listener({("a", 0): InvalidRequest("No.")}, blocks_key=True)
    arrive(tenant, "a", *range(20))
    drain_together([key_of(tenant, "a")])
    arrive(tenant, "a", 20)
    keys = [*arrive(tenant, "b", 1, 2), key_of(tenant, "a")]
    assert drain_together(keys) == Drained(2, False)
    assert done() == {"b": [1, 2]}
    assert ready("a").ready_at is None


def test_each_tenant_is_drained_in_its_own_scope(tenant: UUID) -> None:
    seen: list[tuple[UUID, UUID | None]] = []
    subscribe(LISTENER, topic=TOPIC, types={TYPE})(lambda event: seen.append((event.tenant_id, current_tenant_id())))
    other = uuid4()
    keys = arrive(tenant, "ab", 1)
    arrive(other, "ab", 1)
    assert drain_together(keys).finished == 2
    assert seen == [(tenant, tenant)] * 2
    assert set(InboxEvent.objects.filter(tenant_id=other).values_list("state", flat=True)) == {InboxState.PENDING}
    assert KeyLease.objects.filter(tenant_id=other).exclude(ready_at=None).count() == 2


@pytest.fixture
def stranger(transactional_db: None) -> Iterator[psycopg.Connection]:
    """Another connection to the same database; only PostgreSQL locks rows."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with psycopg.connect(get_config().database_url) as opened:
        yield opened


@pytest.mark.django_db(transaction=True)
def test_choosing_waits_for_no_key_that_is_at_work(tenant: UUID, stranger: psycopg.Connection) -> None:
    """A handler that takes longer than a ring is thought to would hold up the whole queue."""
    Listener()
    arrive(tenant, "ab", 1)
    stranger.execute("SELECT id FROM events_keylease WHERE key = 'a' FOR UPDATE")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        assert [lease.key for lease in choose("bulk", now=timezone.now()).leases] == ["b"]
    stranger.rollback()
    assert [lease.key for lease in choose("bulk", now=timezone.now()).leases] == ["a"]


@pytest.mark.django_db(transaction=True)
def test_keys_are_locked_in_the_order_in_which_they_are_marked(tenant: UUID, stranger: psycopg.Connection) -> None:
    """By code point, whatever the database's language; else who drains and who fills wait for each other."""
    Listener()
    arrive(tenant, "b", 1)
    keys = arrive(tenant, "aB", 1)
    stranger.execute("SELECT id FROM events_keylease WHERE key = 'B' FOR UPDATE")
    drained: list[Drained] = []

    def drain_elsewhere() -> None:
        drained.append(drain_together([*keys, key_of(tenant, "b")]))
        connection.close()

    thread = Thread(target=drain_elsewhere)
    thread.start()
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with psycopg.connect(get_config().database_url, autocommit=True) as watcher:
        wait_until(lambda: bool(watcher.execute(waiting).fetchall()), seconds=10)
    try:
        stranger.execute("SELECT id FROM events_keylease WHERE key IN ('a', 'b') FOR UPDATE NOWAIT")
    finally:
        stranger.rollback()
        thread.join(10)
    assert drained == [Drained(3, False)]

"""Who is rung for next: slots per queue, turns between tenants, and no key twice."""

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rapport.events.dispatch import RING_SECONDS, _waiting, choose
from rapport.events.inbox import Arrival, store
from rapport.events.lease import take_lease, take_leases
from rapport.events.models import KeyLease
from rapport.events.queues import most_of_one_tenant, slots
from rapport.events.topics import most_together_in, subscribe, subscribe_together
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, key_of, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _listener() -> None:
    subscribe(LISTENER, topic=TOPIC, types={TYPE}, queue="ingest", is_transactional=False)(lambda event: None)


def arrive(tenant: UUID, *keys: str) -> None:
    store([Arrival(TOPIC, make(tenant, key)) for key in keys])


def chosen() -> list[UUID]:
    return [lease.tenant_id for lease in choose("ingest", now=timezone.now()).leases]


def test_a_queue_has_no_more_than_its_slots(tenant: UUID) -> None:
    arrive(tenant, *[f"k{number}" for number in range(10)])
    choice = choose("ingest", now=timezone.now())
    assert len(choice.leases) == most_of_one_tenant("ingest") < slots("ingest")
    assert choice.is_full
    assert chosen() == []
    others = [uuid4(), uuid4()]
    for other in others:
        arrive(other, "k")
    assert chosen() == [others[0]]


def test_a_newcomer_finds_a_slot_however_much_one_tenant_imports(tenant: UUID) -> None:
    arrive(tenant, *[f"k{number}" for number in range(10)])
    chosen()
    late = uuid4()
    arrive(late, "only")
    assert chosen() == [late]


def test_keys_that_are_handled_together_take_one_slot(tenant: UUID) -> None:
    subscribe_together(LISTENER, topic=TOPIC, types={TYPE}, queue="ingest", most_together=4)(lambda events: [])
    arrive(tenant, *[f"k{number}" for number in range(10)])
    choice = choose("ingest", now=timezone.now())
    assert [[lease.key for lease in seat] for seat in choice.seats] == [
        ["k0", "k1", "k2", "k3"],
        ["k4", "k5", "k6", "k7"],
    ]
    assert choice.is_full
    assert take_leases([key_of(tenant, f"k{number}") for number in range(4)])
    assert chosen() == [], "a seat is one slot, rung for and at work"


def test_other_queues_have_their_own_slots(tenant: UUID) -> None:
    arrive(tenant, "k")
    assert choose("live", now=timezone.now()).leases == []


def test_a_big_import_leaves_room_for_a_tenant_that_comes_later(tenant: UUID) -> None:
    arrive(tenant, *[f"k{number}" for number in range(50)])
    late = uuid4()
    arrive(late, "only")
    assert late in chosen()


def test_tenants_take_turns_by_what_they_have_running(tenant: UUID) -> None:
    arrive(tenant, *[f"k{number}" for number in range(5)])
    assert chosen() == [tenant] * most_of_one_tenant("ingest")
    other = uuid4()
    arrive(other, "a", "b")
    done = KeyLease.objects.filter(rung_at__isnull=False).first()
    assert done
    KeyLease.objects.filter(id=done.id).update(rung_at=None, ready_at=None)
    assert chosen() == [other, tenant]


def test_a_key_is_not_rung_for_twice_until_the_ring_is_lost(tenant: UUID) -> None:
    arrive(tenant, "k")
    assert chosen() == [tenant]
    assert chosen() == []
    KeyLease.objects.update(rung_at=timezone.now() - timedelta(seconds=RING_SECONDS + 1))
    assert chosen() == [tenant]


def test_a_held_key_is_not_rung_for_until_its_lease_lapses(tenant: UUID) -> None:
    arrive(tenant, "k")
    take_lease(key_of(tenant))
    assert chosen() == []
    KeyLease.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert chosen() == [tenant]


def test_what_is_due_later_waits(tenant: UUID) -> None:
    arrive(tenant, "k")
    KeyLease.objects.update(ready_at=timezone.now() + timedelta(seconds=60))
    assert chosen() == []
    assert choose("ingest", now=timezone.now() + timedelta(seconds=61)).leases


def import_many(tenant: UUID, count: int) -> None:
    since = timezone.now() - timedelta(seconds=count)
    KeyLease.objects.bulk_create(
        KeyLease(
            subscription=LISTENER,
            tenant_id=tenant,
            key=f"k{number:05}",
            queue="ingest",
            ready_at=since + timedelta(milliseconds=number),
        )
        for number in range(count)
    )


def test_behind_a_long_import_tenants_with_the_fewest_seats_and_the_longest_wait_are_next(tenant: UUID) -> None:
    import_many(tenant, 1_000)
    late = [uuid4() for _ in range(slots("ingest") + 2)]
    for other in late:
        arrive(other, "only")
    assert chosen() == [tenant, *late[: slots("ingest") - 1]]
    KeyLease.objects.filter(tenant_id=late[0]).update(rung_at=None, ready_at=None)
    assert chosen() == [late[slots("ingest") - 1]], "who has no seat comes before the import's second one"
    assert not set(KeyLease.objects.filter(tenant_id=tenant, rung_at=None).values_list("key", flat=True)) & {"k00000"}


def test_an_import_that_has_all_its_seats_is_known_to_wait(tenant: UUID) -> None:
    import_many(tenant, 1_000)
    chosen()
    choice = choose("ingest", now=timezone.now())
    assert not choice.leases
    assert choice.is_full, "else no worker would look again when a slot is free"


def test_choosing_reads_no_more_of_an_import_than_it_could_seat(
    tenant: UUID, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    import_many(tenant, 2_000)
    depth = slots("ingest") * most_together_in("ingest")
    now = timezone.now()
    waiting, is_cut = _waiting("ingest", now, now, slots("ingest"), Counter())
    assert is_cut
    assert [lease.key for lease in waiting] == [f"k{number:05}" for number in range(depth)]
    with django_assert_max_num_queries(12):
        choose("ingest", now=now)

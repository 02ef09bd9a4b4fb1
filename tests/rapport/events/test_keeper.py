"""Leases live as long as their handlers, up to the deadline; who ignores that is ended with the whole process."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from unittest.mock import Mock
from uuid import UUID

import pytest
from django.db import InterfaceError, OperationalError

from rapport.events.inbox import Arrival, store
from rapport.events.keeper import EXIT_CODE, Held, Keeper
from rapport.events.lease import Lease, release_lease, release_leases, take_lease
from rapport.events.models import KeyLease
from rapport.events.topics import subscribe
from tests.rapport.events.conftest import LISTENER, TOPIC, TYPE, key_of, make


@pytest.fixture
def lease(db: None, tenant: UUID) -> Lease:
    subscribe(LISTENER, topic=TOPIC, types={TYPE}, is_transactional=False)(lambda event: None)
    store([Arrival(TOPIC, make(tenant))])
    taken = take_lease(key_of(tenant))
    assert taken
    return taken


def test_a_running_handlers_lease_is_renewed(lease: Lease) -> None:
    before = KeyLease.objects.get().leased_until
    Keeper()._keep(Held("h", [lease], time.monotonic() + 5, 5), time.monotonic())
    after = KeyLease.objects.get().leased_until
    assert before
    assert after
    assert after > before


def test_past_the_deadline_it_is_not_ours_any_more(lease: Lease) -> None:
    before = KeyLease.objects.get().leased_until
    Keeper()._keep(Held("h", [lease], time.monotonic() - 1, 5), time.monotonic())
    assert not lease.is_mine()
    assert KeyLease.objects.get().leased_until == before


def test_a_lease_that_was_overtaken_is_lost(lease: Lease) -> None:
    KeyLease.objects.update(token=99)
    Keeper()._keep(Held("h", [lease], time.monotonic() + 5, 5), time.monotonic())
    assert lease.lost.is_set()


@pytest.mark.parametrize("give_back", [release_lease, lambda lease: release_leases([lease], {})])
def test_a_lease_that_was_given_back_meanwhile_stays_free(lease: Lease, give_back: Callable[[Lease], object]) -> None:
    """The keeper looks at what runs, the handler ends, and then the keeper renews."""
    seen = Held("h", [lease], time.monotonic() + 5, 5)
    give_back(lease)
    Keeper()._keep(seen, time.monotonic())
    row = KeyLease.objects.get()
    assert (row.owner, row.leased_until) == ("", None)
    assert not lease.is_mine()


def test_a_lost_connection_does_not_end_the_keeper(lease: Lease, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither kind of error: Django's `InterfaceError` is no `DatabaseError`."""
    for error in (OperationalError, InterfaceError):
        monkeypatch.setattr("rapport.events.keeper.renew_leases", Mock(side_effect=error("closed")))
        Keeper()._keep(Held("h", [lease], time.monotonic() + 5, 5), time.monotonic())
    assert lease.is_mine()


def test_past_twice_the_deadline_the_process_ends() -> None:
    code = (
        "import django; django.setup(); import time; from rapport.events.keeper import keeper\n"
        "with keeper.hold('stuck', deadline_seconds=0.01): time.sleep(60)"
    )
    environment = {**os.environ, "LEASE_SECONDS": "0.1", "DJANGO_SETTINGS_MODULE": "rapport.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == EXIT_CODE

"""Leases on keys: who may work on a key until when, and how a worker knows that it still may.

A lease is a row with a token that grows with every take-over. Whoever finishes a row shows the token: one that was
overtaken has an old one, and its work does not count.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from rapport.config import get_config
from rapport.events.errors import LeaseLost
from rapport.events.identity import is_known_dead, process_name
from rapport.events.inbox import Key, next_due_at
from rapport.events.models import KeyLease


@dataclass(slots=True)
class Lease:
    """A key that this process holds. `was_abandoned`: whoever held it before went away in the middle."""

    id: int
    token: int
    key: Key
    was_abandoned: bool = False
    lost: Flag = field(default_factory=Flag)

    def is_mine(self) -> bool:
        """False when the handler's deadline has passed or another worker has the key. Asks the database."""
        return not self.lost.is_set() and self._row().exists()

    def check(self) -> None:
        """Call before writing something that must not be written twice. Raises LeaseLost."""
        if not self.is_mine():
            self.lost.set()
            raise LeaseLost("Another worker has taken over; this one stops.")

    def check_locked(self) -> None:
        """`check` for a transaction: until it ends no one can take the key over. Raises LeaseLost."""
        if self.lost.is_set() or not list(self._row().select_for_update().values_list("id")):
            self.lost.set()
            raise LeaseLost("Another worker has taken over; this one stops.")

    def renew(self) -> bool:
        renewed = not self.lost.is_set() and self._row().update(leased_until=_until(timezone.now())) == 1
        if not renewed:
            self.lost.set()
        return renewed

    def _row(self) -> QuerySet[KeyLease]:
        return KeyLease.objects.filter(id=self.id, token=self.token)


class _NoLease(Lease):
    """Outside a drain (tests, commands) no one can take anything over."""

    def is_mine(self) -> bool:
        return True

    def check(self) -> None:
        return

    def check_locked(self) -> None:
        return


_NIL = UUID(int=0)
_current: ContextVar[Lease | None] = ContextVar("rapport_lease", default=None)


def current_lease() -> Lease:
    """The lease under which the running handler works. Pass it along by hand to threads of your own."""
    return _current.get() or _NoLease(0, 0, Key("", _NIL, ""))


@contextmanager
def working_under(lease: Lease) -> Iterator[None]:
    token = _current.set(lease)
    try:
        yield
    finally:
        _current.reset(token)


@transaction.atomic
def take_lease(key: Key) -> Lease | None:
    """None when the key is not known or someone alive holds it."""
    row = KeyLease.objects.select_for_update().filter(**key._asdict()).first()
    now = timezone.now()
    if row is None or (row.leased_until and row.leased_until > now):
        return None
    lease = Lease(row.id, row.token + 1, key, was_abandoned=row.owner != "")
    row.token, row.owner, row.leased_until, row.rung_at = lease.token, process_name(), _until(now), None
    row.save(update_fields=["token", "owner", "leased_until", "rung_at"])
    return lease


@transaction.atomic
def release_lease(lease: Lease) -> datetime | None:
    """Give the key back and note when it is next due, which is returned; nothing happens when it is no longer ours."""
    row = KeyLease.objects.select_for_update().filter(id=lease.id, token=lease.token).first()
    if row is None or lease.lost.is_set():
        return None
    row.ready_at, row.owner, row.leased_until = next_due_at(lease.key), "", None
    row.save(update_fields=["ready_at", "owner", "leased_until"])
    return row.ready_at


def free_leases_of_the_dead() -> int:
    """End the leases of processes of this machine that are gone. Their owner stays written, as a sign of the crash."""
    held = KeyLease.objects.exclude(owner="").filter(leased_until__gt=timezone.now())
    dead = [owner for owner in set(held.values_list("owner", flat=True)) if is_known_dead(owner)]
    return held.filter(owner__in=dead).update(leased_until=timezone.now()) if dead else 0


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=get_config().lease_seconds)

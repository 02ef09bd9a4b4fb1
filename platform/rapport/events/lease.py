"""Leases on keys: who may work on a key until when, and how a worker knows that it still may.

A lease is a row with a token that grows with every take-over. Whoever finishes a row shows the token: one that was
overtaken has an old one, and its work does not count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Collate
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
        return _rows_of([self])


class _NoLease(Lease):
    """Outside a drain (tests, commands) no one can take anything over."""

    def is_mine(self) -> bool:
        return True

    def check(self) -> None:
        return

    def check_locked(self) -> None:
        return


_NIL = UUID(int=0)
_current: ContextVar[Mapping[str, Lease] | None] = ContextVar("rapport_leases", default=None)


def current_lease(key: str = "") -> Lease:
    """The lease under which the running handler works; of several, that of partition key `key`.

    Pass it along by hand to threads of your own.
    """
    leases = _current.get() or {}
    if len(leases) == 1:
        return next(iter(leases.values()))
    return leases.get(key) or _NoLease(0, 0, Key("", _NIL, ""))


def lock_held(keys: Iterable[str]) -> set[str]:
    """Of these partition keys, those that the running batch handler still holds: until the transaction ends no one can
    take them over. Outside a drain all of them."""
    leases, wanted = _current.get() or {}, set(keys)
    if not leases:
        return wanted
    held = lock_leases([lease for key, lease in leases.items() if key in wanted])
    return {lease.key.key for lease in held}


def in_lock_order(rows: QuerySet[KeyLease]) -> QuerySet[KeyLease]:
    """These, locked in the order in which `mark_ready` does it: two that lock in different orders wait for each other
    until PostgreSQL breaks one of them off. Python compares texts by code point, a database as its language does."""
    key = Collate("key", "C") if connection.vendor == "postgresql" else "key"
    return rows.order_by("subscription", "tenant_id", key).select_for_update()


def lock_leases(leases: Sequence[Lease]) -> list[Lease]:
    """Those that are still ours, locked until the transaction ends; the others are marked as lost."""
    alive = [lease for lease in leases if not lease.lost.is_set()]
    if not alive:
        return []
    locked = set(in_lock_order(_rows_of(alive)).values_list("id", flat=True))
    for lease in alive:
        if lease.id not in locked:
            lease.lost.set()
    return [lease for lease in alive if lease.id in locked]


def renew_leases(leases: Sequence[Lease]) -> None:
    """Keep those that are still ours; the others are marked as lost.

    One that its handler has given back meanwhile stays free: held anew it would be nobody's for LEASE_SECONDS, and take
    one of its tenant's seats.
    """
    alive = [lease for lease in leases if not lease.lost.is_set()]
    if alive and _rows_of(alive).update(leased_until=_until(timezone.now())) != len(alive):
        for lease in alive:
            lease.renew()


def _rows_of(leases: Sequence[Lease]) -> QuerySet[KeyLease]:
    """While they are still ours: a key that was given back keeps its token and has no owner."""
    mine = Q()
    for lease in leases:
        mine |= Q(id=lease.id, token=lease.token)
    return KeyLease.objects.filter(mine).exclude(owner="")


@contextmanager
def working_under(*leases: Lease) -> Iterator[None]:
    token = _current.set({lease.key.key: lease for lease in leases})
    try:
        yield
    finally:
        _current.reset(token)


@transaction.atomic
def take_leases(keys: Sequence[Key]) -> list[Lease]:
    """Those of these keys, of one subscription and tenant, that are free. One whose last holder went away in the middle
    is not among them: it is taken alone, by `take_lease`."""
    now = timezone.now()
    rows = list(
        in_lock_order(
            KeyLease.objects.filter(
                owner="",
                subscription=keys[0].subscription,
                tenant_id=keys[0].tenant_id,
                key__in=[key.key for key in keys],
            )
        )
    )
    KeyLease.objects.filter(id__in=[row.id for row in rows]).update(
        token=F("token") + 1, owner=process_name(), leased_until=_until(now), rung_at=None
    )
    return [Lease(row.id, row.token + 1, Key(row.subscription, row.tenant_id, row.key)) for row in rows]


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
    row.ready_at, row.owner, row.leased_until, row.seat = next_due_at(lease.key), "", None, None
    row.save(update_fields=["ready_at", "owner", "leased_until", "seat"])
    return row.ready_at


def release_leases(leases: Sequence[Lease], next_at: Mapping[str, datetime]) -> None:
    """Give these back, in the caller's transaction that locked them; `next_at`: when a key is next due, if it is."""
    idle = {"owner": "", "leased_until": None, "seat": None}
    KeyLease.objects.filter(id__in=[lease.id for lease in leases]).update(ready_at=None, **idle)
    for lease in leases:
        if lease.key.key in next_at:
            KeyLease.objects.filter(id=lease.id).update(ready_at=next_at[lease.key.key])


def free_leases_of_the_dead() -> int:
    """End the leases of processes of this machine that are gone. Their owner stays written, as a sign of the crash."""
    held = KeyLease.objects.exclude(owner="").filter(leased_until__gt=timezone.now())
    dead = [owner for owner in set(held.values_list("owner", flat=True)) if is_known_dead(owner)]
    return held.filter(owner__in=dead).update(leased_until=timezone.now()) if dead else 0


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=get_config().lease_seconds)

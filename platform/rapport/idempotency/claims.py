"""Doing a call once per (tenant, operation, key), after the IETF draft "The Idempotency-Key HTTP Header Field".

The same content replays the first result, another content is refused, a call still under way is a conflict. Only
successes are kept: a failed call may be sent again with its key. Results are ids, never people's words.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from rapport.idempotency.errors import IdempotencyInProgress, IdempotencyKeyReused, InvalidIdempotencyKey
from rapport.idempotency.models import IdempotencyClaim

MAX_KEY_LENGTH = 255
KEPT = timedelta(hours=24)

Result = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the work gave, and whether it was given before."""

    result: Result
    is_replay: bool


def run_once(
    *, tenant_id: UUID, operation: str, key: str, request: Mapping[str, str], work: Callable[[], Result]
) -> Outcome:
    """Do `work` and remember its result in one transaction: for work that only writes to the database.

    Within a transaction of the caller's it is that one, to which whatever `work` raises must be the end.
    An empty key does the work without remembering. Raises InvalidIdempotencyKey, IdempotencyKeyReused (422).
    """
    if not key:
        return Outcome(work(), is_replay=False)
    with transaction.atomic(savepoint=False):
        claim, is_new = _claim(tenant_id, operation, key, request, lease_seconds=0)
        if not is_new and claim.result is not None:
            return Outcome(claim.result, is_replay=True)
        claim.result = dict(work())
        claim.save(update_fields=["result"])
    return Outcome(claim.result, is_replay=False)


def run_once_leased(
    *,
    tenant_id: UUID,
    operation: str,
    key: str,
    request: Mapping[str, str],
    work: Callable[[], Result],
    lease_seconds: int,
) -> Outcome:
    """Do `work` outside any transaction: for work that waits for others. Meanwhile the same key is a conflict (409).

    When the process dies, the key is free again after `lease_seconds`; when `work` raises, at once.
    """
    if not key:
        return Outcome(work(), is_replay=False)
    with transaction.atomic():
        claim, is_new = _claim(tenant_id, operation, key, request, lease_seconds)
        if claim.result is not None:
            return Outcome(claim.result, is_replay=True)
        if not is_new:
            _take_over(claim, lease_seconds)
    try:
        result = dict(work())
    except BaseException:
        claim.delete()
        raise
    IdempotencyClaim.objects.filter(id=claim.id, locked_until=claim.locked_until).update(result=result)
    return Outcome(result, is_replay=False)


def prune_claims() -> int:
    """Forget keys older than a day. Returns how many."""
    return IdempotencyClaim.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _claim(
    tenant_id: UUID, operation: str, key: str, request: Mapping[str, str], lease_seconds: int
) -> tuple[IdempotencyClaim, bool]:
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        message = f"An Idempotency-Key has at most {MAX_KEY_LENGTH} printable characters; a UUID is a good one."
        raise InvalidIdempotencyKey(message, param="Idempotency-Key")
    fingerprint = hashlib.sha256(json.dumps(dict(request), sort_keys=True).encode()).hexdigest()
    locked_until = timezone.now() + timedelta(seconds=lease_seconds)
    named = {"tenant_id": tenant_id, "operation": operation, "key": key}
    if made := _insert({**named, "fingerprint": fingerprint, "locked_until": locked_until}):
        return IdempotencyClaim(id=made, **named, fingerprint=fingerprint, locked_until=locked_until), True
    claim, is_new = IdempotencyClaim.objects.select_for_update().get_or_create(
        **named, defaults={"fingerprint": fingerprint, "locked_until": locked_until}
    )
    if claim.fingerprint != fingerprint:
        message = "This Idempotency-Key came before with another content. Use a new key for a new call."
        raise IdempotencyKeyReused(message, param="Idempotency-Key")
    return claim, is_new


def _insert(values: Mapping[str, Any]) -> int | None:
    """The new row's id; None when there is one. A key is nearly always new: to look first, and to guard the insert by a
    savepoint, would be three trips to the database more."""
    row = {**values, "created_at": timezone.now()}
    fields = {field.name: field for field in IdempotencyClaim._meta.concrete_fields}
    prepared = [fields[name].get_db_prep_save(value, connection) for name, value in row.items()]
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {IdempotencyClaim._meta.db_table} ({names}) VALUES ({places})"  # noqa: S608  our own names
            " ON CONFLICT (tenant_id, operation, key) DO NOTHING RETURNING id",
            prepared,
        )
        found = cursor.fetchone()
    return found[0] if found else None


def _take_over(claim: IdempotencyClaim, lease_seconds: int) -> None:
    now = timezone.now()
    if claim.locked_until > now:
        seconds = max(1, int((claim.locked_until - now).total_seconds()))
        message = "The first call with this Idempotency-Key is still under way. Try again in a moment."
        raise IdempotencyInProgress(message, param="Idempotency-Key", retry_after_seconds=seconds)
    claim.locked_until = now + timedelta(seconds=lease_seconds)
    claim.save(update_fields=["locked_until"])

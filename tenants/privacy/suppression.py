"""Tombstones: what was on its way when a contact was erased writes nothing any more.

Only keyed hashes are kept. Every tombstone has a time: what the same person does later is new.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.encoding import force_bytes

from tenants.context import require_tenant_id
from tenants.privacy.known import Known as Known
from tenants.privacy.models import Tombstone


def suppress(known: Iterable[Known], *, at: datetime) -> None:
    """In the open scope. Erased a second time, the later time counts."""
    rows = [Tombstone(digest=_digest(each, settings.SECRET_KEY), erased_at=at) for each in sorted(set(known))]
    Tombstone.objects.filter(digest__in=[row.digest for row in rows]).delete()
    Tombstone.objects.bulk_create(rows)


def was_erased(known: Iterable[Known], *, since: datetime | None = None) -> bool:
    """In the open scope: True when one of them was erased; with `since`, then or later: ask with the time at which
    something was accepted, before it is written."""
    return any(since is None or at >= since for at in erased_at(known).values())


def erased_at(known: Iterable[Known]) -> dict[Known, datetime]:
    """In the open scope: when each was erased, of those that were."""
    by_digest = {_digest(each, secret): each for each in known for secret in _secrets()}
    rows = Tombstone.objects.filter(digest__in=list(by_digest)).values_list("digest", "erased_at")
    return {by_digest[digest]: at for digest, at in rows}


def is_contact_erased(contact_id: UUID) -> bool:
    """In the open scope. An id is never given again, so this holds for ever."""
    return was_erased([Known("contact", str(contact_id))])


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_erased`: the contact was, or is being. `cut_at`: when some of what it left was erased last. Who has read it
    writes what came of it only while this stands."""

    is_erased: bool = False
    cut_at: datetime | None = None


def standing_of(contact_id: UUID) -> Standing:
    """In the open scope. Asked before anything of the contact is read, and again when its conversation is held to write
    what came of that."""
    whole, part = Known("contact", str(contact_id)), part_of(contact_id)
    found = erased_at([whole, part])
    return Standing(whole in found, found.get(part))


def part_of(contact_id: UUID) -> Known:
    """By what it is known that some of what a contact left was erased."""
    return Known("part", str(contact_id))


def _secrets() -> tuple[str | bytes, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _digest(known: Known, secret: str | bytes) -> str:
    key = hashlib.sha256(b"rapport.tombstones:" + force_bytes(secret)).digest()
    text = f"{require_tenant_id()}\x1f{known.kind}\x1f{known.value}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

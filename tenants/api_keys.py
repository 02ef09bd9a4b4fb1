"""Secret keys: making, rotating, revoking and recognising them. A key is shown once and never stored.

What is stored is its HMAC-SHA256 under a secret of this installation: a stolen table opens nothing, and looking a key
up is one question by an index, where a password hasher would take a third of a second. Keys are random: they need none.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.encoding import force_bytes

from rapport.compiled import CompiledQuery
from rapport.errors import NotAuthenticated
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.errors import ApiKeyNotFound, InvalidApiKey
from tenants.keys import LIVE, TEST, is_well_formed, make_key
from tenants.models import ApiKey, Membership
from tenants.permissions import SCOPES, Permission, role_for_keys, scopes_for

MOST_KEYS = 100  # alive at the same time, of a tenant
LONGEST_NAME = 80
ROTATION_HOURS = 24
USED_EVERY = timedelta(minutes=1)
_NEW_ONE = "make a new one on the dashboard's page API keys"
_ACCESS = (
    "id", "tenant_id", "name", "is_test", "scopes", "expires_at", "last_used_at", "revoked_at",
    "tenant__deletion_due_at",
)  # fmt: skip
_BY_DIGEST = CompiledQuery(lambda digests: ApiKey.objects.filter(digest__in=digests).values_list(*_ACCESS))
_KNOWN = {str(each): each for each in SCOPES}


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """`masked` is what may be shown. `state`: "live", "expiring" (replaced, still accepted), "expired" or "revoked"."""

    id: UUID
    tenant_id: UUID
    name: str
    is_test: bool
    masked: str
    scopes: frozenset[Permission]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    state: str
    made_by_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class KeyAccess:
    """What a key opens."""

    id: UUID
    tenant_id: UUID
    name: str
    scopes: frozenset[Permission]
    is_test: bool


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """`secret` is the key itself: this is the only time that anyone sees it."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class Giver:
    """Who makes keys: what they may hand on. A key that makes keys hands on nothing that it, or the person whose it is,
    may not do; what it makes is over when it is, and is for tests when it is. `user_id`: that person; None: is gone."""

    may_give: Sequence[Permission] = SCOPES
    user_id: UUID | None = None
    role: str = ""
    key_id: UUID | None = None
    is_test: bool = False
    expires_at: datetime | None = None


EVERYTHING = Giver()


def giver_of(access: KeyAccess) -> Giver:
    """What a key may hand on now: its person may have another role by now, or none."""
    with tenant_scope(access.tenant_id):
        row = ApiKey.objects.get(tenant_id=access.tenant_id, id=access.id)
        mine = Membership.objects.filter(tenant_id=access.tenant_id)
        member = mine.filter(user_id=row.created_by_id).first() if row.created_by_id else None
    possible = scopes_for(member.role) if member else ()
    may_give = tuple(each for each in possible if each in access.scopes)
    role = role_for_keys(member.role) if member else ""
    return Giver(may_give, member.user_id if member else None, role, row.id, row.is_test, row.expires_at)


def create_api_key(
    *,
    tenant_id: UUID,
    name: str,
    scopes: Iterable[str],
    actor: Actor,
    is_test: bool = False,
    expires_at: datetime | None = None,
    giver: Giver = EVERYTHING,
) -> NewApiKey:
    """A new key with these scopes, of which `giver` must be able to give each. Raises InvalidApiKey."""
    name, wanted = _checked_name(name), _checked_scopes(scopes, giver.may_give)
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidApiKey("The key would be over before it begins. Choose a later day.", param="expires_at")
    if giver.is_test and not is_test:
        raise InvalidApiKey("A key for tests makes only keys for tests.", param="is_test")
    ends = [each for each in (expires_at, giver.expires_at) if each]
    with tenant_scope(tenant_id), transaction.atomic():
        if _alive(ApiKey.objects.filter(tenant_id=tenant_id)).count() >= MOST_KEYS:
            raise InvalidApiKey(f"There are {MOST_KEYS} keys already. Revoke one that is not used any more.")
        row = ApiKey(tenant_id=tenant_id, name=name, is_test=is_test, scopes=wanted, expires_at=min(ends, default=None))
        row.created_by_id = actor.id if actor.kind == "user" else giver.user_id
        row.made_by_key_id = giver.key_id
        secret = _begin(row)
        _record(actor, "api_key.created", row.id, {"name": name, "scopes": wanted, "is_test": is_test})
    return NewApiKey(row.id, secret)


def rotate_api_key(
    *,
    tenant_id: UUID,
    key_id: UUID,
    actor: Actor,
    grace_hours: float = ROTATION_HOURS,
    giver: Giver = EVERYTHING,
) -> NewApiKey:
    """A new key in the place of this one, which is accepted for `grace_hours` more. Whoever gets it could have made it.

    Raises ApiKeyNotFound, InvalidApiKey.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        old = _alive(ApiKey.objects.select_for_update().filter(tenant_id=tenant_id, id=key_id, successor=None)).first()
        if old is None:
            raise ApiKeyNotFound("There is no such key, or it is over already.")
        _checked_scopes(old.scopes, giver.may_give)
        if giver.is_test and not old.is_test:
            raise InvalidApiKey("A key for tests replaces only keys for tests.")
        row = ApiKey(tenant_id=tenant_id, name=old.name, is_test=old.is_test, scopes=old.scopes)
        row.created_by_id = actor.id if actor.kind == "user" else old.created_by_id
        row.expires_at, row.made_by_key_id = old.expires_at, old.made_by_key_id
        secret = _begin(row)
        over = timezone.now() + timedelta(hours=grace_hours)
        old.expires_at, old.successor = min(old.expires_at or over, over), row
        old.save(update_fields=["expires_at", "successor"])
        details = {"successor": encode(Prefix.API_KEY, row.id), "accepted_until": old.expires_at.isoformat()}
        _record(actor, "api_key.rotated", old.id, details)
    return NewApiKey(row.id, secret)


def revoke_api_key(*, tenant_id: UUID, key_id: UUID, actor: Actor) -> None:
    """From now on the key opens nothing, and neither does what it has made. Raises ApiKeyNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        rows = ApiKey.objects.filter(tenant_id=tenant_id, id=key_id)
        if not rows.exists():
            raise ApiKeyNotFound("There is no such key.")
        if rows.filter(revoked_at=None).update(revoked_at=timezone.now()):
            _record(actor, "api_key.revoked", key_id, {})
        _revoke_made_by(tenant_id, key_id, actor)


def _revoke_made_by(tenant_id: UUID, key_id: UUID, actor: Actor) -> None:
    """Keys that this one has made, before or after it was replaced, and theirs. Whoever has a key that makes keys may
    have others by now. In the open scope and transaction."""
    made, found = set[UUID](), [key_id]
    while found:
        line = _line_of(tenant_id, found)
        rows = ApiKey.objects.filter(tenant_id=tenant_id, made_by_key_id__in=line).exclude(id__in=made)
        found = list(rows.values_list("id", flat=True))
        made.update(found)
    for each in ApiKey.objects.filter(id__in=made, revoked_at=None).order_by("id"):
        ApiKey.objects.filter(id=each.id).update(revoked_at=timezone.now())
        _record(actor, "api_key.revoked", each.id, {"made_by": encode(Prefix.API_KEY, key_id)})


def _line_of(tenant_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """These keys, those that they replaced, and those that replaced them."""
    line, fresh = set[UUID](), set(ids)
    while fresh:
        line |= fresh
        rows = ApiKey.objects.filter(Q(id__in=fresh) | Q(successor_id__in=fresh), tenant_id=tenant_id)
        pairs = rows.values_list("id", "successor_id")
        fresh = {each for pair in pairs for each in pair if each} - line
    return line


def revoke_leaked_key(secret: str, *, where: str) -> ApiKeyView | None:
    """Revoke a key that someone found in the open; None when it is none of ours, or was over already."""
    row = _find(secret)
    if row is None or row.revoked_at is not None:
        return None
    with tenant_scope(row.tenant_id), transaction.atomic():
        if not ApiKey.objects.filter(id=row.id, revoked_at=None).update(revoked_at=timezone.now()):
            return None
        _record(SYSTEM, "api_key.leaked", row.id, {"where": where[:300]})
        _revoke_made_by(row.tenant_id, row.id, SYSTEM)
    return _view(row)


def list_api_keys(tenant_id: UUID) -> list[ApiKeyView]:
    """Newest first; those that are over too."""
    rows = ApiKey.objects.filter(tenant_id=tenant_id).select_related("created_by").order_by("-created_at", "-id")
    return [_view(row) for row in rows]


def get_api_key(*, tenant_id: UUID, key_id: UUID) -> ApiKeyView:
    """Raises ApiKeyNotFound, also for another tenant's."""
    row = ApiKey.objects.filter(tenant_id=tenant_id, id=key_id).select_related("created_by").first()
    if row is None:
        raise ApiKeyNotFound("There is no such key.")
    return _view(row)


def authenticate_api_key(secret: str) -> KeyAccess:
    """Whose key this is, and what it may do; notes that it was used. Raises NotAuthenticated.

    The database is asked each time: a key that was revoked a moment ago, by whatever process, opens nothing.
    """
    row = _recognize(secret)
    if row is None:
        raise NotAuthenticated(f"This API key is unknown. Copy it again, or {_NEW_ONE}.")
    key_id, tenant_id, name, is_test, scopes, expires_at, last_used_at, revoked_at, deletion_due_at = row
    now = timezone.now()
    if revoked_at is not None:
        raise NotAuthenticated(f"This API key was revoked. Use another one, or {_NEW_ONE}.")
    if expires_at is not None and expires_at <= now:
        raise NotAuthenticated(f"This API key is over. Use the one that replaced it, or {_NEW_ONE}.")
    if deletion_due_at is not None:
        raise NotAuthenticated("This company is being deleted: its keys open nothing. An owner can take that back.")
    if last_used_at is None or now - last_used_at >= USED_EVERY:
        _note_use(key_id, now)
    return KeyAccess(key_id, tenant_id, name, _permissions(scopes), is_test)


def _note_use(key_id: UUID, now: datetime) -> None:
    """At most once a minute: a write for each call would cost more than the call."""
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
    ApiKey.objects.filter(unnoted, id=key_id).update(last_used_at=now)


def _recognize(secret: str) -> tuple[Any, ...] | None:
    """What of a key decides a call, in the order of `_ACCESS`."""
    found = _BY_DIGEST.rows(_digests(secret)) if is_well_formed(secret, LIVE, TEST) else []
    return found[0] if found else None


def _find(secret: str) -> ApiKey | None:
    if not is_well_formed(secret, LIVE, TEST):
        return None
    return ApiKey.objects.select_related("created_by", "tenant").filter(digest__in=_digests(secret)).first()


def _digests(secret: str) -> list[str]:
    """Under today's secret first, then under those that it replaced (SECRET_KEY_FALLBACKS)."""
    return [_digest(secret, under) for under in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(secret: str, under: str | bytes) -> str:
    derived = hashlib.sha256(b"rapport.api-keys:" + force_bytes(under)).digest()
    return hmac.new(derived, secret.encode(), hashlib.sha256).hexdigest()


def _begin(row: ApiKey) -> str:
    """Write the row with a secret of its own. Returns the secret."""
    secret = make_key(TEST if row.is_test else LIVE)
    row.digest, row.hint = _digest(secret, settings.SECRET_KEY), secret[-4:]
    row.save(force_insert=True)
    return secret


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidApiKey(f"A key's name has between 1 and {LONGEST_NAME} characters.", param="name")
    return name


def _checked_scopes(scopes: Iterable[str], may_give: Sequence[Permission]) -> list[str]:
    wanted, possible = set(scopes), {str(each) for each in may_give}
    if not wanted:
        raise InvalidApiKey("Choose at least one thing that the key may do.", param="scopes")
    if strange := wanted - possible:
        raise InvalidApiKey(
            f"You cannot give a key {', '.join(sorted(strange))}: only what you may do yourself.", param="scopes"
        )
    return sorted(wanted)


def _alive(rows: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)


def _record(actor: Actor, action: str, key_id: UUID, details: Mapping[str, object]) -> None:
    record_audit(actor=actor, action=action, subject=encode(Prefix.API_KEY, key_id), details=details)


def _view(row: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        is_test=row.is_test,
        masked=f"{TEST if row.is_test else LIVE}…{row.hint}",
        scopes=_permissions(row.scopes),
        created_by=row.created_by.email if row.created_by else "",
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        state=_state(row),
        made_by_key=row.made_by_key_id,
    )


def _permissions(scopes: Iterable[str]) -> frozenset[Permission]:
    """Without those that this version does not know."""
    return frozenset(_KNOWN[each] for each in scopes if each in _KNOWN)


def _state(row: ApiKey) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at is not None and row.expires_at <= timezone.now():
        return "expired"
    return "expiring" if row.successor_id else "live"

"""Writes about a company's own keys at providers of speech. Audit rows have facts, never the key."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from agents.errors import InvalidModelProvider
from agents.models import SpeechKey, SpeechProvider, SpeechRole
from agents.services.providers import LONGEST_MODEL, checked_key, checked_url, hint_of
from rapport.encryption import encrypt
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """What a company enters. `key` "" keeps the one that is there, if it is for the same server."""

    provider: str
    key: str = ""
    base_url: str = ""
    model: str = ""
    voice: str = ""


def set_speech_key(*, tenant_id: UUID, role: str, settings: SpeechSettings, actor: Actor) -> None:
    """From the next call on the company's calls are understood, or spoken, by it, before the platform's. Raises
    InvalidModelProvider with the field's name."""
    if role not in SpeechRole.values:
        raise InvalidModelProvider("Choose what it is for from the list.", param="role")
    fields = _checked(settings)
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two that come at once the second finds the first's
        row = SpeechKey.objects.filter(role=role).first() or SpeechKey(role=role)
        before = _facts(row) if row.provider else None
        is_same = (row.provider, row.base_url) == (fields["provider"], fields["base_url"])
        may_be_none = settings.provider == SpeechProvider.COMPATIBLE
        key = checked_key(settings.key, is_needed=not (may_be_none or (is_same and row.secret)))
        for name, value in fields.items():
            setattr(row, name, value)
        if key or not is_same:
            row.secret, row.hint = encrypt(key) if key else "", hint_of(key)
        row.save()
        _record(actor, tenant_id, "speech_key.set", before=before, after=_facts(row), key_replaced=bool(key))


def remove_speech_key(*, tenant_id: UUID, role: str, actor: Actor) -> bool:
    """The platform's speech is used again, from the next call on. Whether there was one."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = SpeechKey.objects.select_for_update().filter(role=role).first()
        if row is None:
            return False
        row.delete()
        _record(actor, tenant_id, "speech_key.removed", before=_facts(row))
    return True


def _checked(settings: SpeechSettings) -> dict[str, str]:
    """A key goes to its provider's own address, or to a compatible server that the company names."""
    if settings.provider not in SpeechProvider.values:
        raise InvalidModelProvider("Choose the provider from the list.", param="provider")
    base_url = settings.base_url.strip()
    if settings.provider == SpeechProvider.COMPATIBLE:
        if not base_url:
            raise InvalidModelProvider(
                "Give the server's address, such as https://models.example.com/v1.", param="base_url"
            )
        base_url = checked_url(base_url).rstrip("/")
    elif base_url:
        raise InvalidModelProvider("Only a compatible server has an address of its own.", param="base_url")
    names = {"model": settings.model.strip(), "voice": settings.voice.strip()}
    for param, name in names.items():
        if len(name) > LONGEST_MODEL or not name.isprintable() or " " in name:
            raise InvalidModelProvider(f"This name has at most {LONGEST_MODEL} characters and no blanks.", param=param)
    return {"provider": settings.provider, "base_url": base_url, **names}


def _facts(row: SpeechKey) -> dict[str, object]:
    return {
        "role": row.role,
        "provider": row.provider,
        "base_url": row.base_url,
        "model": row.model,
        "voice": row.voice,
    }


def _record(
    actor: Actor,
    tenant_id: UUID,
    action: str,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None = None,
    **details: object,
) -> None:
    subject = encode(Prefix.TENANT, tenant_id)
    record_audit(actor=actor, action=action, subject=subject, details=details, before=before, after=after)

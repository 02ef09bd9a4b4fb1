"""Writes about a company's own keys at providers of models. Audit rows have facts, never the key.

Trying a model out is `agents.llm.trying`: no transaction is open while a model works.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.errors import InvalidModelProvider, ModelProviderNotFound
from agents.models import ModelProvider, ProviderCredential
from rapport.encryption import encrypt
from rapport.ids import Prefix, encode
from rapport.outbound.entering import NotEncrypted, entered_url
from rapport.outbound.errors import AddressRefused, UnsupportedUrl
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant

MOST_PROVIDERS = 20  # of a tenant
MOST_MODELS = 50
LONGEST_URL = 2000
LONGEST_NAME = 80
LONGEST_KEY = 1000
LONGEST_MODEL = 120
LONGEST_REGION = 40
LONGEST_ERROR = 300


def add_model_provider(
    *,
    tenant_id: UUID,
    provider: str,
    name: str,
    key: str,
    actor: Actor,
    base_url: str = "",
    region: str = "",
    offered: Sequence[str] = (),
) -> UUID:
    """Its models can be named by the company's agents from the next answer on. Raises InvalidModelProvider, with the
    field's name."""
    fields = _checked(provider, name, base_url, region, offered)
    key = checked_key(key, is_needed=provider != ModelProvider.COMPATIBLE)
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two that come at once the second counts the first
        if ProviderCredential.objects.count() >= MOST_PROVIDERS:
            raise InvalidModelProvider(f"There are {MOST_PROVIDERS} providers already. Remove one that is not used.")
        if ProviderCredential.objects.filter(name=fields["name"]).exists():
            raise InvalidModelProvider("Another provider has this name already. Choose another one.", param="name")
        row = ProviderCredential.objects.create(**fields, secret=encrypt(key) if key else "", hint=hint_of(key))
        _record(actor, "model_provider.added", row.id, after=fields)
    return row.id


def replace_provider_key(*, tenant_id: UUID, provider_id: UUID, key: str, actor: Actor) -> None:
    """The one before is not used any more, from the next call on.

    Raises ModelProviderNotFound, InvalidModelProvider.
    """
    key = checked_key(key, is_needed=True)
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(provider_id)
        row.secret, row.hint, row.checked_at, row.last_error = encrypt(key), hint_of(key), None, ""
        row.save(update_fields=["secret", "hint", "checked_at", "last_error"])
        _record(actor, "model_provider.key_replaced", row.id, name=row.name)


def remove_model_provider(*, tenant_id: UUID, provider_id: UUID, actor: Actor) -> None:
    """Agents that name its models go on with the next of their chain, or with the platform's model of the same name.
    Raises ModelProviderNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(provider_id)
        row.delete()
        _record(actor, "model_provider.removed", provider_id, before={"provider": row.provider, "name": row.name})


def note_check(*, tenant_id: UUID, provider_id: UUID, model: str, error: str, code: str, actor: Actor) -> None:
    """What came of asking one of its models. `error` "": it answered. Of one that was removed meanwhile, nothing."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = ProviderCredential.objects.select_for_update().filter(id=provider_id).first()
        if row is None:
            return
        row.checked_at, row.last_error = timezone.now(), error[:LONGEST_ERROR]
        row.save(update_fields=["checked_at", "last_error"])
        _record(actor, "model_provider.tested", row.id, model=model, outcome=code or "answered")


def _locked(provider_id: UUID) -> ProviderCredential:
    row = ProviderCredential.objects.select_for_update().filter(id=provider_id).first()
    if row is None:
        raise ModelProviderNotFound("There is no such provider; it may have been removed.")
    return row


def _checked(provider: str, name: str, base_url: str, region: str, offered: Sequence[str]) -> dict[str, object]:
    if provider not in ModelProvider.values:
        raise InvalidModelProvider("Choose the provider from the list.", param="provider")
    models = _checked_models(offered)
    if provider == ModelProvider.COMPATIBLE and not models:
        raise InvalidModelProvider("Name at least one model as the server calls it.", param="models")
    if provider == ModelProvider.COMPATIBLE and not base_url.strip():
        raise InvalidModelProvider(
            "Give the server's address, such as https://models.example.com/v1.", param="base_url"
        )
    return {
        "provider": provider,
        "name": _line(name, LONGEST_NAME, "name", "A provider's name"),
        "base_url": checked_url(base_url.strip()) if base_url.strip() else "",
        "region": _line(region, LONGEST_REGION, "region", "A region", is_needed=False),
        "offered": models,
    }


def _line(text: str, longest: int, param: str, what: str, *, is_needed: bool = True) -> str:
    text = " ".join(text.split())
    if len(text) > longest or not text.isprintable() or (is_needed and not text):
        raise InvalidModelProvider(f"{what} has between {int(is_needed)} and {longest} characters.", param=param)
    return text


def _checked_models(offered: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in offered if name.strip()))
    if len(names) > MOST_MODELS:
        raise InvalidModelProvider(f"A provider offers at most {MOST_MODELS} models here.", param="models")
    if any(len(name) > LONGEST_MODEL or not name.isprintable() or " " in name for name in names):
        raise InvalidModelProvider(
            f"A model's name has at most {LONGEST_MODEL} characters and no blanks; one on each line.", param="models"
        )
    return names


def checked_key(key: str, *, is_needed: bool) -> str:
    """As it goes into a header: visible ASCII."""
    key = key.strip()
    if (is_needed and not key) or len(key) > LONGEST_KEY or not all("!" <= each <= "~" for each in key):
        raise InvalidModelProvider("Paste the key as the provider shows it, without blanks.", param="key")
    return key


def hint_of(key: str) -> str:
    """The last four characters of a key that is long enough to stay secret without them."""
    return key[-4:] if len(key) >= 12 else ""


def checked_url(text: str) -> str:
    """Of a provider's server. Raises InvalidModelProvider."""
    try:
        return entered_url(text, longest=LONGEST_URL)
    except UnsupportedUrl:
        raise _wrong_url() from None
    except NotEncrypted:
        raise InvalidModelProvider(
            "A provider's address begins with https://: the key goes there. If you host Rapport yourself, http:// is "
            "possible for hosts of OUTBOUND_ALLOWED_PRIVATE_HOSTS.",
            param="base_url",
        ) from None
    except AddressRefused as error:
        raise InvalidModelProvider(error.message, param="base_url") from None


def _wrong_url() -> InvalidModelProvider:
    return InvalidModelProvider(
        "This is no address for a model's server. It looks like https://models.example.com/v1, without a password, "
        "a ? or a #.",
        param="base_url",
    )


def _record(
    actor: Actor,
    action: str,
    provider_id: UUID,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    **details: object,
) -> None:
    subject = encode(Prefix.MODEL_PROVIDER, provider_id)
    record_audit(actor=actor, action=action, subject=subject, details=details, before=before, after=after)

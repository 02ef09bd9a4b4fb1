"""Reads about a company's own keys at providers of models. A key is opened for its own company's calls only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.errors import ModelProviderNotFound
from agents.llm.reach import BASES, Reach
from agents.models import ModelProvider, ProviderCredential
from rapport import logs
from rapport.encryption import SecretUnreadable, decrypt
from tenants.context import tenant_scope

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ModelProviderView:
    """`models` are all that can be named, `offered` those that the company wrote down. The key itself is not in it."""

    id: UUID
    provider: str
    name: str
    base_url: str
    hint: str
    region: str
    offered: tuple[str, ...]
    models: tuple[str, ...]
    created_at: datetime
    checked_at: datetime | None
    last_error: str

    @property
    def label(self) -> str:
        return ModelProvider(self.provider).label

    @property
    def masked(self) -> str:
        return f"…{self.hint}" if self.hint else ""

    @property
    def state(self) -> str:
        """ "untested", "working" or "failing", as the last check found it."""
        if self.checked_at is None:
            return "untested"
        return "failing" if self.last_error else "working"


def list_model_providers(*, tenant_id: UUID) -> list[ModelProviderView]:
    """Oldest first."""
    with tenant_scope(tenant_id):
        return [_view(row) for row in ProviderCredential.objects.order_by("id")]


def get_model_provider(*, tenant_id: UUID, provider_id: UUID) -> ModelProviderView:
    """Raises ModelProviderNotFound."""
    with tenant_scope(tenant_id):
        return _view(_row(provider_id))


def get_reach(*, tenant_id: UUID, provider_id: UUID) -> Reach:
    """With the opened key: for a call, never to be shown. Raises ModelProviderNotFound, SecretUnreadable."""
    with tenant_scope(tenant_id):
        return _reach(_row(provider_id))


def tenant_reaches(tenant_id: UUID) -> tuple[Reach, ...]:
    """Where the company's own keys lead, with the opened keys; one that cannot be opened is left out."""
    with tenant_scope(tenant_id):
        return tuple(_reaches(ProviderCredential.objects.order_by("id")))


def _reaches(rows: Iterable[ProviderCredential]) -> Iterator[Reach]:
    for row in rows:
        try:
            yield _reach(row)
        except SecretUnreadable:
            log.error("provider_key_unreadable", provider_id=str(row.id))


def _row(provider_id: UUID) -> ProviderCredential:
    row = ProviderCredential.objects.filter(id=provider_id).first()
    if row is None:
        raise ModelProviderNotFound("There is no such provider; it may have been removed.")
    return row


def _reach(row: ProviderCredential) -> Reach:
    return _without_key(row, api_key=decrypt(row.secret) if row.secret else "")


def _without_key(row: ProviderCredential, *, api_key: str = "") -> Reach:
    return Reach(
        row.provider,
        row.base_url or BASES.get(row.provider, ""),
        api_key,
        models=tuple(row.offered),
        region=row.region,
        owner=str(row.tenant_id),
        key_id=row.id.hex[-12:],
    )


def _view(row: ProviderCredential) -> ModelProviderView:
    return ModelProviderView(
        id=row.id,
        provider=row.provider,
        name=row.name,
        base_url=row.base_url,
        hint=row.hint,
        region=row.region,
        offered=tuple(row.offered),
        models=tuple(entry.name for entry in _without_key(row).entries()),
        created_at=row.created_at,
        checked_at=row.checked_at,
        last_error=row.last_error,
    )

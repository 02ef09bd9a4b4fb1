"""The world of the matrix: Acme with something of everything, another company, and all that a tenant's rows say."""

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from rapport.ids import Prefix, decode, encode, new_id
from tenants.context import tenant_scope
from tenants.scoped import TenantModel
from tests.cast import Cast, assemble
from tests.strangers.possessions import SECRET, Possessions, possess

# When a key was last used is no change by a stranger: its owner's refused calls are noted too.
VOLATILE = frozenset({"last_used_at"})


@dataclass(frozen=True, slots=True)
class World:
    cast: Cast
    acmes: Possessions

    @property
    def acme(self) -> UUID:
        return self.cast.acme.tenant_id

    @property
    def other(self) -> UUID:
        return self.cast.other.tenant_id

    def id_of(self, prefix: str) -> UUID:
        return decode(Prefix(prefix), self.acmes.ids[prefix])

    def nobodys(self) -> dict[str, str]:
        """Public ids of things that do not exist, of every kind that Acme has."""
        return {prefix: encode(Prefix(prefix), new_id()) for prefix in self.acmes.ids}


def make_world() -> World:
    cast = assemble()
    return World(cast, possess(cast))


def models_of_tenants() -> list[type[Model]]:
    """Every model whose rows say which tenant's they are."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, TenantModel) or any(field.attname == "tenant_id" for field in model._meta.concrete_fields)
    ]


def rows_of(tenant_id: UUID) -> dict[str, list[list[str]]]:
    """Every row of the tenant in every table, as texts; only what a stranger may not change."""
    with tenant_scope(tenant_id):
        return {model._meta.label: _rows(model, tenant_id) for model in models_of_tenants()}


def _rows(model: type[Model], tenant_id: UUID) -> list[list[str]]:
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in VOLATILE]
    found = model._default_manager.filter(tenant_id=tenant_id).order_by("pk").values_list(*names)
    return [[str(value) for value in row] for row in found]


def state_of(tenant_id: UUID) -> str:
    """Another one after any change of the tenant's rows."""
    return hashlib.sha256(json.dumps(rows_of(tenant_id)).encode()).hexdigest()


def has_secret(text: str) -> bool:
    return SECRET in text.lower()


def tables_with_secrets(tenant_id: UUID) -> list[str]:
    """Tables in which the tenant has Acme's words."""
    return [name for name, rows in rows_of(tenant_id).items() if any(has_secret(text) for row in rows for text in row)]

"""What a new company starts with: a tenant with its owner, a first agent, and a widget key. All of it, or nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from agents.services import create_agent
from tenants.actors import user_actor
from tenants.services import create_tenant, create_widget_key


@dataclass(frozen=True, slots=True)
class FoundedCompany:
    tenant_id: UUID
    agent_id: UUID
    widget_key_id: UUID


@transaction.atomic
def found_company(*, user_id: UUID, name: str, allowed_origins: tuple[str, ...] = ()) -> FoundedCompany:
    """Create the company of a person who just signed up, in the language that they did it in."""
    actor = user_actor(user_id)
    tenant_id = create_tenant(name=name, owner_id=user_id, locale=get_language() or "en")
    agent_id = create_agent(tenant_id=tenant_id, actor=actor, name=f"{name} assistant"[:80])
    key_id = create_widget_key(
        tenant_id=tenant_id, agent_id=agent_id, allowed_origins=list(allowed_origins), actor=actor
    )
    return FoundedCompany(tenant_id, agent_id, key_id)

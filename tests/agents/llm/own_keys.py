"""Companies with keys of their own at the scripted providers, which are on this machine and may be reached."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from agents.llm.choosing import choose_models
from agents.llm.gateway import Gateway
from agents.runtime.parts import Parts
from agents.services import AgentChanges, update_agent
from agents.services.providers import add_model_provider
from rapport.outbound.addresses import AllowList
from tenants.actors import SYSTEM
from tests.agents.scripted import scripted_parts
from tests.cast import Company
from tests.providers.running import Running

WORDS = ("Delivery ", "takes ", "3 ", "days ", "[1]", ".")
AddKey = Callable[..., UUID]


def allow(monkeypatch: pytest.MonkeyPatch, server: Running) -> None:
    """As OUTBOUND_ALLOWED_PRIVATE_HOSTS does."""
    allowed = AllowList.parse([server.url.removeprefix("http://")])
    for module in ("rapport.outbound.transport", "rapport.outbound.entering"):
        monkeypatch.setattr(f"{module}.configured_allow_list", lambda: allowed)


def add_key(company: Company, server: Running, key: str, *models: str, **fields: object) -> UUID:
    for model in models:
        server.providers.texts.setdefault(model, WORDS)
    return add_model_provider(
        tenant_id=company.tenant_id,
        key=key,
        offered=models,
        actor=SYSTEM,
        **{"provider": "openai_compatible", "name": "Ours", "base_url": server.openai, **fields},  # type: ignore[arg-type]
    )


def answer_with(company: Company, model: str) -> None:
    """What the company's agent names."""
    update_agent(
        tenant_id=company.tenant_id, agent_id=company.agent_id, changes=AgentChanges(model=model), actor=SYSTEM
    )


def product_parts() -> Parts:
    """The models are chosen as in the product."""
    return replace(scripted_parts(), gateway=Gateway(sleep=lambda _: None), choose=choose_models)

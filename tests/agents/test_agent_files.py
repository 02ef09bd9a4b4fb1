"""An agent out of a file and into one: the same round, and everything that is wrong at once."""

from uuid import UUID

import pytest

from agents.errors import AgentNotFound, InvalidAgentFile
from agents.models import Agent
from agents.selectors import get_agent
from agents.selectors.agents import DRAFT
from agents.services import AgentChanges, create_prompt, export_agent, import_agent, update_agent
from ingestion.models import Source
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast, Company

pytestmark = pytest.mark.django_db


def add_source(company: Company, name: str = "Handbook") -> str:
    with tenant_scope(company.tenant_id):
        return encode(Prefix.SOURCE, Source.objects.create(kind="upload", name=name).id)


def configure(company: Company, **config: object) -> None:
    update_agent(
        tenant_id=company.tenant_id,
        agent_id=company.agent_id,
        changes=AgentChanges(config=config),
        actor=SYSTEM,
    )


def take(company: Company, text: str, agent_id: UUID | None = None) -> UUID:
    return import_agent(tenant_id=company.tenant_id, text=text, actor=SYSTEM, agent_id=agent_id)


def test_an_agent_comes_back_as_it_was(cast: Cast) -> None:
    create_prompt(tenant_id=cast.acme.tenant_id, name="tone", text="Kind.", actor=SYSTEM)
    configure(
        cast.acme,
        knowledge={"sources": [add_source(cast.acme)], "passages": 7},
        prompt={"blocks": [{"prompt": "tone", "label": "production"}]},
    )
    text = export_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    made = get_agent(tenant_id=cast.acme.tenant_id, agent_id=take(cast.acme, text))
    old = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    assert (made.config, made.digest, made.version) == (old.config, old.digest, 1)
    assert export_agent(tenant_id=cast.acme.tenant_id, agent_id=made.id) == text


def test_a_file_goes_into_the_draft_of_an_agent_that_is_there(cast: Cast) -> None:
    text = export_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    take(cast.acme, text.replace("passages: 10", "passages: 3"), cast.acme.agent_id)
    ids = (cast.acme.tenant_id, cast.acme.agent_id)
    published = get_agent(tenant_id=ids[0], agent_id=ids[1])
    draft = get_agent(tenant_id=ids[0], agent_id=ids[1], version=DRAFT)
    assert (published.config.knowledge.passages, draft.config.knowledge.passages) == (10, 3)


def test_a_source_is_found_by_its_name_in_another_company(cast: Cast) -> None:
    configure(cast.acme, knowledge={"sources": [add_source(cast.acme)]})
    text = export_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    with pytest.raises(InvalidAgentFile, match="In the file it is called “Handbook”") as caught:
        take(cast.other, text)
    assert caught.value.param == "knowledge.sources.0"
    theirs = add_source(cast.other)
    made = get_agent(tenant_id=cast.other.tenant_id, agent_id=take(cast.other, text))
    assert made.config.knowledge.sources == (theirs,)


def test_everything_that_is_wrong_is_told_and_nothing_is_made(cast: Cast) -> None:
    bad = """
rapport_agent: 1
agent:
  appearance: {color: red, tint: blue}
  knowledge: {passages: "3"}
"""
    missing = """
rapport_agent: 1
agent:
  prompt: {blocks: [{prompt: tone, label: production}]}
  tools: {use: [{tool: swim}, {tool: fly}]}
  knowledge: {sources: [src_00000000000000000000000000]}
"""
    for text, paths in (
        (bad, ["appearance.color", "appearance.tint", "knowledge.passages"]),
        (missing, ["prompt.blocks.0.prompt", "knowledge.sources.0", "tools.use.0.tool", "tools.use.1.tool"]),
        ("rapport_agent: 1\nagent: {tools: {use: [{tool: x, settings: {api_key: y}}]}}\n", ["tools.use.0.settings"]),
    ):
        with pytest.raises(InvalidAgentFile) as caught:
            take(cast.acme, text)
        assert [path for path, _ in caught.value.problems] == paths
    with tenant_scope(cast.acme.tenant_id):
        assert Agent.objects.count() == 1


def test_strangers_neither_read_nor_write(cast: Cast) -> None:
    with pytest.raises(AgentNotFound):
        export_agent(tenant_id=cast.other.tenant_id, agent_id=cast.acme.agent_id)
    with pytest.raises(AgentNotFound):
        take(cast.other, "rapport_agent: 1\nagent: {}\n", cast.acme.agent_id)

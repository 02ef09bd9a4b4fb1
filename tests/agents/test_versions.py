"""Draft, publish, roll back: what answers is always a version that nobody can change."""

import pytest
from django.db import ProgrammingError

from agents.configuration import AgentConfig, read_document
from agents.errors import AgentNotFound, VersionNotFound
from agents.models import Agent, AgentVersion
from agents.selectors import get_agent
from agents.selectors.agents import DRAFT
from agents.services import AgentChanges, publish_agent, roll_back_agent, update_agent
from rapport.config import get_config
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def change(cast: Cast, greeting: str, *, publish: bool = True) -> int:
    return update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(greeting=greeting),
        actor=user_actor(cast.alice.id),
        publish=publish,
    )


def greeting(cast: Cast, version: int | None = None) -> str:
    return get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, version=version).greeting


def publish(cast: Cast) -> int:
    return publish_agent(
        tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, actor=user_actor(cast.alice.id), note=" Why "
    )


def test_a_draft_answers_nobody_until_it_is_published(cast: Cast) -> None:
    assert change(cast, "Ahoy!", publish=False) == 1
    assert greeting(cast) != "Ahoy!"
    assert greeting(cast, DRAFT) == "Ahoy!"
    assert publish(cast) == 2
    assert publish(cast) == 2, "nothing changed meanwhile"
    assert greeting(cast) == "Ahoy!"
    with tenant_scope(cast.acme.tenant_id):
        row = AgentVersion.objects.get(number=2)
    assert (row.note, row.actor.partition(":")[0], row.from_version) == ("Why", "user", None)


def test_a_change_that_is_published_leaves_the_rest_of_the_draft_waiting(cast: Cast) -> None:
    change(cast, "Ahoy!", publish=False)
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(color="#112233"),
        actor=user_actor(cast.alice.id),
    )
    published = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    draft = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, version=DRAFT)
    assert (published.color, draft.color) == ("#112233", "#112233")
    assert (published.greeting == "Ahoy!", draft.greeting) == (False, "Ahoy!")


def test_going_back_is_a_new_version_equal_to_the_old_one(cast: Cast) -> None:
    change(cast, "Ahoy!")
    change(cast, "Moin!")
    number = roll_back_agent(
        tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, number=2, actor=user_actor(cast.alice.id)
    )
    assert (number, greeting(cast), greeting(cast, DRAFT)) == (4, "Ahoy!", "Ahoy!")
    with tenant_scope(cast.acme.tenant_id):
        old, new = AgentVersion.objects.get(number=2), AgentVersion.objects.get(number=4)
    assert (new.config, new.digest, new.from_version) == (old.config, old.digest, 2)


def test_what_is_not_there_is_said(cast: Cast) -> None:
    with pytest.raises(VersionNotFound):
        greeting(cast, 9)
    with pytest.raises(VersionNotFound):
        roll_back_agent(
            tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, number=9, actor=user_actor(cast.alice.id)
        )
    with pytest.raises(AgentNotFound):
        publish_agent(tenant_id=cast.other.tenant_id, agent_id=cast.acme.agent_id, actor=user_actor(cast.charlie.id))
    with pytest.raises(AgentNotFound):
        get_agent(tenant_id=cast.other.tenant_id, agent_id=cast.acme.agent_id, version=1)


def test_a_new_agent_is_published_as_it_is(cast: Cast) -> None:
    found = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id)
    assert (found.version, found.name) == (1, "Acme assistant")
    assert found.config.prompt == AgentConfig().prompt
    with tenant_scope(cast.acme.tenant_id):
        agent = Agent.objects.get()
    assert read_document(agent.draft) == found.config


@pytest.mark.skipif(get_config().is_embedded, reason="SQLite has no roles: RAPPORT_TEST_DATABASE=postgres")
@pytest.mark.django_db(transaction=True)
def test_the_apps_role_cannot_change_a_version(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(cast.acme.tenant_id):
        AgentVersion.objects.update(note="better")
    with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(cast.acme.tenant_id):
        AgentVersion.objects.all().delete()

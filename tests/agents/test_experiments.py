"""A/B: a contact stays in its arm, parts are kept over many contacts, and traces say which version answered whom."""

from collections import Counter
from uuid import UUID

import pytest

from agents.errors import AgentNotFound, ExperimentNotFound, ExperimentRunning, InvalidExperiment
from agents.experiments.arms import Arm
from agents.experiments.choosing import choose_version
from agents.experiments.splitting import arm_of
from agents.models import Trace
from agents.selectors.agents import DRAFT
from agents.services import (
    AgentChanges,
    make_candidate,
    publish_agent,
    roll_back_agent,
    start_conversation,
    start_experiment,
    stop_experiment,
    update_agent,
)
from ingestion.models import Contact
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor, make_visitor

pytestmark = pytest.mark.django_db


def draft(cast: Cast, greeting: str) -> None:
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(greeting=greeting),
        actor=SYSTEM,
        publish=False,
    )


@pytest.fixture
def running(cast: Cast) -> UUID:
    """Versions 1 (published) and 2 (a candidate), half and half."""
    draft(cast, "Ahoy!")
    assert make_candidate(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, actor=SYSTEM) == 2
    return start(cast, Arm(1, 50), Arm(2, 50))


def start(cast: Cast, *arms: Arm) -> UUID:
    return start_experiment(
        tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, name="Greeting", arms=arms, actor=SYSTEM
    )


def stop(cast: Cast, experiment: UUID) -> None:
    stop_experiment(tenant_id=cast.acme.tenant_id, experiment_id=experiment, actor=SYSTEM)


def version_of(cast: Cast, contact_id: UUID, channel: str = "chat") -> int:
    chosen = choose_version(
        tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, contact_id=contact_id, channel=channel
    )
    return chosen.agent.version


def test_ten_thousand_contacts_are_split_as_said_and_each_stays() -> None:
    arms, experiment = [Arm(1, 70), Arm(2, 25), Arm(3, 5)], UUID(int=7)
    contacts = [UUID(int=number) for number in range(10_000)]
    found = [arm_of(arms, experiment_id=experiment, contact_id=each).version for each in contacts]
    again = [arm_of(arms, experiment_id=experiment, contact_id=each).version for each in contacts]
    assert found == again
    counted = Counter(found)
    assert [round(counted[version] / 100) for version in (1, 2, 3)] == pytest.approx([70, 25, 5], abs=1.5)
    other = [arm_of(arms, experiment_id=UUID(int=8), contact_id=each).version for each in contacts]
    assert sum(a != b for a, b in zip(found, other, strict=True)) > 3000, "another experiment deals anew"


def test_the_version_that_answered_is_on_the_trace_with_the_experiment(cast: Cast, running: UUID, ask: Ask) -> None:
    visitors = [make_visitor(cast.acme) for _ in range(6)]
    for each in visitors:
        ask("How long does delivery take?", scripted_parts(), each)
    with tenant_scope(cast.acme.tenant_id):
        traces = {row.contact_id: row for row in Trace.objects.all()}
    for each in visitors:
        assert traces[each.contact_id].agent_version == version_of(cast, each.contact_id)
    assert {row.experiment_id for row in traces.values()} == {running}


def test_test_chats_are_in_no_experiment_and_a_stopped_one_is_over(cast: Cast, running: UUID) -> None:
    contacts = [make_visitor(cast.acme).contact_id for _ in range(12)]
    assert {version_of(cast, each) for each in contacts} == {1, 2}
    assert {version_of(cast, each, "test") for each in contacts} == {1}
    stop(cast, running)
    stop(cast, running)
    assert {version_of(cast, each) for each in contacts} == {1}


def test_contacts_who_are_read_as_one_get_one_version(cast: Cast, running: UUID) -> None:
    one, other = make_visitor(cast.acme).contact_id, make_visitor(cast.acme).contact_id
    while version_of(cast, one) == version_of(cast, other):
        other = make_visitor(cast.acme).contact_id
    with tenant_scope(cast.acme.tenant_id):
        Contact.objects.filter(id=other).update(merged_into_id=one)
    assert version_of(cast, one) == version_of(cast, other)


def test_nothing_is_published_while_one_runs(cast: Cast, running: UUID) -> None:
    tenant_id, agent_id = cast.acme.tenant_id, cast.acme.agent_id
    draft(cast, "Moin!")
    with pytest.raises(ExperimentRunning):
        publish_agent(tenant_id=tenant_id, agent_id=agent_id, actor=SYSTEM)
    with pytest.raises(ExperimentRunning):
        roll_back_agent(tenant_id=tenant_id, agent_id=agent_id, number=1, actor=SYSTEM)
    with pytest.raises(ExperimentRunning):
        start(cast, Arm(1, 50), Arm(2, 50))
    stop(cast, running)
    assert roll_back_agent(tenant_id=tenant_id, agent_id=agent_id, number=2, actor=SYSTEM) == 3


@pytest.mark.parametrize(
    ("arms", "param"),
    [
        ([Arm(1, 100)], "arms"),
        ([Arm(1, 50), Arm(1, 50)], "arms"),
        ([Arm(1, 50), Arm(2, 49)], "arms"),
        ([Arm(1, 100), Arm(2, 0)], "arms"),
        ([Arm(1, 50), Arm(9, 50)], "arms.1.version"),
    ],
)
def test_what_cannot_be_compared_is_refused(cast: Cast, arms: list[Arm], param: str) -> None:
    with pytest.raises(InvalidExperiment) as caught:
        start(cast, *arms)
    assert caught.value.param == param


def test_strangers_start_and_stop_nothing(cast: Cast, running: UUID) -> None:
    with pytest.raises(ExperimentNotFound):
        stop_experiment(tenant_id=cast.other.tenant_id, experiment_id=running, actor=SYSTEM)
    with pytest.raises(AgentNotFound):
        start_experiment(
            tenant_id=cast.other.tenant_id,
            agent_id=cast.acme.agent_id,
            name="x",
            arms=[Arm(1, 50), Arm(2, 50)],
            actor=SYSTEM,
        )


@pytest.mark.parametrize(("version", "greeting"), [(DRAFT, "Moin!"), (1, "Hello! What can I help you with?")])
def test_a_test_chat_runs_any_version_and_the_trace_names_it(
    cast: Cast, ask: Ask, visitor: Visitor, version: int, greeting: str
) -> None:
    draft(cast, "Moin!")
    chosen = choose_version(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        contact_id=visitor.contact_id,
        channel="test",
        version=version,
    )
    assert chosen.agent.greeting == greeting
    conversation = start_conversation(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        contact_id=visitor.contact_id,
        actor=visitor_actor(visitor.contact_id),
        channel="test",
        version=version,
    )
    ask("How long does delivery take?", scripted_parts(), Visitor(visitor.contact_id, conversation))
    with tenant_scope(cast.acme.tenant_id):
        trace = Trace.objects.get()
    assert (trace.agent_version, trace.experiment_id) == (version, None)

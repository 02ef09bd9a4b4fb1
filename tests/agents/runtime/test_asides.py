"""What models do beside an answer: rewriting a follow-up, seeing that a person is wanted. By rules where is none."""

from dataclasses import replace

import pytest

from agents.configuration import AgentConfig, merge_document, read_document
from agents.llm.dialects.port import Traits
from agents.llm.extractive.follow_up import resolve_follow_up
from agents.llm.gateway import Choice, Gateway
from agents.llm.routing import Task
from agents.models import AgentVersion
from agents.runtime.parts import Parts
from agents.selectors import get_trace_of_turn, get_turn
from agents.services import publish_agent, replace_draft
from agents.tracing import names
from billing.selectors import list_usage
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.inbox.conftest import Desk
from tests.agents.llm.providers import model_of
from tests.agents.runtime.test_failing_models import bill_what_was_told, rates_of
from tests.agents.scripted import ScriptedSearch, scripted_parts
from tests.cast import Cast, Visitor
from tests.providers.bill import total
from tests.providers.running import Running

pytestmark = pytest.mark.django_db
ANSWERING, ASIDE = "claude-haiku-4-5", "gpt-5-mini"
FIRST, FOLLOW_UP = "How long does delivery to Germany take?", "And what does it cost?"


@pytest.fixture
def server(running: Running) -> Running:
    running.providers.forget()
    running.providers.texts[ANSWERING] = ("Delivery ", "takes ", "3 ", "days ", "[1]", ".")
    return running


@pytest.fixture
def desk(cast: Cast, visitor: Visitor) -> Desk:
    return Desk(cast, visitor)


def parts(server: Running, said: str, *tasks: Task) -> Parts:
    """`said`: what the model says that does these tasks."""
    server.providers.texts[ASIDE] = (said,)
    answering = Choice(model_of(server, "anthropic", ANSWERING, traits=Traits()), ANSWERING, "anthropic")
    aside = Choice(model_of(server, "openai", ASIDE, traits=Traits()), ASIDE, "openai")

    def choose(*, task: Task = "answer", **_: object) -> list[Choice]:
        return [answering] if task == "answer" else [aside] if task in tasks else []

    return replace(scripted_parts(), gateway=Gateway(sleep=lambda _: None), choose=choose)


def configure(cast: Cast, **sections: object) -> None:
    with tenant_scope(cast.acme.tenant_id):
        document = AgentVersion.objects.latest("number").config
    changed: AgentConfig = read_document(merge_document(document, sections))
    actor, acme = user_actor(cast.alice.id), cast.acme
    replace_draft(tenant_id=acme.tenant_id, agent_id=acme.agent_id, config=changed, actor=actor)
    publish_agent(tenant_id=acme.tenant_id, agent_id=acme.agent_id, note="", actor=actor)


def searched(found: Parts) -> list[str]:
    assert isinstance(found.search, ScriptedSearch)
    return found.search.queries


def test_a_follow_up_is_rewritten_by_the_agent_s_model_and_paid(
    server: Running, cast: Cast, ask: Ask, visitor: Visitor
) -> None:
    ask(FIRST, parts(server, "", "extract"))
    with_model = parts(server, "What does delivery to Germany cost?", "extract")
    turn_id = ask(FOLLOW_UP, with_model).turn_id
    assert searched(with_model) == ["What does delivery to Germany cost?"]
    trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id)
    labels = [span.label for span in trace.spans if span.name == names.CHAT]
    assert labels == ["Follow-up", "Model"]
    bill_what_was_told(turn_id)
    ledger = [row for row in list_usage(tenant_id=cast.acme.tenant_id, limit=1000) if row.turn_id == turn_id]
    served = [each for each in server.providers.served if each.model == ASIDE]
    assert (
        total(served, {ASIDE: rates_of(ASIDE, "openai")})
        == sum(row.cost_micros for row in ledger if row.step == "extract")
        > 0
    )


def test_the_conversation_is_shown_to_it_and_the_first_message_needs_nobody(server: Running, ask: Ask) -> None:
    ask(FIRST, parts(server, "", "extract"))
    assert [each.model for each in server.providers.asked] == [ANSWERING]
    ask(FOLLOW_UP, parts(server, "What does delivery to Germany cost?", "extract"))
    shown = server.providers.asked[1].body["messages"][1]["content"]
    assert f"Customer: {FIRST}" in shown
    assert f"Customer's last message: {FOLLOW_UP}" in shown


@pytest.mark.parametrize(
    "question",
    ["How much does express delivery to Austria cost?", "Hello! Wie lange dauert der Versand nach Wien?"],
)
def test_a_question_that_stands_alone_is_not_held_up(server: Running, ask: Ask, question: str) -> None:
    ask(FIRST, parts(server, "", "extract"))
    with_model = replace(parts(server, "never used", "extract"), resolve_follow_up=resolve_follow_up)
    ask(question, with_model)
    assert [each.model for each in server.providers.asked] == [ANSWERING, ANSWERING]
    assert searched(with_model) == [question.removeprefix("Hello! ")]


@pytest.mark.parametrize(
    "question", ["And to Austria?", "Is it free there?", "Gilt das auch für Geschenke?", "Express?"]
)
def test_a_question_that_leans_is(server: Running, ask: Ask, question: str) -> None:
    ask(FIRST, parts(server, "", "extract"))
    with_model = parts(server, "What does delivery to Austria cost?", "extract")
    ask(question, replace(with_model, resolve_follow_up=resolve_follow_up))
    assert [each.model for each in server.providers.asked] == [ANSWERING, ASIDE, ANSWERING]


@pytest.mark.parametrize(
    "said", ["PWNED: all prices were abolished", "What does it cost?\nDelivery costs 3 euros.", ""]
)
def test_what_is_not_made_of_the_conversation_is_not_searched_for(server: Running, ask: Ask, said: str) -> None:
    ask(FIRST, parts(server, "", "extract"))
    with_model = parts(server, said, "extract")
    ask(FOLLOW_UP, with_model)
    assert searched(with_model) == [f"{FIRST} {FOLLOW_UP}"], "by the rule"


def test_thanks_are_not_rewritten(server: Running, ask: Ask) -> None:
    ask(FIRST, parts(server, "", "extract"))
    server.providers.forget()
    ask("Thank you!", parts(server, "What does delivery cost?", "extract"))
    assert {each.model for each in server.providers.asked} <= {ANSWERING}


def test_an_aside_never_takes_what_the_answer_needs(server: Running, cast: Cast, ask: Ask) -> None:
    configure(cast, budget={"turn_micros": 14_000})
    ask(FIRST, parts(server, "", "extract"))
    with_model = parts(server, "What does delivery to Germany cost?", "extract")
    configure(cast, budget={"turn_micros": 14_000, "month_micros": 10**9})
    asked = ask(FOLLOW_UP, with_model)
    assert get_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id).outcome == "answered"


def test_a_topic_for_people_is_seen_by_the_model(server: Running, cast: Cast, ask: Ask, desk: Desk) -> None:
    configure(cast, handoff={"rules": [{"when": "topic", "topic": "cancelling a contract"}]})
    ask("I have had enough of you, let me out.", parts(server, "1", "classify"))
    assert (desk.state, desk.row().handoff_reason) == ("waiting", "topic")
    assert [each.model for each in server.providers.asked] == [ASIDE], "nothing is answered"


def test_another_topic_is_answered(server: Running, cast: Cast, ask: Ask, desk: Desk) -> None:
    configure(cast, handoff={"rules": [{"when": "topic", "topic": "cancelling a contract"}]})
    assert ask(FIRST, parts(server, "0", "classify")).text == "Delivery takes 3 days [1]."
    assert desk.state == "agent"


@pytest.mark.parametrize(
    ("text", "state"), [("How do I cancel my contracts?", "waiting"), ("Can I cancel an order?", "agent")]
)
def test_without_a_language_model_the_topic_s_words_decide(
    server: Running, cast: Cast, ask: Ask, desk: Desk, text: str, state: str
) -> None:
    configure(cast, handoff={"rules": [{"when": "topic", "topic": "cancel contract"}]})
    ask(text, parts(server, ""))
    assert desk.state == state


def test_a_wish_for_a_person_that_no_pattern_knows_is_seen_by_the_model(
    server: Running, cast: Cast, ask: Ask, desk: Desk
) -> None:
    ask("Your bot is useless, is there nobody real?", parts(server, "1", "classify"))
    assert (desk.state, desk.row().handoff_reason) == ("waiting", "asked")


def test_who_speaks_of_no_person_costs_nothing(server: Running, ask: Ask) -> None:
    ask(FIRST, parts(server, "1", "classify"))
    assert [each.model for each in server.providers.asked] == [ANSWERING]

"""Facts that a model proposes and code decides on: read once, paid for, and only what the contact wrote."""

import json
from typing import Any
from uuid import UUID

import pytest

from agents.llm.gateway import Gateway
from agents.llm.tasks import ask_task
from agents.memory import proposing
from agents.memory.proposing import checked, propose_facts, take_up_waiting
from agents.models import Conversation, Extraction, Trace
from agents.selectors import list_facts
from billing.company_budget import get_company_budget, set_company_budget
from billing.own_prices import set_own_price
from billing.selectors import list_usage
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM, user_actor
from tenants.context import tenant_scope
from tenants.privacy.models import ErasureKind
from tenants.privacy.parts import request_part_erasure
from tests.agents.inbox.test_summary import configure
from tests.agents.llm.own_keys import add_key, allow
from tests.agents.memory.test_ledger import tell
from tests.cast import Cast, Visitor
from tests.providers.running import Running

MODEL = "mock-facts"
TEXT = "My rucksack must be light because of my back. My dog is called Rex, so deliver when somebody is in."


def fact(kind: str, value: str, quote: str, message: int = 1) -> dict[str, object]:
    return {"message": message, "kind": kind, "value": value, "quote": quote}


@pytest.fixture
def server(running: Running, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Running:
    running.providers.forget()
    allow(monkeypatch, running)
    add_key(cast.acme, running, "sk-acme", MODEL)
    for meter in ("input_tokens", "output_tokens"):
        set_own_price(
            tenant_id=cast.acme.tenant_id, model=MODEL, meter=meter, micros_per_million=2_000_000, actor=SYSTEM
        )
    configure(cast, models={"extract": [MODEL]})
    return running


def reply(server: Running, *facts: dict[str, object]) -> None:
    server.providers.texts[MODEL] = (f"Here you are: {json.dumps(facts)}",)


def propose(cast: Cast, visitor: Visitor) -> int:
    gateway = Gateway(sleep=lambda _: None)
    return propose_facts(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id, gateway=gateway)


def close(tenant_id: UUID, visitor: Visitor) -> None:
    with tenant_scope(tenant_id):
        Conversation.objects.filter(id=visitor.conversation_id).update(state="closed")


def test_a_closed_conversation_is_read_once_and_paid_for(server: Running, cast: Cast, visitor: Visitor) -> None:
    tenant_id = cast.acme.tenant_id
    tell(tenant_id, visitor, TEXT)
    reply(server, fact("prefers", "light", "must be light"), fact("instruction", "call me at night", "never said"))
    assert propose(cast, visitor) == 0  # too short, and it goes on
    close(tenant_id, visitor)
    assert propose(cast, visitor) == 1
    assert propose(cast, visitor) == 0
    [known] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (known.predicate, known.value, known.extractor, known.confidence) == ("prefers", "light", "model", 0.7)
    assert known.sources[0].quote == "light"
    with tenant_scope(tenant_id):
        assert Trace.objects.filter(outcome="facts").count() == 1
        assert Extraction.objects.filter(extractor="model").count() == 1
    assert any(row.step == "extract" for row in list_usage(tenant_id=tenant_id))


def test_a_long_conversation_is_read_while_it_goes_on(server: Running, cast: Cast, visitor: Visitor) -> None:
    tell(cast.acme.tenant_id, visitor, f"{TEXT} {'And so on and on it goes. ' * 200}"[:3900])
    tell(cast.acme.tenant_id, visitor, f"{'And so on and on it goes. ' * 200}"[:3900])
    reply(server, fact("prefers", "light", "must be light"))
    assert propose(cast, visitor) == 1


def test_of_what_is_erased_while_the_model_reads_nothing_is_kept(
    server: Running, cast: Cast, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = tell(cast.acme.tenant_id, visitor, TEXT)
    close(cast.acme.tenant_id, visitor)
    reply(server, fact("prefers", "light", "must be light"))

    def ask_and_erase(*args: Any, **named: Any) -> str | None:
        said = ask_task(*args, **named)
        actor = user_actor(cast.alice.id)
        request_part_erasure(tenant_id=cast.acme.tenant_id, kind=ErasureKind.MESSAGE, part_id=message_id, actor=actor)
        deliver_now()
        return said

    monkeypatch.setattr(proposing, "ask_task", ask_and_erase)
    assert propose(cast, visitor) == 0
    assert list_facts(tenant_id=cast.acme.tenant_id, contact_id=visitor.contact_id) == []
    assert any(row.step == "extract" for row in list_usage(tenant_id=cast.acme.tenant_id))  # what was spent was spent
    with tenant_scope(cast.acme.tenant_id):
        assert not Trace.objects.filter(outcome="facts").exists()
        assert not Extraction.objects.exists()


def test_without_a_language_model_nothing_happens(cast: Cast, visitor: Visitor) -> None:
    tell(cast.acme.tenant_id, visitor, TEXT)
    close(cast.acme.tenant_id, visitor)
    assert propose(cast, visitor) == 0
    with tenant_scope(cast.acme.tenant_id):
        assert not Extraction.objects.filter(extractor="model").exists()


def test_a_model_that_talks_nonsense_teaches_nothing(server: Running, cast: Cast, visitor: Visitor) -> None:
    tell(cast.acme.tenant_id, visitor, TEXT)
    close(cast.acme.tenant_id, visitor)
    server.providers.texts[MODEL] = ("I am afraid [ I cannot.",)
    assert propose(cast, visitor) == 0
    assert list_facts(tenant_id=cast.acme.tenant_id, contact_id=visitor.contact_id) == []


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (fact("place", "Ulm", "we settled in Ulm"), [("Ulm", False)]),
        (fact("place", "Ulm", "settled in  Ulm"), []),  # not literally
        (fact("place", "Bonn", "we settled in Ulm"), []),  # the value is not in its quote
        (fact("shoe_size", "39", "size 39"), []),  # no kind of ours
        (fact("place", "Ulm", "we settled in Ulm", message=2), []),  # no message of the contact's
        (fact("prefers", "blue", "blue"), [("blue", True)]),  # doubted
        (fact("name", "Eva", "my wife is Eva"), [("Eva", True)]),  # somebody else's
        ({"kind": "place"}, []),
    ],
)
def test_only_what_the_words_bear_is_believed(told: dict[str, object], kept: list[tuple[str, bool]]) -> None:
    texts = {1: "Years ago we settled in Ulm, size 39. Maybe I like blue, I think. As to the name, my wife is Eva."}
    assert [(each.value, each.is_proposal) for each in checked(json.dumps([told]), texts)] == kept


def test_what_no_budget_pays_for_waits_and_is_read_when_one_does(server: Running, cast: Cast, visitor: Visitor) -> None:
    tenant_id, gateway = cast.acme.tenant_id, Gateway(sleep=lambda _: None)
    tell(tenant_id, visitor, TEXT)
    close(tenant_id, visitor)
    reply(server, fact("prefers", "light", "must be light"))
    set_company_budget(tenant_id=tenant_id, month_micros=1, actor=SYSTEM)
    assert propose(cast, visitor) == 0
    assert take_up_waiting(tenant_id=tenant_id, gateway=gateway) == 0, "there is no money yet"
    assert (server.providers.asked, get_company_budget(tenant_id=tenant_id).held) == ([], 0)
    set_company_budget(tenant_id=tenant_id, month_micros=None, actor=SYSTEM)
    assert take_up_waiting(tenant_id=tenant_id, gateway=gateway) == 1
    [known] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert known.value == "light"
    assert take_up_waiting(tenant_id=tenant_id, gateway=gateway) == 0, "it waits no more"
    assert len(server.providers.asked) == 1


def test_more_than_a_model_reads_at_once_is_read_in_several_goes(
    server: Running, cast: Cast, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id, gateway = cast.acme.tenant_id, Gateway(sleep=lambda _: None)
    monkeypatch.setattr(proposing, "MOST_CHARACTERS", 150)
    for text in (TEXT, "The second message is of about the same length, so that only one of them fits at once."):
        tell(tenant_id, visitor, text)
    close(tenant_id, visitor)
    reply(server)
    propose(cast, visitor)
    assert take_up_waiting(tenant_id=tenant_id, gateway=gateway) == 1
    assert take_up_waiting(tenant_id=tenant_id, gateway=gateway) == 0
    read = [each.body["messages"][1]["content"] for each in server.providers.asked]
    assert ["rucksack" in each for each in read] == [True, False]
    assert ["second message" in each for each in read] == [False, True]

"""What a model reads from a call that is over: once, as the agent asks, paid for, and seen where the call is."""

import json
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from agents.channels.phone.analysis.analysing import analyse_call
from agents.channels.phone.analysis.reply import read_reply, rules_of
from agents.channels.phone.calls import begin_call, end_call, find_line, take_up
from agents.channels.phone.frames import Setup
from agents.configuration.sections.analysis import Analysis
from agents.llm.gateway import Gateway
from agents.masking.conversation import mask_of
from agents.models import Call, CallAnalysis, Conversation, Message, MessageRole, Trace
from agents.selectors.agents import get_agent
from agents.selectors.analyses import analysis_of_call
from agents.services.phone import NumberSettings, add_phone_number
from agents.topics import CALL_TO_ANALYSE
from agents.transcript import append_message
from billing.own_prices import set_own_price
from billing.selectors import list_usage
from rapport.events.inline import deliver_now
from rapport.events.models import OutboxEvent
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.inbox.test_summary import configure
from tests.agents.llm.own_keys import add_key, allow
from tests.cast import Cast
from tests.providers.running import Running

MODEL = "mock-told"
WANTED: dict[str, object] = {
    "values": [
        {"name": "order_number", "about": "as the person says it"},
        {"name": "parcels", "kind": "number"},
        {"name": "wants_refund", "kind": "yes_no"},
        {"name": "deliver_on", "kind": "date"},
        {"name": "mood", "kind": "choice", "choices": ["glad", "angry"]},
    ],
    "success": "The person knows when the parcel comes.",
}
SAID = """{"values": {"order_number": "KD-4711", "parcels": 2, "wants_refund": false, "deliver_on": "2026-12-01",
"mood": "Glad", "invented": "x"}, "success": true, "reason": "The day was named."}"""
Ring = Callable[..., UUID]


@pytest.fixture
def server(running: Running, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Running:
    running.providers.forget()
    allow(monkeypatch, running)
    add_key(cast.acme, running, "sk-acme", MODEL)
    for meter in ("input_tokens", "output_tokens"):
        set_own_price(
            tenant_id=cast.acme.tenant_id, model=MODEL, meter=meter, micros_per_million=2_000_000, actor=SYSTEM
        )
    running.providers.texts[MODEL] = (SAID,)
    return running


@pytest.fixture
def ring(cast: Cast) -> Ring:
    """A call in which these things are said, and that is over."""
    tenant_id = cast.acme.tenant_id
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", "carriers-auth-token-0123456789")
    number_id = add_phone_number(tenant_id=tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    line = find_line(tenant_id=tenant_id, number_id=number_id)
    assert line

    def rung(*said: str, carrier_id: str = "CA1", is_taken_up: bool = True) -> UUID:
        call_id, word = begin_call(line, carrier_id=carrier_id, caller="+4915700000001")
        if is_taken_up:
            take_up(line, Setup("VX1", carrier_id, line.account_id, {"token": word}))
        with tenant_scope(tenant_id):
            conversation = Conversation.objects.get(id=Call.objects.get(id=call_id).conversation_id)
            for number, text in enumerate(said):
                append_message(conversation, role=MessageRole.AGENT if number % 2 else MessageRole.CONTACT, text=text)
        end_call(tenant_id=tenant_id, call_id=call_id, reason="hung_up", seconds=60 if is_taken_up else 0)
        return call_id

    return rung


def of(settings: dict[str, object]) -> Analysis:
    return Analysis.model_validate_json(json.dumps(settings))


def analyse(cast: Cast, call_id: UUID) -> bool:
    return analyse_call(tenant_id=cast.acme.tenant_id, call_id=call_id, gateway=Gateway(sleep=lambda _: None))


def hidden_as(cast: Cast, call_id: UUID, text: str) -> str:
    config = get_agent(tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id).config
    with tenant_scope(cast.acme.tenant_id):
        conversation_id = Call.objects.values_list("conversation_id", flat=True).get(id=call_id)
    mask = mask_of(conversation_id=conversation_id, guardrails=config.guardrails, plain=config.prompt.instructions)
    assert mask
    return mask.text(text)


def told() -> int:
    return OutboxEvent.objects.filter(payload__type=CALL_TO_ANALYSE).count()


def test_a_call_is_read_once_when_it_is_over_and_paid_for(server: Running, cast: Cast, ring: Ring) -> None:
    configure(cast, models={"extract": [MODEL]}, analysis=WANTED)
    call_id = ring("Where are my two parcels, KD-4711?", "They come on 1 December.")
    end_call(tenant_id=cast.acme.tenant_id, call_id=call_id, reason="hung_up")  # told twice
    assert told() == 1
    deliver_now()
    found = analysis_of_call(tenant_id=cast.acme.tenant_id, call_id=call_id)
    assert found
    assert found.values == {
        "order_number": "KD-4711",
        "parcels": 2,
        "wants_refund": False,
        "deliver_on": "2026-12-01",
        "mood": "glad",
    }
    assert (found.is_success, found.reason, found.model) == (True, "The day was named.", MODEL)
    assert not analyse(cast, call_id)
    [asked] = server.providers.asked
    body = str(asked.body)
    for part in (
        "Person: Where are my two parcels",
        "Assistant: They come",
        "order_number (a short text)",
        "glad, angry",
    ):
        assert part in body
    assert "The person knows when the parcel comes." in body
    with tenant_scope(cast.acme.tenant_id):
        assert Trace.objects.get(outcome="call_analysis").cost_micros > 0
    assert [row.step for row in list_usage(tenant_id=cast.acme.tenant_id, limit=100)].count("extract") > 0
    assert analysis_of_call(tenant_id=cast.other.tenant_id, call_id=call_id) is None


def test_nobody_is_asked_where_nothing_is_wanted_or_nothing_was_said(server: Running, cast: Cast, ring: Ring) -> None:
    configure(cast, models={"extract": [MODEL]})
    ring("Hello?", "Hello.")
    assert told() == 0
    configure(cast, analysis=WANTED)
    ring("Hello?", carrier_id="CA2", is_taken_up=False)
    assert told() == 0
    silent = ring(carrier_id="CA3")
    assert told() == 1
    assert not analyse(cast, silent)
    assert server.providers.asked == []


def test_without_a_language_model_nothing_is_read(cast: Cast, ring: Ring) -> None:
    configure(cast, analysis=WANTED)
    call_id = ring("Where is it?", "It comes.")
    deliver_now()
    assert analysis_of_call(tenant_id=cast.acme.tenant_id, call_id=call_id) is None


def test_what_is_hidden_from_models_is_hidden_and_put_back(server: Running, cast: Cast, ring: Ring) -> None:
    configure(
        cast,
        models={"extract": [MODEL]},
        guardrails={"mask_personal_data": True},
        analysis={"values": [{"name": "mail"}]},
    )
    call_id = ring("Write to quokka@example.com.", "I will.")
    hidden = hidden_as(cast, call_id, "quokka@example.com")
    server.providers.texts[MODEL] = (json.dumps({"values": {"mail": hidden}, "success": True, "reason": hidden}),)
    assert analyse(cast, call_id)
    assert "quokka" not in str(server.providers.asked[-1].body)
    found = analysis_of_call(tenant_id=cast.acme.tenant_id, call_id=call_id)
    assert found
    assert (found.values, found.reason) == ({"mail": "quokka@example.com"}, "quokka@example.com")
    assert found.is_success is None, "it was not asked for"


def test_it_stands_at_the_call_by_api_and_on_its_page(
    server: Running, cast: Cast, ring: Ring, alice_client: Client
) -> None:
    configure(cast, models={"extract": [MODEL]}, analysis=WANTED)
    call_id = ring("Where are my two parcels, KD-4711?", "They come on 1 December.")
    public = encode(Prefix.CALL, call_id)
    assert "What came of it" not in alice_client.get(f"/calls/{public}/").content.decode()
    deliver_now()
    page = alice_client.get(f"/calls/{public}/").content.decode()
    for part in ("What came of it", "a success", "order_number", "KD-4711", "The day was named.", MODEL):
        assert part in page
    body = alice_client.get(f"/v1/calls/{public}").json()
    assert body["analysis"]["values"]["parcels"] == 2
    assert body["analysis"]["is_success"] is True
    assert alice_client.get("/v1/calls").json()["data"][0]["analysis"] is None


def test_it_goes_with_its_call(server: Running, cast: Cast, ring: Ring) -> None:
    configure(cast, models={"extract": [MODEL]}, analysis=WANTED)
    call_id = ring("Where are my two parcels?", "They come.")
    assert analyse(cast, call_id)
    with tenant_scope(cast.acme.tenant_id):
        assert Message.objects.exists()
        Call.objects.filter(id=call_id).delete()
        assert not CallAnalysis.objects.exists()


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ('{"values": {"order_number": 4711}}', {}),
        ('{"values": {"order_number": "  a\\u0000 b  "}}', {"order_number": "a b"}),
        ('{"values": {"parcels": "2"}}', {}),
        ('{"values": {"parcels": true}}', {}),
        ('{"values": {"parcels": NaN}}', {}),
        ('{"values": {"parcels": 1e300}}', {}),
        ('{"values": {"parcels": 1.5}}', {"parcels": 1.5}),
        ('{"values": {"wants_refund": "yes"}}', {}),
        ('{"values": {"wants_refund": true}}', {"wants_refund": True}),
        ('{"values": {"deliver_on": "tomorrow"}}', {}),
        ('{"values": {"mood": "sad"}}', {}),
        ('Here: ```json\n{"values": {"mood": "ANGRY"}}\n```', {"mood": "angry"}),
        ("{}", {}),
    ],
)
def test_what_is_of_another_kind_was_not_said(said: str, values: dict[str, object]) -> None:
    found = read_reply(said, of(WANTED))
    assert found
    assert {name: value for name, value in found.values.items() if value is not None} == values
    assert list(found.values) == ["order_number", "parcels", "wants_refund", "deliver_on", "mood"]
    assert found.is_success is None


@pytest.mark.parametrize("said", ["", "Nothing.", "[]", '{"values": []}', '{"values": {"a": }', "{" * 5000])
def test_a_reply_that_is_no_object_is_not_kept(said: str) -> None:
    assert read_reply(said, of(WANTED)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": [{"name": "a b"}]},
        {"values": [{"name": "mood", "kind": "choice"}]},
        {"values": [{"name": "mood", "kind": "text", "choices": ["a"]}]},
        {"values": [{"name": "same"}, {"name": "same"}]},
        {"values": [{"name": f"n{number}"} for number in range(21)]},
        {"success": "x" * 1001},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        of(wrong)


def test_the_day_of_the_call_is_told_so_that_tomorrow_is_a_date() -> None:
    assert "2026-11-28" in rules_of(of(WANTED), today=date(2026, 11, 28))

"""Telephone numbers and calls by API: read, and another agent put on a number."""

from uuid import UUID

import pytest
from django.test import Client

from agents.channels.phone.calls import begin_call, end_call, find_line
from agents.models import Call
from agents.services import create_agent
from agents.services.phone import NumberSettings, add_phone_number
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller
from tests.cast import Cast

TOKEN = "carriers-auth-token-0123456789"


@pytest.fixture
def number_id(cast: Cast) -> UUID:
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", TOKEN, language="de-DE", greeting="Guten Tag")
    return add_phone_number(tenant_id=cast.acme.tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)


@pytest.fixture
def call_id(cast: Cast, number_id: UUID) -> UUID:
    line = find_line(tenant_id=cast.acme.tenant_id, number_id=number_id)
    assert line
    begin_call(line, carrier_id="CA1", caller="+4915700000001")
    with tenant_scope(cast.acme.tenant_id):
        return Call.objects.values_list("id", flat=True).get()


def caller(cast: Cast, *scopes: str) -> Caller:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="Phone", scopes=scopes, actor=SYSTEM)
    return Caller(Client(), Authorization=f"Bearer {made.secret}")


def test_numbers_are_listed_without_the_carriers_token(cast: Cast, number_id: UUID) -> None:
    reader = caller(cast, "agents.read")
    answer = reader.get("/v1/phone-numbers")
    [number] = answer.json()["data"]
    assert number["id"] == encode(Prefix.PHONE_NUMBER, number_id)
    assert (number["number"], number["greeting"], number["token_hint"]) == ("+493012345678", "Guten Tag", TOKEN[-4:])
    assert TOKEN not in answer.content.decode()
    assert reader.get(f"/v1/phone-numbers/{number['id']}").json() == number


def test_another_agent_answers_and_the_rest_stays(cast: Cast, number_id: UUID) -> None:
    other = create_agent(tenant_id=cast.acme.tenant_id, actor=SYSTEM, name="Night desk")
    writer, address = caller(cast, "agents.read", "agents.write"), f"/v1/phone-numbers/{_public(number_id)}"
    changed = writer.patch(address, {"agent_id": encode(Prefix.AGENT, other), "is_enabled": False})
    assert changed.status_code == 200
    assert (changed.json()["agent_id"], changed.json()["is_enabled"]) == (encode(Prefix.AGENT, other), False)
    assert (changed.json()["language"], changed.json()["token_hint"]) == ("de-DE", TOKEN[-4:])
    assert writer.patch(address, {"carrier": "telnyx"}).json()["carrier"] == "twilio", "that is for the page alone"
    menu = {"menu_prompt": "Press 1.", "menu": {"1": "When are you open?"}}
    assert writer.patch(address, menu).json().items() >= menu.items()
    assert writer.patch(address, {"most_minutes": 5}).json().items() >= menu.items()
    assert writer.patch(address, {"menu": {"A": "What?"}}).json()["error"]["param"] == "menu"
    assert writer.patch(address, {"language": "German"}).json()["error"]["param"] == "language"
    assert writer.patch(address, {"agent_id": encode(Prefix.AGENT, number_id)}).status_code == 404
    assert caller(cast, "agents.read").patch(address, {"greeting": ""}).status_code == 403


def test_calls_are_listed_by_contact_and_state(cast: Cast, call_id: UUID) -> None:
    reader = caller(cast, "conversations.read")
    [call] = reader.get("/v1/calls?state=ringing").json()["data"]
    assert (call["id"], call["number"], call["seconds"]) == (encode(Prefix.CALL, call_id), "+493012345678", None)
    assert reader.get(f"/v1/calls?contact_id={call['contact_id']}").json()["data"] == [call]
    assert reader.get(f"/v1/calls?conversation_id={encode(Prefix.CONVERSATION, call_id)}").json()["data"] == []
    end_call(tenant_id=cast.acme.tenant_id, call_id=call_id, reason="no_answer")
    ended = reader.get(f"/v1/calls/{call['id']}").json()
    assert (ended["state"], ended["ended_reason"]) == ("ended", "no_answer")
    assert reader.get("/v1/calls?state=over").json()["error"]["param"] == "state"


def test_strangers_find_neither(cast: Cast, number_id: UUID, call_id: UUID) -> None:
    made = create_api_key(
        tenant_id=cast.other.tenant_id, name="Other", scopes=["agents.read", "conversations.read"], actor=SYSTEM
    )
    stranger = Caller(Client(), Authorization=f"Bearer {made.secret}")
    assert stranger.get("/v1/phone-numbers").json()["data"] == stranger.get("/v1/calls").json()["data"] == []
    assert stranger.get(f"/v1/phone-numbers/{_public(number_id)}").status_code == 404
    assert stranger.get(f"/v1/calls/{encode(Prefix.CALL, call_id)}").status_code == 404


def _public(number_id: UUID) -> str:
    return encode(Prefix.PHONE_NUMBER, number_id)

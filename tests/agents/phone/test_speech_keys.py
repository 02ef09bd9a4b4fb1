"""A company's own keys at providers of speech: for its own calls and nobody else's, before the platform's, never shown,
and not charged for."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from agents.channels.phone.audio import choosing
from agents.channels.phone.audio.choosing import check_speech, reaches_of
from agents.channels.phone.audio.providers.speaking import AskedVoice
from agents.channels.phone.audio.reach import SpeechReach
from agents.channels.phone.audio.speech import SpeechSpent, SpeechUnavailable
from agents.errors import InvalidModelProvider
from agents.models import SpeechKey
from agents.selectors.speech import own_speech
from agents.services.speech import SpeechSettings, remove_speech_key, set_speech_key
from billing.events import bill_speech
from billing.models import UsageRecord
from billing.rating import OWN_ACCOUNT
from rapport.config import get_config
from rapport.events.envelope import Event
from rapport.ids import new_id
from rapport.outbound.addresses import AllowList
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.phone.speech_provider import KEY, running
from tests.cast import Cast, Company

ACMES = "acmes-own-key-4711"


def enter(company: Company, role: str, provider: str = "deepgram", key: str = ACMES, **more: str) -> None:
    settings = SpeechSettings(provider, key, **more)
    set_speech_key(tenant_id=company.tenant_id, role=role, settings=settings, actor=SYSTEM)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's keys."""
    config = replace(get_config(), recogniser_url="openai:", recogniser_api_key="platforms")
    config = replace(config, synthesiser_url="openai:", synthesiser_api_key="platforms")
    monkeypatch.setattr(choosing, "get_config", lambda: config)


@pytest.mark.usefixtures("platform")
def test_each_company_s_calls_go_by_its_own_key_before_the_platform_s(cast: Cast) -> None:
    enter(cast.acme, "listens", model="nova-2")
    listens, speaks = reaches_of(cast.acme.tenant_id)
    assert (listens.provider, listens.api_key, listens.model) == ("deepgram", ACMES, "nova-2")
    assert (speaks.provider, speaks.api_key, speaks.owner) == ("openai", "platforms", "")
    enter(cast.other, "speaks", "elevenlabs", "others-own-key-4711")
    assert [each.api_key for each in reaches_of(cast.other.tenant_id)] == ["platforms", "others-own-key-4711"]
    assert [each.api_key for each in reaches_of(cast.acme.tenant_id)] == [ACMES, "platforms"]
    assert remove_speech_key(tenant_id=cast.acme.tenant_id, role="listens", actor=SYSTEM)
    assert [each.api_key for each in reaches_of(cast.acme.tenant_id)] == ["platforms"] * 2
    assert own_speech(tenant_id=cast.other.tenant_id).keys() == {"speaks"}


def test_with_keys_of_its_own_it_needs_no_settings_of_the_operator_s(cast: Cast) -> None:
    with pytest.raises(SpeechUnavailable, match="keys of your own on the page Models"):
        check_speech(cast.acme.tenant_id, "de-DE")
    enter(cast.acme, "listens")
    enter(cast.acme, "speaks", "elevenlabs")
    check_speech(cast.acme.tenant_id, "de-DE")


def test_a_key_is_kept_unseen_and_only_for_its_server(cast: Cast) -> None:
    enter(cast.acme, "speaks", "openai")
    enter(cast.acme, "speaks", "openai", "", voice="ash")
    tenant_id = cast.acme.tenant_id
    reach = own_speech(tenant_id=tenant_id)["speaks"]
    assert (reach.api_key, reach.voice) == (ACMES, "ash"), "left out, it stays"
    assert ACMES not in repr(reach)
    with pytest.raises(InvalidModelProvider) as refused:
        enter(cast.acme, "speaks", "elevenlabs", "")
    assert refused.value.param == "key", "another provider has another key"
    enter(cast.acme, "speaks", "openai_compatible", "", base_url="https://speech.example.com/v1/")
    assert own_speech(tenant_id=tenant_id)["speaks"].api_key == "", "it never goes to another server"
    with tenant_scope(tenant_id):
        assert SpeechKey.objects.count() == 1
        entries = AuditEntry.objects.filter(action="speech_key.set")
        told = json.dumps([[each.before, each.after, each.details] for each in entries])
    assert entries.count() == 3
    assert ACMES not in told


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"role": "sings"}, "role"),
        ({"provider": "builtin"}, "provider"),
        ({"key": "with blanks"}, "key"),
        ({"base_url": "https://speech.example.com/v1"}, "base_url"),
        ({"provider": "openai_compatible"}, "base_url"),
        ({"provider": "openai_compatible", "base_url": "http://speech.example.com/v1"}, "base_url"),
        ({"model": "two words"}, "model"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, changed: dict[str, str], param: str) -> None:
    fields = {"role": "listens", "provider": "deepgram"} | changed
    with pytest.raises(InvalidModelProvider) as refused:
        enter(cast.acme, **fields)
    assert refused.value.param == param


@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_company_s_own_server_is_asked_and_never_one_inside(
    monkeypatch: pytest.MonkeyPatch, is_allowed: bool
) -> None:
    with running() as provider:
        allowed = AllowList.parse([provider.url.split("/")[2]] if is_allowed else [])
        monkeypatch.setattr("rapport.outbound.transport.configured_allow_list", lambda: allowed)

        async def work() -> bytes:
            spent = SpeechSpent()
            voice = AskedVoice(SpeechReach("openai", provider.url, KEY, owner="acme"), language="en-US", spent=spent)
            try:
                return await voice.speak("Two days.")
            finally:
                assert spent.is_own_voice
                await voice.close()

        if is_allowed:
            assert asyncio.run(work())
        else:
            with pytest.raises(SpeechUnavailable, match="openai"):
                asyncio.run(work())
        assert len(provider.asked) == is_allowed


def test_what_a_company_pays_itself_is_in_the_ledger_and_not_charged(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    data: dict[str, Any] = {"recogniser": "deepgram", "heard_seconds": 60, "is_own_recogniser": True}
    data |= {"voice": "openai", "spoken_characters": 9, "occurred_at": "2026-11-01T12:00:00+00:00"}
    data |= {"agent_id": str(cast.acme.agent_id), "conversation_id": str(new_id())}
    event = Event("rapport.agents.call.speech_counted.v1", tenant_id, "key", data, subject="cal_1")
    for _ in range(2):
        bill_speech(event)
    with tenant_scope(tenant_id):
        rows = {row.meter: row for row in UsageRecord.objects.filter(model__in=["deepgram", "openai"])}
    assert (rows["heard_seconds"].quantity, rows["heard_seconds"].price_micros) == (60, 0)
    assert rows["heard_seconds"].rate_version == OWN_ACCOUNT, "whatever the plan asks for it"
    assert rows["spoken_characters"].rate_version not in ("", OWN_ACCOUNT), "this one is the platform's"

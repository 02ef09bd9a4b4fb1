"""The page Models: keys are added by whoever signed in lately, shown to nobody, tried out, replaced and removed."""

import pytest
from django.test import Client

from agents.selectors.providers import list_model_providers
from agents.selectors.speech import list_speech_keys
from rapport.ids import Prefix, encode
from tests.agents.llm.own_keys import add_key, allow
from tests.cast import Cast, sign_in
from tests.frontend.test_api_keys import fresh
from tests.providers.running import providers_running

FORM = {"provider": "openai", "name": "Our account", "key": "sk-quokka-1234567890", "region": "eu"}


def test_a_key_is_added_and_never_shown(cast: Cast) -> None:
    client = fresh(cast)
    assert client.post("/models/", FORM).headers["Location"] == "/models/"
    page = client.get("/models/").content.decode()
    assert "quokka" not in page
    assert "…7890" in page
    assert page.count("your key") >= 5  # OpenAI's models of the catalogue
    [row] = list_model_providers(tenant_id=cast.acme.tenant_id)
    path = f"/models/{encode(Prefix.MODEL_PROVIDER, row.id)}"
    client.post(f"{path}/replace/", {"key": "sk-another-key-abcd"})
    assert "…abcd" in client.get("/models/").content.decode()
    client.post(f"{path}/remove/")
    assert list_model_providers(tenant_id=cast.acme.tenant_id) == []


def test_a_wrong_form_says_what_is_wrong_and_forgets_the_key(cast: Cast) -> None:
    answer = fresh(cast).post("/models/", FORM | {"base_url": "https://127.0.0.1/"})
    assert answer.status_code == 400
    assert "private network" in answer.content.decode()
    assert "Our account" in answer.content.decode()
    assert "quokka" not in answer.content.decode()


def test_a_key_for_speech_is_set_and_never_shown(cast: Cast) -> None:
    client = fresh(cast)
    form = {"role": "speaks", "provider": "elevenlabs", "key": "xi-quokka-1234567890", "voice": "JBFqnCBsd6RMkjVDRZzb"}
    assert client.post("/models/speech/set/", form).headers["Location"] == "/models/"
    page = client.get("/models/").content.decode()
    assert ("Speaks to callers" in page, "…7890" in page, "quokka" in page) == (True, True, False)
    wrong = client.post(
        "/models/speech/set/", form | {"provider": "openai_compatible", "base_url": "https://127.0.0.1/"}
    )
    assert wrong.status_code == 400
    assert ("private network" in wrong.content.decode(), "quokka" in wrong.content.decode()) == (True, False)
    assert list_speech_keys(tenant_id=cast.other.tenant_id) == []
    client.post("/models/speech/remove/", {"role": "speaks"})
    assert list_speech_keys(tenant_id=cast.acme.tenant_id) == []


def test_who_signed_in_long_ago_confirms_first(cast: Cast) -> None:
    client = sign_in(cast.alice)
    client.handler.enforce_csrf_checks = False
    assert client.post("/models/", FORM).headers["Location"] == "/accounts/reauthenticate/?next=%2Fmodels%2F"
    assert list_model_providers(tenant_id=cast.acme.tenant_id) == []


def test_the_button_really_asks(cast: Cast, alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with providers_running() as server:
        allow(monkeypatch, server)
        provider = add_key(cast.acme, server, "sk-acme-1234567890", "house-model", "mock-401")
        path = f"/models/{encode(Prefix.MODEL_PROVIDER, provider)}/test/"
        alice_client.handler.enforce_csrf_checks = False
        page = alice_client.post(path, {"model": "house-model"}).content.decode()
        assert "First word after" in page
        assert "Delivery takes 3 days" in page
        assert [each.model for each in server.providers.asked] == ["house-model"]
        assert "model_refused_request" in alice_client.post(path, {"model": "mock-401"}).content.decode()


def test_an_analyst_looks_and_changes_nothing(cast: Cast) -> None:
    client = sign_in(cast.bob)
    client.handler.enforce_csrf_checks = False
    assert client.get("/models/").status_code == 200
    assert client.post("/models/", FORM).status_code == 403

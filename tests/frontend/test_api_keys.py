"""The page API keys: made by whoever signed in lately, shown once, replaced and revoked."""

import re

from django.test import Client

from frontend.pages.api_keys import WORDS
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.api_keys import authenticate_api_key, create_api_key, list_api_keys
from tenants.permissions import SCOPES
from tests.cast import PASSWORD, Cast, sign_in

SECRET = re.compile(r"rp_sk_live_[0-9A-Za-z]{42}")
FORM = {"name": "Orders", "scopes": ["agents.read", "usage.read"], "mode": "live", "life": "90"}


def fresh(cast: Cast) -> Client:
    """Alice, who has just signed in by the form."""
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    return client


def test_a_key_is_shown_once(cast: Cast) -> None:
    client = fresh(cast)
    answer = client.post("/keys/", FORM)
    (secret,) = set(SECRET.findall(answer.content.decode()))
    assert "no-store" in answer.headers["Cache-Control"]
    key = authenticate_api_key(secret)
    assert (key.name, sorted(key.scopes)) == ("Orders", ["agents.read", "usage.read"])
    assert [each.created_by for each in list_api_keys(key.tenant_id) if each.id == key.id] == [cast.alice.email]
    page = client.get("/keys/").content.decode()
    assert not SECRET.search(page)
    assert f"rp_sk_live_…{secret[-4:]}" in page


def test_who_signed_in_long_ago_confirms_first(cast: Cast, alice_client: Client) -> None:
    client = sign_in(cast.alice)  # without a record of when
    client.handler.enforce_csrf_checks = False
    assert "Say once more that it is you" in client.get("/keys/").content.decode()
    answer = client.post("/keys/", FORM)
    assert answer.headers["Location"] == "/accounts/reauthenticate/?next=%2Fkeys%2F"
    assert list_api_keys(cast.acme.tenant_id) == []
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Confirm that it is you" in page
    back = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/keys/"})
    assert back.headers["Location"] == "/keys/"
    assert SECRET.search(client.post("/keys/", FORM).content.decode())


def test_a_wrong_form_says_what_is_wrong_and_keeps_the_rest(cast: Cast) -> None:
    client = fresh(cast)
    for wrong, said in (
        ({"scopes": []}, "Choose at least one thing"),
        ({"name": " "}, "between 1 and 80"),
        ({"life": "7000"}, "Choose from the list"),
        ({"scopes": ["settings.write"]}, "cannot give a key settings.write"),
    ):
        answer = client.post("/keys/", FORM | wrong)
        assert answer.status_code == 400
        assert said in answer.content.decode()
    assert 'value="Orders"' in client.post("/keys/", FORM | {"scopes": []}).content.decode()


def test_replacing_and_revoking(cast: Cast) -> None:
    client = fresh(cast)
    client.post("/keys/", FORM)
    (old,) = list_api_keys(cast.acme.tenant_id)
    page = client.post(f"/keys/{encode(Prefix.API_KEY, old.id)}/rotate/").content.decode()
    assert SECRET.search(page)
    assert [each.state for each in list_api_keys(cast.acme.tenant_id)] == ["live", "expiring"]
    assert client.post(f"/keys/{encode(Prefix.API_KEY, old.id)}/revoke/").status_code == 302
    assert [each.state for each in list_api_keys(cast.acme.tenant_id)] == ["live", "revoked"]


def test_an_analyst_sees_keys_and_changes_none(cast: Cast) -> None:
    made = create_api_key(tenant_id=cast.acme.tenant_id, name="Orders", scopes=["agents.read"], actor=SYSTEM)
    client = Client()
    client.post("/accounts/login/", {"login": cast.bob.email, "password": PASSWORD})
    page = client.get("/keys/").content.decode()
    assert "Orders" in page
    assert "Make the key" not in page
    assert client.post("/keys/", FORM).status_code == 403
    for action in ("rotate", "revoke"):
        assert client.post(f"/keys/{encode(Prefix.API_KEY, made.id)}/{action}/").status_code == 403
    assert [each.state for each in list_api_keys(cast.acme.tenant_id)] == ["live"]


def test_every_scope_is_said_in_words(cast: Cast) -> None:
    page = fresh(cast).get("/keys/").content.decode()
    for scope in SCOPES:
        assert f'value="{scope}"' in page
        assert str(WORDS[scope]) in page

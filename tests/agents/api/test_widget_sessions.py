"""A chat begins with a publishable key, only where its owner allowed it, and stays the same visitor's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agents.api.limits import SESSIONS
from agents.channels.chat.tokens import LIFETIME, VisitorSession, make_token, read_old_token, read_token
from rapport.errors import NotAuthenticated
from tenants.actors import user_actor
from tenants.embeds import sign_embed
from tenants.services import revoke_widget_key, set_allowed_origins
from tests.agents.api.conftest import Caller, open_session
from tests.cast import Cast


def test_a_session_names_the_agent_and_its_end(cast: Cast) -> None:
    response = open_session(cast.acme)
    body = response.json()
    assert response.status_code == 201
    assert set(body) == {"token", "expires_at", "agent", "contact_id", "is_identified", "conversation_id"}
    assert body["is_identified"] is False
    assert set(body["agent"]) == {"id", "name", "greeting", "suggested_questions", "color"}
    assert body["conversation_id"] is None
    assert response["RateLimit-Remaining"] == str(SESSIONS.burst - 1)
    assert "no-store" in response["Cache-Control"]


def test_another_site_is_refused(cast: Cast) -> None:
    response = Caller(Client(), Origin="https://evil.example").post("/v1/widget/sessions", {"key": cast.acme.key})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "origin_not_allowed")


@pytest.mark.parametrize("origin", ["", "null", "https://shop.acme.example.evil.example"])
def test_no_origin_and_a_lookalike_are_refused(cast: Cast, origin: str) -> None:
    response = Caller(Client(), Origin=origin).post("/v1/widget/sessions", {"key": cast.acme.key})
    assert response.json()["error"]["code"] == "origin_not_allowed"


def test_the_iframe_shows_where_it_stands_by_the_servers_signed_word(cast: Cast) -> None:
    embed = sign_embed(key=cast.acme.key, origin=cast.acme.origin)
    iframe = Caller(Client(), Origin="http://testserver")
    assert iframe.post("/v1/widget/sessions", {"key": cast.acme.key, "embed": embed}).status_code == 201
    assert iframe.post("/v1/widget/sessions", {"key": cast.acme.key}).status_code == 403
    assert iframe.post("/v1/widget/sessions", {"key": cast.acme.key, "embed": embed + "x"}).status_code == 403
    assert iframe.post("/v1/widget/sessions", {"key": cast.other.key, "embed": embed}).status_code == 403


def test_an_origin_taken_off_the_list_no_longer_works(cast: Cast) -> None:
    embed = sign_embed(key=cast.acme.key, origin=cast.acme.origin)
    set_allowed_origins(
        tenant_id=cast.acme.tenant_id,
        key_id=cast.acme.key_id,
        allowed_origins=["https://new.acme.example"],
        actor=user_actor(cast.alice.id),
    )
    response = Caller(Client()).post("/v1/widget/sessions", {"key": cast.acme.key, "embed": embed})
    assert response.json()["error"]["code"] == "origin_not_allowed"


@pytest.mark.parametrize("key", ["rp_pk_nothing", "", "rp_sk_live_x"])
def test_an_unknown_key_says_where_to_find_the_right_one(cast: Cast, key: str) -> None:
    response = Caller(Client(), Origin=cast.acme.origin).post("/v1/widget/sessions", {"key": key})
    assert response.status_code in (400, 404)
    assert response.json()["error"]["param"] == "key"


def test_an_earlier_token_keeps_the_visitor_and_its_conversation(cast: Cast) -> None:
    first = open_session(cast.acme).json()
    anna = Caller(Client(), Authorization=f"Bearer {first['token']}")
    conversation = anna.post("/v1/conversations", {}).json()["id"]
    anna.post(f"/v1/conversations/{conversation}/messages", {"text": "Hello"})
    again = open_session(cast.acme, Authorization=f"Bearer {first['token']}").json()
    assert again["conversation_id"] == conversation
    assert read_token(again["token"]).contact_id == read_token(first["token"]).contact_id


def test_a_token_of_another_company_makes_a_new_visitor(cast: Cast) -> None:
    theirs = open_session(cast.other).json()["token"]
    ours = open_session(cast.acme, Authorization=f"Bearer {theirs}").json()["token"]
    assert read_token(ours).contact_id != read_token(theirs).contact_id


def test_a_revoked_key_ends_its_sessions(cast: Cast, anna: Caller, conversation: str) -> None:
    revoke_widget_key(tenant_id=cast.acme.tenant_id, key_id=cast.acme.key_id, actor=user_actor(cast.alice.id))
    response = anna.get(f"/v1/conversations/{conversation}/messages")
    assert (response.status_code, response.json()["error"]["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_after_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = cast.acme
    token, expires_at = make_token(VisitorSession(ids.tenant_id, ids.agent_id, cast.alice.id, ids.key_id))
    assert abs(expires_at - timezone.now() - LIFETIME) < timedelta(minutes=1)
    with pytest.raises(NotAuthenticated):
        read_old_token(token, max_age=timedelta(seconds=-1))
    with pytest.raises(NotAuthenticated):
        read_token(token[:-2] + "xx")


@pytest.mark.usefixtures("stopped_clock")
def test_too_many_sessions_from_one_address_must_wait(cast: Cast) -> None:
    responses = [open_session(cast.acme) for _ in range(SESSIONS.burst + 2)]
    refused = responses[-1]
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
    assert int(refused["Retry-After"]) >= 1

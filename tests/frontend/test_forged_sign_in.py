"""What a provider, or somebody in its place, could say: for whom it is, from whom, until when, and about whom."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from rapport.errors import RapportError
from rapport.oidc import check_issuer, discover
from tenants.models import Membership, User
from tests.cast import Cast
from tests.frontend.company import allow, begin, path_of, sent, set_up
from tests.oidc_provider.forger import OTHER_KEY, Forger, running_forger

DORA = "dora@acme.example"
NOW = int(time.time())


@pytest.fixture
def forger(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forger]:
    with running_forger() as forger:
        allow(monkeypatch, forger.host)
        set_up(cast, forger)
        yield forger


def come_back(client: Client, forger: Forger, email: str = DORA, **more: str) -> int:
    asked = sent(begin(client, email))
    forger.nonce = forger.nonce or asked["nonce"]
    query = {"state": asked["state"], "code": "c", **more}
    return client.get(path_of(asked["redirect_uri"]), query).status_code


def test_a_right_token_opens(cast: Cast, forger: Forger) -> None:
    client = Client()
    assert come_back(client, forger) == 302
    assert client.get("/members/").status_code == 200
    (asked,) = forger.asked
    assert len(asked["code_verifier"]) >= 43


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"aud": ["rapport-at-acme", "another-client"]},
        {"azp": "another-client"},
        {"iss": "https://login.other.example"},
        {"nonce": "another attempt's"},
        {"nonce": None},
        {"exp": NOW - 3600},
        {"exp": None},
        {"iat": NOW + 3600},
        {"sub": None},
        {"aud": None},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "yes"},
        {"email_verified": 1},
        {"email": "charlie@other.example"},
        {"email": "dora@acme.example.evil.example"},
        {"email": "dora@sub.acme.example"},
        {"email": "dora@evil.example@acme.example"},
        {"email": ""},
    ],
    ids=lambda claims: str(
        {name: "a time" if name in {"exp", "iat"} and value else value for name, value in claims.items()}
    ),
)
def test_a_wrong_claim_opens_nothing_and_makes_nobody(cast: Cast, forger: Forger, claims: dict[str, Any]) -> None:
    forger.claims = claims
    before = User.objects.count(), Membership.objects.count()
    client = Client()
    assert come_back(client, forger) == 403
    assert client.get("/members/").status_code == 302
    assert (User.objects.count(), Membership.objects.count()) == before


@pytest.mark.parametrize(("algorithm", "key"), [("none", None), ("HS256", Forger.client_secret), ("RS256", OTHER_KEY)])
def test_a_wrong_signature_opens_nothing(cast: Cast, forger: Forger, algorithm: str, key: object) -> None:
    forger.algorithm, forger.key = algorithm, key
    assert come_back(Client(), forger) == 403


def test_a_provider_cannot_speak_for_another_companys_people(cast: Cast, forger: Forger) -> None:
    """Not by their address, and not by the account that they have here."""
    forger.claims = {"email": cast.charlie.email}
    client = Client()
    assert come_back(client, forger) == 403
    assert not Membership.objects.filter(tenant_id=cast.acme.tenant_id, user=cast.charlie).exists()


def test_an_address_that_went_to_another_person_does_not_bring_the_account_along(cast: Cast, forger: Forger) -> None:
    assert come_back(Client(), forger) == 302
    forger.claims, forger.nonce = {"sub": "dora-2"}, ""
    assert come_back(Client(), forger) == 403


def test_what_the_token_leaves_out_is_asked_for_about_the_same_person_only(cast: Cast, forger: Forger) -> None:
    forger.claims = {"email": None, "email_verified": None}
    forger.userinfo = {"sub": "somebody-else", "email": DORA, "email_verified": True}
    assert come_back(Client(), forger) == 403
    forger.userinfo["sub"], forger.nonce = "dora-1", ""
    assert come_back(Client(), forger) == 302


def test_another_providers_answer_is_not_believed(cast: Cast, forger: Forger) -> None:
    assert come_back(Client(), forger, iss="https://login.other.example") == 403
    assert forger.asked == [], "the code was not sent to anybody"


def test_a_provider_that_refuses_opens_nothing(cast: Cast, forger: Forger) -> None:
    assert come_back(Client(), forger, code="", error="access_denied") == 403


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://login.other.example"},
        {"token_endpoint": "http://192.168.0.1/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_wrongly_is_refused(forger: Forger, metadata: dict[str, Any]) -> None:
    forger.metadata = metadata
    with pytest.raises(RapportError) as caught:
        discover(forger.issuer)
    assert caught.value.code == "sign_on_provider"


def test_no_private_address_is_asked_whatever_its_name(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch)
    for address in ("https://127.0.0.1:8443", "https://[::1]", "https://169.254.169.254", "https://localhost"):
        with pytest.raises(RapportError) as caught:
            discover(address)
        assert caught.value.code == "private_address"


@pytest.mark.parametrize(
    "text",
    ["", "login.example.com", "http://login.example.com", "https://u:p@x.example", "https://x.example?a=1", "ftp://x"],
)
def test_what_can_be_no_issuer_is_refused(text: str) -> None:
    with pytest.raises(RapportError):
        check_issuer(text)

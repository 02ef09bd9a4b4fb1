"""A second factor at sign-in, codes for when it is lost, and a list of where one is signed in."""

import html
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD, Cast


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.clear()  # allauth counts attempts in it, and takes no code twice


def sign_in(email: str) -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


def code(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def activate(client: Client) -> str:
    """Returns the secret that the app was given."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    (secret,) = set(re.findall(r'value="([A-Z2-7]{32})"', page))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    cache.clear()
    return str(secret)


def test_who_has_a_second_factor_is_asked_for_it(cast: Cast) -> None:
    secret = activate(sign_in(cast.alice.email))
    client = sign_in(cast.alice.email)
    assert client.get("/settings/").status_code == 302, "the password alone opens nothing"
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert client.get("/settings/").status_code == 200


def test_the_shared_secret_is_encrypted(cast: Cast) -> None:
    secret = activate(sign_in(cast.alice.email))
    for row in Authenticator.objects.values_list("data", flat=True):
        assert secret not in str(row)


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    client = sign_in(cast.alice.email)
    activate(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    (shown,) = re.findall(r'<pre id="recovery-codes"[^>]*>(.*?)</pre>', page, re.DOTALL)
    codes = html.unescape(shown).split()
    assert len(codes) == 10
    for answer in (302, 200):
        lost = sign_in(cast.alice.email)
        cache.clear()
        assert lost.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == answer


def test_where_one_is_signed_in_and_ending_it_elsewhere(cast: Cast) -> None:
    elsewhere, here = sign_in(cast.alice.email), sign_in(cast.alice.email)
    assert elsewhere.get("/settings/").status_code == 200
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count("Firefox/140.0") == 2
    assert here.post("/accounts/sessions/").status_code == 302
    assert elsewhere.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200


def test_nobody_sees_another_persons_sessions(cast: Cast) -> None:
    sign_in(cast.alice.email)
    assert sign_in(cast.charlie.email).get("/accounts/sessions/").content.decode().count("Firefox/140.0") == 1

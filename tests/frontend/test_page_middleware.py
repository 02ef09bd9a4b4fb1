"""What is for pages is not done for programs, and nothing hangs on it that a program could do without."""

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import resolve

from frontend.page_middleware import is_api_call
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key
from tenants.permissions import SCOPES
from tests.cast import Cast
from tests.frontend.test_headers import WITHOUT_SESSION
from tests.leaks.callers import signed_in
from tests.leaks.routes import public_url, url_of
from tests.strangers.possessions import Possessions, possess
from tests.strangers.routes import all_routes


@pytest.fixture
def acmes(cast: Cast) -> Possessions:
    return possess(cast)


def asked(path: str, authorization: str = "") -> HttpRequest:
    return RequestFactory().get(path, headers={"Authorization": authorization} if authorization else {})


@pytest.mark.parametrize("path", ["/v1/agents", "/v1/events", "/mcp"])
def test_a_program_shows_a_token(path: str) -> None:
    assert is_api_call(asked(path, "Bearer rp_sk_live_x"))
    assert is_api_call(asked(path, "bearer some-visitor"))
    assert not is_api_call(asked(path))
    assert not is_api_call(asked(path, "Basic c3RhZ2luZzpwYXNzd29yZA=="))  # of a proxy before the dashboard


def test_a_page_is_a_page_whatever_comes_with_it() -> None:
    for path in ("/", "/agents/", "/v1", "/accounts/login/"):
        assert not is_api_call(asked(path, "Bearer rp_sk_live_x"))


def test_every_view_that_programs_reach_looks_after_itself(acmes: Possessions) -> None:
    """Django's CSRF middleware would let them pass too: they take a token, or check a cookie's call themselves."""
    for route in all_routes():
        url = public_url(route) if route.is_public else url_of(route, acmes.ids)
        if url and is_api_call(asked(url.partition("?")[0], "Bearer x")):
            assert getattr(resolve(url.partition("?")[0]).func, "csrf_exempt", False), route.name


def test_a_session_is_not_looked_at_beside_a_token(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    client = signed_in(cast.alice)
    for route in all_routes():
        if route.name.startswith("api:") and not route.is_public and route.name not in WITHOUT_SESSION:
            with subtests.test(route.name):
                url = url_of(route, acmes.ids)
                assert client.get(url, headers={"Authorization": "Bearer stolen"}).status_code in (401, 405)


def test_an_answer_to_a_program_is_as_well_dressed(cast: Cast) -> None:
    secret = create_api_key(tenant_id=cast.acme.tenant_id, name="x", scopes=SCOPES, actor=SYSTEM).secret
    by_key = Client().get("/v1/agents", headers={"Authorization": f"Bearer {secret}"})
    by_session = signed_in(cast.alice).get("/v1/agents")
    assert by_key.json() == by_session.json()
    assert set(by_session.headers) - set(by_key.headers) <= {"Vary"}
    assert settings.SESSION_COOKIE_NAME not in by_key.cookies

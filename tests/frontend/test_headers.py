"""Every address there is, as the resolver knows them: the headers of its answers, and no write without CSRF."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from frontend import headers
from frontend.headers import SecurityHeadersMiddleware
from rapport.config import ROOT, get_config
from tests.cast import Cast
from tests.leaks.callers import signed_in
from tests.leaks.routes import methods_of, public_url, url_of
from tests.strangers.possessions import Possessions, possess, snapshot
from tests.strangers.routes import KEYS_ONLY, Route, all_routes

# What decides is a key or a token in the call, which no other site's page has: no session is looked at.
WITHOUT_SESSION = {"api:widget-sessions", "api:widget-challenges", "api:leaked-keys", *KEYS_ONLY}
EVIL = {"Origin": "https://evil.example"}


@pytest.fixture
def acmes(cast: Cast) -> Possessions:
    return possess(cast)


def _urls(acmes: Possessions) -> Iterator[tuple[Route, str]]:
    for route in all_routes():
        if url := public_url(route) if route.is_public else url_of(route, acmes.ids):
            yield route, url


def test_every_answer_has_the_headers(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    client, pages = signed_in(cast.alice), 0
    for route, url in _urls(acmes):
        for caller in (client, Client()):
            with subtests.test(route.name):
                answer = caller.get(url)
                _look_at_headers(answer, is_frame=route.name == "widget_frame")
                if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
                    pages += 1
                    _look_at_page(answer)
    assert pages > 20


def _look_at_headers(answer: Any, *, is_frame: bool = False) -> None:
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in ("strict-origin-when-cross-origin", "no-referrer", "same-origin")
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    if not is_frame:  # tests/frontend/widget/test_addresses.py
        assert "frame-ancestors 'none'" in policy


def _look_at_page(answer: Any) -> None:
    """No script without the nonce, no style and no handler in an attribute."""
    text = answer.getvalue().decode()
    (nonce,) = re.findall(r"script-src 'nonce-([^']+)'", answer["Content-Security-Policy"])
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert f'nonce="{nonce}"' in tag or 'type="application/json"' in tag, tag
    assert not re.search(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", text)
    assert "<style" not in text


def test_no_write_goes_without_csrf(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    """From another site's page, with the session of whoever opened it."""
    client, before = signed_in(cast.alice), snapshot(cast)
    client.cookies.pop(settings.CSRF_COOKIE_NAME)
    for route, url in _urls(acmes):
        is_api = route.name.startswith("api:")
        for method in methods_of(route):
            if method == "GET" or route.name in WITHOUT_SESSION:
                continue
            with subtests.test(f"{method} {route.name}"):
                kind = {"content_type": "application/json"} if is_api else {}
                answer = getattr(client, method.lower())(url, headers=EVIL, **kind)
                assert answer.status_code in (403, 404, 405)
                if is_api and answer.status_code == 403:
                    assert answer.json()["error"]["code"] == "csrf_failed"
    assert snapshot(cast) == before


@pytest.mark.parametrize(
    ("url", "host"), [("/healthz", "evil.example"), ("/v1/me", "testserver"), ("/x", "testserver")]
)
def test_what_no_view_answers_has_them_too(db: None, url: str, host: str) -> None:
    _look_at_headers(Client().get(url, headers={"Host": host}))


def test_files_of_ours_are_no_secret(db: None) -> None:
    """The widget's frame lies in other sites' pages: what it loads may not be shut off from there."""
    answer = Client().get("/static/build/.vite/manifest.json")
    assert answer.status_code == 200
    assert "Cross-Origin-Resource-Policy" not in answer
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_a_view_says_itself_stays() -> None:
    said = {
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": "default-src 'self'",
        "Permissions-Policy": "camera=()",
    }
    answer = SecurityHeadersMiddleware(lambda _: HttpResponse(headers=said))(RequestFactory().get("/w/x/"))
    assert said.items() <= dict(answer.items()).items()


def test_the_loader_may_be_loaded_by_any_site(db: None) -> None:
    assert Client().get("/widget.js")["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_behind_tls_a_browser_comes_back_by_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy speaks plain HTTP with us; the public address says what browsers speak."""
    for url, said in (("https://app.acme.example", "max-age=31536000"), ("http://localhost:8000", None)):
        config = replace(get_config(), public_url=url)
        monkeypatch.setattr(headers, "get_config", lambda config=config: config)
        answer = SecurityHeadersMiddleware(lambda _: HttpResponse())(RequestFactory().get("/"))
        assert answer.get("Strict-Transport-Security") == said


SHOWN = """
import rapport.settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE)
"""


def test_cookies_belong_to_one_host_and_to_tls() -> None:
    environment = {**os.environ, "PUBLIC_URL": "https://app.acme.example"}
    command = [sys.executable, "-c", SHOWN]
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "__Host-sessionid __Host-csrftoken True"
    # What such a name asks for, and what no script and no other site gets.
    assert settings.SESSION_COOKIE_DOMAIN is settings.CSRF_COOKIE_DOMAIN is None
    assert settings.SESSION_COOKIE_PATH == settings.CSRF_COOKIE_PATH == "/"
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert settings.SESSION_COOKIE_HTTPONLY


def test_without_tls_cookies_have_plain_names() -> None:
    """A browser drops a `__Host-` cookie that did not come by TLS: nobody could sign in on localhost."""
    assert (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME) == ("sessionid", "csrftoken")
    assert not settings.SESSION_COOKIE_SECURE

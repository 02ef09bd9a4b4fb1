"""What the ASVS page claims of headers, cookies, passwords and sessions, and has no other test."""

import ast
import json
import logging
import re

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from rapport import logs
from rapport.config import ROOT, load
from tests.cast import PASSWORD, Cast
from tests.frontend.conftest import age_sign_ins

PLACES = ("agents", "billing", "frontend", "ingestion", "platform", "tenants")


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.clear()


def signed_in(cast: Cast, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/v1/agents", "/healthz", "/docs/", "/none", "/w/none/"])
def test_every_answer_has_its_headers(path: str) -> None:
    response = Client().get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] in {"strict-origin-when-cross-origin", "no-referrer"}


def test_cookies_are_for_this_site_and_the_sessions_is_for_no_script(cast: Cast) -> None:
    client = signed_in(cast)
    page = client.get("/settings/").content.decode()
    session, csrf = client.cookies[settings.SESSION_COOKIE_NAME], client.cookies[settings.CSRF_COOKIE_NAME]
    assert (session["samesite"], csrf["samesite"]) == ("Lax", "Lax")
    assert session["httponly"]
    assert session.value not in page


def test_signing_in_changes_the_session_and_signing_out_ends_it(cast: Cast) -> None:
    first, client = signed_in(cast), signed_in(cast)
    name = settings.SESSION_COOKIE_NAME
    old = client.cookies[name].value
    assert old != first.cookies[name].value
    client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    assert is_in(client)
    page = client.get("/settings/").content.decode()
    assert 'action="/accounts/logout/"' in page
    held = client.cookies[name].value
    client.post("/accounts/logout/")
    client.cookies[name] = held
    assert not is_in(client)
    assert is_in(first)


def test_a_session_from_before_signing_in_is_not_kept(cast: Cast) -> None:
    client = Client()
    session = client.session
    session["before"] = True
    session.save()
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    assert is_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_passwords_are_long_and_otherwise_free() -> None:
    with pytest.raises(ValidationError):
        validate_password("nine char")
    for password in ("q zvx wrtp", "ünï çödë ✓✓✓", "kw" * 60):
        validate_password(password)


def test_a_password_is_changed_with_the_current_one_and_counts_as_it_was_sent(cast: Cast) -> None:
    client = signed_in(cast)
    new = f"  {'Zx wq' * 16} "
    form = {"oldpassword": "not this one", "password1": new, "password2": new}
    client.post("/accounts/password/change/", form)
    assert not is_in(signed_in(cast, new))
    client.post("/accounts/password/change/", {**form, "oldpassword": PASSWORD})
    assert is_in(signed_in(cast, new))
    cache.clear()
    assert not is_in(signed_in(cast, new.strip()))
    assert not is_in(signed_in(cast, new.lower()))


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_fields_for_passwords_hide_what_is_typed(path: str) -> None:
    fields = re.findall(r"<input[^>]*name=\"password1?\"[^>]*>", Client().get(path).content.decode())
    assert fields
    assert all('type="password"' in each for each in fields)


def test_an_address_is_changed_after_confirming_only(cast: Cast) -> None:
    client = signed_in(cast)
    age_sign_ins()
    answer = client.post("/accounts/email/", {"action_add": "", "email": "new@acme.example"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


def test_passwords_take_long_to_try() -> None:
    assert PBKDF2PasswordHasher.iterations >= 600_000
    source = (ROOT / "platform" / "rapport" / "settings.py").read_text()
    assert "PASSWORD_HASHERS" not in source, "Django's own order begins with PBKDF2"


@pytest.mark.parametrize("path", ["/.git/config", "/static/", "/static/build/", "/.env", "/var/"])
def test_no_folder_and_no_file_of_the_project_is_served(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_debugging_is_off_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEBUG", raising=False)
    assert load().debug is False


def test_nothing_is_run_that_is_put_together() -> None:
    for path in (path for place in PLACES for path in (ROOT / place).rglob("*.py") if "node_modules" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert not (isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}), path
                assert not any(each.arg == "shell" for each in node.keywords), path
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
                assert node.attr not in {"system", "popen"}, path


def test_a_line_break_stays_within_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    logs.get_logger("x").info("met", name='a\n{"event": "forged"}\r\nb')
    logging.getLogger("y").warning("b\nforged")
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["level"] for line in lines] == ["info", "warning"]

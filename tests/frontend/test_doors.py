"""The doors are counted by address and by account, over all processes, with a page that says when to try again."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from frontend.confirming import ACCOUNT_PAGES, ACCOUNT_WRITES
from frontend.doors import CODE_ACCOUNT, DOORS, ENTRY_ACCOUNT, ENTRY_ADDRESS, LINK_ADDRESS, MAIL_ACCOUNT
from rapport.ratelimits import buckets
from tests.cast import PASSWORD, Cast
from tests.file_database import copy_tables
from tests.frontend.test_second_factor import activate, code
from tests.migrated import run

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets fill while a slow machine tries."""
    monkeypatch.setattr(buckets, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))


def attempt(email: str, password: str = "wrong", address: str = "192.0.2.1") -> int:
    return Client(REMOTE_ADDR=address).post(LOGIN, {"login": email, "password": password}).status_code


def test_every_door_is_an_address_that_exists() -> None:
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert set(DOORS) | ACCOUNT_PAGES | ACCOUNT_WRITES <= names


def test_one_account_is_guarded_from_many_addresses(cast: Cast) -> None:
    tried = [attempt(cast.alice.email, address=f"192.0.2.{number}") for number in range(ENTRY_ACCOUNT.burst)]
    assert set(tried) == {200}
    client = Client(REMOTE_ADDR="192.0.2.200")
    answer = client.post(LOGIN, {"login": cast.alice.email.upper(), "password": PASSWORD})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Too many attempts" in answer.content.decode()
    assert attempt(cast.bob.email, PASSWORD) == 302, "another account opens"


def test_an_account_that_does_not_exist_is_counted_in_the_same_way(cast: Cast) -> None:
    tried = [attempt("nobody@acme.example", address=f"192.0.2.{number}") for number in range(ENTRY_ACCOUNT.burst + 1)]
    assert tried == [200] * ENTRY_ACCOUNT.burst + [429]


def test_one_address_that_tries_many_accounts_is_stopped(cast: Cast) -> None:
    tried = [attempt(f"person{number}@acme.example") for number in range(ENTRY_ADDRESS.burst)]
    assert set(tried) == {200}
    assert attempt(cast.alice.email, PASSWORD) == 429
    assert attempt(cast.alice.email, PASSWORD, address="192.0.2.9") == 302


def test_codes_are_counted_by_the_person_who_is_half_signed_in(cast: Cast) -> None:
    signed_in = Client()
    signed_in.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})
    secret = activate(signed_in)
    for number in range(CODE_ACCOUNT.burst + 1):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        client.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})
        answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert answer.status_code == (200 if number < CODE_ACCOUNT.burst else 429)
    assert client.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 429


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/signup/"])
def test_mail_to_one_account_is_limited_from_many_addresses(cast: Cast, path: str) -> None:
    form = {"email": cast.alice.email, "company": "x", "password1": "correct horse battery"}
    tried = [
        Client(REMOTE_ADDR=f"192.0.2.{number}").post(path, form).status_code for number in range(MAIL_ACCOUNT.burst + 1)
    ]
    assert tried == [302] * MAIL_ACCOUNT.burst + [429]


def test_links_of_invitations_cannot_be_tried_out(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="192.0.2.1")
    tried = [client.get(f"/invitations/guess{number}/").status_code for number in range(LINK_ADDRESS.burst + 1)]
    assert tried == [404] * LINK_ADDRESS.burst + [429]


def test_looking_at_a_page_is_no_attempt(cast: Cast) -> None:
    client = Client()
    assert {client.get(LOGIN).status_code for _ in range(ENTRY_ADDRESS.burst + 5)} == {200}


ATTEMPTS = """
import sys
from types import SimpleNamespace

import django

django.setup()
from django.conf import settings
from django.test import Client

from rapport.ratelimits import buckets
from tenants.models import User

buckets.time = SimpleNamespace(time=lambda: 1_800_000_000.0)
settings.ALLOWED_HOSTS = ["testserver"]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not User.objects.exists():
    User.objects.create_user("alice@acme.example", "correct horse battery")
for number in range(int(sys.argv[1])):
    form = {"login": "alice@acme.example", "password": "wrong"}
    print(Client(REMOTE_ADDR=f"192.0.2.{number}").post("/accounts/login/", form).status_code)
"""


@pytest.fixture
def shared(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> dict[str, str]:
    """Settings of a database of its own, for several processes."""
    if connection.vendor == "postgresql":
        return {"DATA_DIR": str(tmp_path), **request.getfixturevalue("migrated").settings}
    copy_tables(tmp_path / "rapport.sqlite3")
    return {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""}


def test_what_another_process_tried_counts_here(shared: dict[str, str]) -> None:
    """Processes that share a database and nothing else."""
    first, second = (run(["-c", ATTEMPTS, str(count)], shared) for count in (ENTRY_ACCOUNT.burst, 1))
    assert first.stdout.split() == ["200"] * ENTRY_ACCOUNT.burst, first.stderr
    assert second.stdout.split() == ["429"], second.stderr

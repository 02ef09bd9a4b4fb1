"""Settings, company sign-in: set up by who may, after a sign-in that is not old; what is wrong is said at its place."""

from collections.abc import Iterator

import pytest
from django.test import Client

from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.models import SignOn, SignOnDomain
from tenants.sign_on.domains import add_domain
from tenants.sign_on.settings import get_sign_on
from tests.cast import PASSWORD, Cast, sign_in
from tests.frontend.company import allow, set_up
from tests.oidc_provider.forger import Forger, running_forger

PAGE = "/settings/sign-in/"


@pytest.fixture
def forger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forger]:
    with running_forger() as forger:
        allow(monkeypatch, forger.host)
        yield forger


@pytest.fixture
def form(forger: Forger) -> dict[str, str]:
    return {
        "issuer": forger.issuer,
        "client_id": forger.client_id,
        "client_secret": forger.client_secret,
        "default_role": "developer",
    }


def fresh(email: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


def test_an_owner_sets_it_up_and_the_secret_is_never_shown(cast: Cast, form: dict[str, str]) -> None:
    client = fresh(cast.alice.email)
    assert encode(Prefix.TENANT, cast.acme.tenant_id) in client.get(PAGE).content.decode(), "the redirect address"
    assert client.post(PAGE, form).status_code == 302
    found = get_sign_on(cast.acme.tenant_id)
    assert found
    assert (found.client_id, found.default_role, found.is_required) == (form["client_id"], "developer", False)
    assert form["client_secret"] not in client.get(PAGE).content.decode()
    kept = SignOn.objects.get().client_secret
    client.post(PAGE, form | {"client_secret": "", "default_role": "analyst"})
    assert SignOn.objects.get().client_secret == kept
    client.post(f"{PAGE}off/")
    assert get_sign_on(cast.acme.tenant_id) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"issuer": "http://login.example.com"}, "begins with https://"),
        ({"client_id": " "}, "Enter the client id"),
        ({"client_secret": ""}, "Enter the secret"),
        ({"default_role": "owner"}, "Choose a role"),
        ({"is_required": "on"}, "Verify a domain first"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    cast: Cast, form: dict[str, str], wrong: dict[str, str], said: str
) -> None:
    answer = fresh(cast.alice.email).post(PAGE, form | wrong)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not SignOn.objects.exists()


def test_a_provider_that_does_not_answer_is_said(cast: Cast, form: dict[str, str], forger: Forger) -> None:
    forger.metadata = {"issuer": "https://elsewhere.example"}
    answer = fresh(cast.alice.email).post(PAGE, form)
    assert "calls itself" in answer.content.decode()


def test_domains_are_claimed_and_removed_on_the_page(cast: Cast) -> None:
    client = fresh(cast.alice.email)
    assert client.post(f"{PAGE}domains/", {"domain": "acme"}).status_code == 400
    assert client.post(f"{PAGE}domains/", {"domain": "acme.example"}).status_code == 302
    row = SignOnDomain.objects.get()
    page = client.get(PAGE).content.decode()
    assert "_rapport.acme.example" in page
    assert f"rapport-domain={row.token}" in page
    client.post(f"{PAGE}domains/{encode(Prefix.SIGN_ON, row.id)}/remove/")
    assert not SignOnDomain.objects.exists()


def test_nothing_changes_by_an_old_sign_in(cast: Cast, form: dict[str, str]) -> None:
    client = sign_in(cast.alice)
    client.handler.enforce_csrf_checks = False
    domain = add_domain(tenant_id=cast.acme.tenant_id, domain="acme.example", actor=SYSTEM)
    one = f"{PAGE}domains/{encode(Prefix.SIGN_ON, domain)}"
    for path in (PAGE, f"{PAGE}off/", f"{PAGE}domains/", f"{one}/verify/", f"{one}/remove/"):
        answer = client.post(path, form | {"domain": "new.example"})
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/"), path
    assert SignOnDomain.objects.count() == 1


def test_an_analyst_sees_and_changes_nothing(cast: Cast, form: dict[str, str]) -> None:
    client = fresh(cast.bob.email)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, form).status_code == 403
    assert "Company sign-in" not in client.get("/settings/").content.decode()


def test_requiring_it_ends_the_sessions_of_those_who_came_another_way(
    cast: Cast, form: dict[str, str], forger: Forger
) -> None:
    set_up(cast, forger)
    alice, bob = fresh(cast.alice.email), fresh(cast.bob.email)
    assert bob.get("/members/").status_code == 200
    assert alice.post(PAGE, form | {"is_required": "on"}).status_code == 302
    assert bob.get("/members/").status_code == 302
    assert alice.get("/members/").status_code == 200, "owners stay"

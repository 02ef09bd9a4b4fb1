"""Signing in with one's company, at a real provider in a process of its own: there and back, joining, confirming."""

from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import DjangoDbBlocker

from frontend.pages.company_sign_in import callback_address
from tenants.context import tenant_scope
from tenants.models import AuditEntry, Membership, SignOn, SignOnDomain, Tenant, User
from tests.cast import PASSWORD, Cast, make_user
from tests.frontend.company import allow, begin, path_of, sent, set_up
from tests.frontend.conftest import age_sign_ins
from tests.oidc_provider.running import Browser, Provider, running_provider

DORA = "dora@acme.example"


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(process: Provider, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Provider:
    allow(monkeypatch, process.host)
    process.send_people_to(callback_address(cast.acme.tenant_id))
    set_up(cast, process)
    return process


def sign_in(client: Client, email: str, following: str = "") -> int:
    back = Browser(email).go(begin(client, email, following=following))
    return client.get(path_of(back)).status_code


def test_someone_new_joins_as_the_default_role_with_an_audit_row(cast: Cast, provider: Provider) -> None:
    client = Client()
    answer = client.get(path_of(Browser(DORA).go(begin(client, DORA, following="/members/"))))
    assert answer.headers["Location"] == "/members/"
    dora = User.objects.get(email=DORA)
    assert not dora.has_usable_password()
    assert EmailAddress.objects.get(user=dora).verified
    assert Membership.objects.get(user=dora).role == "analyst"
    assert DORA in client.get("/members/").content.decode()
    with tenant_scope(cast.acme.tenant_id):
        entry = AuditEntry.objects.get(action="member.joined")
    assert entry.after == {"role": "analyst"}
    assert sign_in(Client(), DORA) == 302
    assert User.objects.filter(email=DORA).count() == 1


def test_the_browser_is_sent_with_state_nonce_and_pkce(cast: Cast, provider: Provider) -> None:
    first, second = (sent(begin(Client(), DORA)) for _ in range(2))
    assert first["code_challenge_method"] == "S256"
    assert first["login_hint"] == DORA
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


def test_an_existing_account_is_linked_and_keeps_its_role(cast: Cast, provider: Provider) -> None:
    client = Client()
    assert sign_in(client, cast.alice.email) == 302
    assert client.get("/keys/").status_code == 200
    assert Membership.objects.get(user=cast.alice).role == "owner"


def test_an_unverified_address_is_refused_and_makes_nothing(cast: Cast, provider: Provider) -> None:
    client = Client()
    answer = client.get(path_of(Browser("mallory@acme.example").go(begin(client, "mallory@acme.example"))))
    assert answer.status_code == 403
    assert "does not say that your e-mail address is verified" in answer.content.decode()
    assert not User.objects.filter(email__startswith="mallory").exists()


def test_a_domain_that_is_not_verified_lets_nobody_in(cast: Cast, provider: Provider) -> None:
    client = Client()
    back = Browser(DORA).go(begin(client, DORA))
    SignOnDomain.objects.update(verified_at=None)
    assert client.get(path_of(back)).status_code == 403
    page = Client().post("/accounts/company/", {"email": DORA})
    assert page.status_code == 400
    assert "No company signs its people in here by acme.example" in page.content.decode()


def test_an_answer_opens_only_the_browser_that_began_and_only_once(cast: Cast, provider: Provider) -> None:
    mine, anothers = Client(), Client()
    back = path_of(Browser(DORA).go(begin(mine, DORA)))
    begin(anothers, DORA)
    assert anothers.get(back).status_code == 403
    assert mine.get(back).status_code == 302
    assert mine.get(back).status_code == 403


def test_an_answer_for_one_company_is_not_taken_to_another(cast: Cast, provider: Provider) -> None:
    client = Client()
    back = path_of(Browser(DORA).go(begin(client, DORA)))
    acme, other = (path_of(callback_address(each)) for each in (cast.acme.tenant_id, cast.other.tenant_id))
    assert client.get(back.replace(acme, other)).status_code == 403


def test_an_account_that_somebody_made_for_this_address_in_advance_loses_its_password(
    cast: Cast, provider: Provider
) -> None:
    waiting = make_user(DORA)
    EmailAddress.objects.filter(user=waiting).update(verified=False)
    assert sign_in(Client(), DORA) == 302
    thief = Client()
    thief.post("/accounts/login/", {"login": DORA, "password": PASSWORD})
    assert thief.get("/members/").status_code == 302


def test_a_second_factor_is_still_asked_for(cast: Cast, provider: Provider) -> None:
    from tests.frontend.test_second_factor import activate

    owner = Client()
    owner.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    activate(owner)
    client = Client()
    answer = client.get(path_of(Browser(cast.alice.email).go(begin(client, cast.alice.email))))
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/members/").status_code == 302


def test_where_it_is_required_a_password_opens_nothing_but_for_owners(cast: Cast, provider: Provider) -> None:
    set_up(cast, provider, is_required=True)
    bob, alice = Client(), Client()
    answer = bob.post("/accounts/login/", {"login": cast.bob.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/company/"
    assert "Your company asks its people to sign in this way" in bob.get(answer.headers["Location"]).content.decode()
    assert bob.get("/members/").status_code == 302
    alice.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    assert alice.get("/members/").status_code == 200
    dora = Client()
    assert sign_in(dora, DORA) == 302
    assert dora.get("/members/").status_code == 200


def test_who_has_no_password_confirms_at_the_company(cast: Cast, provider: Provider) -> None:
    set_up(cast, provider, default_role="developer")
    client, browser = Client(), Browser(DORA)
    client.get(path_of(browser.go(begin(client, DORA))))
    age_sign_ins()
    asked = client.post("/keys/", {"name": "x"})
    confirm = client.get(asked.headers["Location"]).headers["Location"]
    assert confirm == "/accounts/company/confirm/?next=%2Fkeys%2F"
    url = begin(client, "", path=confirm)
    assert sent(url)["prompt"] == "login"
    back = client.get(path_of(Browser(DORA).go(url)))
    assert back.headers["Location"] == "/keys/"
    assert "Make the key" in client.get("/keys/").content.decode()


def test_another_persons_word_confirms_nothing(cast: Cast, provider: Provider) -> None:
    client = Client()
    client.get(path_of(Browser(DORA).go(begin(client, DORA))))
    sign_in(Client(), cast.alice.email)
    age_sign_ins()
    back = Browser(cast.alice.email).go(begin(client, "", path="/accounts/company/confirm/"))
    assert client.get(path_of(back)).status_code == 403


def test_a_company_that_is_being_deleted_signs_nobody_in(cast: Cast, provider: Provider) -> None:
    from django.utils import timezone

    Tenant.objects.filter(id=cast.acme.tenant_id).update(deletion_due_at=timezone.now())
    assert Client().post("/accounts/company/", {"email": DORA}).status_code == 400


def test_the_secret_is_encrypted(cast: Cast, provider: Provider) -> None:
    assert provider.client_secret not in SignOn.objects.get().client_secret


def test_it_leads_to_nowhere_but_here_afterwards(cast: Cast, provider: Provider) -> None:
    client = Client()
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = client.get(path_of(Browser(DORA).go(begin(client, DORA, following=elsewhere))))
        assert answer.headers["Location"] == "/"
        client.logout()

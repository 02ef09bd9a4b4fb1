"""Members on the dashboard: invited by mail, joined by the link with or without an account, changed, gone."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture

from rapport.ids import Prefix, encode
from tenants.models import Membership, Tenant, User
from tenants.selectors import list_memberships
from tests.cast import PASSWORD, Cast, make_user

DORA = "dora@acme.example"


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.clear()  # allauth counts attempts in it


def signed_in(email: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice.email)


@pytest.fixture
def link(alice: Client, django_capture_on_commit_callbacks: Capture) -> str:
    """Of Dora's mail."""
    with django_capture_on_commit_callbacks(execute=True):
        assert alice.post("/members/", {"email": DORA, "role": "developer"}).status_code == 302
    return mailed(r"/invitations/[^/]+/")


def mailed(pattern: str) -> str:
    return str(re.findall(pattern, str(mail.outbox[-1].body))[0])


def companies_of(email: str) -> list[tuple[str, str]]:
    return [(each.tenant.name, each.role) for each in list_memberships(User.objects.get(email=email).id)]


def test_someone_with_an_account_joins_by_the_link(link: str) -> None:
    make_user(DORA)
    client = Client()
    page = client.get(link).content.decode()
    assert "Join Acme" in page
    assert f"/accounts/login/?next={link}" in page
    after = client.post("/accounts/login/", {"login": DORA, "password": PASSWORD, "next": link})
    assert after.headers["Location"] == link
    assert client.post(link).headers["Location"] == "/"
    assert companies_of(DORA) == [("Acme", "developer")]
    assert client.get(link).status_code == 404
    assert 'value="Acme"' in client.get("/settings/").content.decode()


def test_someone_new_signs_up_without_a_company_and_joins(link: str) -> None:
    client, companies = Client(), Tenant.objects.count()
    client.get(link)
    form = client.get("/accounts/signup/").content.decode()
    assert 'name="company"' not in form
    assert f'value="{DORA}"' in form
    client.post("/accounts/signup/", {"email": DORA, "password1": PASSWORD})
    confirm = mailed(r"/accounts/confirm-email/[^/\s]+/")
    assert client.post(confirm).headers["Location"] == link
    assert client.post(link).headers["Location"] == "/"
    assert companies_of(DORA) == [("Acme", "developer")]
    assert Tenant.objects.count() == companies


def test_in_another_browser_the_invitation_waits_where_a_company_would_be_named(link: str) -> None:
    make_user(DORA)
    client = signed_in(DORA)
    page = client.get("/", follow=True).content.decode()
    assert "invites you to join Acme, as developer" in page
    (join,) = re.findall(r'action="(/invitations/inv_\w+/join/)"', page)
    assert signed_in_stranger().post(join).status_code == 404
    assert client.post(join).headers["Location"] == "/"
    assert companies_of(DORA) == [("Acme", "developer")]


def signed_in_stranger() -> Client:
    return signed_in(make_user("eve@elsewhere.example").email)


def test_a_forwarded_link_lets_nobody_else_in(cast: Cast, link: str) -> None:
    charlie = signed_in(cast.charlie.email)
    assert "for another address" in charlie.get(link).content.decode()
    assert charlie.post(link).status_code == 403
    assert Membership.objects.filter(tenant_id=cast.acme.tenant_id).count() == 2


def test_what_cannot_be_done_is_said_on_the_page(cast: Cast, alice: Client) -> None:
    refused = alice.post("/members/", {"email": "bob@acme.example", "role": "analyst"})
    assert (refused.status_code, "is in the company already" in refused.content.decode()) == (400, True)
    last = alice.post(f"/members/{encode(Prefix.USER, cast.alice.id)}/remove/")
    assert (last.status_code, "Make someone else an owner first" in last.content.decode()) == (400, True)


def test_roles_and_removal(cast: Cast, alice: Client) -> None:
    bob = encode(Prefix.USER, cast.bob.id)
    assert alice.post(f"/members/{bob}/change/", {"role": "billing"}).status_code == 302
    assert Membership.objects.get(user=cast.bob).role == "billing"
    assert signed_in(cast.bob.email).get("/knowledge/").status_code == 403
    assert alice.post(f"/members/{bob}/remove/").status_code == 302
    assert signed_in(cast.bob.email).get("/").headers["Location"] == "/welcome/company/"


def test_an_analyst_sees_people_and_changes_none_but_may_leave(cast: Cast) -> None:
    bob = signed_in(cast.bob.email)
    page = bob.get("/members/").content.decode()
    assert "alice@acme.example" in page
    assert "Invite someone" not in page
    assert bob.post("/members/", {"email": DORA, "role": "analyst"}).status_code == 403
    someone, myself = encode(Prefix.USER, cast.alice.id), encode(Prefix.USER, cast.bob.id)
    assert bob.post(f"/members/{someone}/remove/").status_code == 403
    assert bob.post(f"/members/{someone}/change/", {"role": "analyst"}).status_code == 403
    assert bob.post(f"/members/{myself}/change/", {"role": "owner"}).status_code == 403
    assert bob.post(f"/members/{myself}/remove/").status_code == 302
    assert not Membership.objects.filter(user=cast.bob).exists()


def test_a_withdrawn_link_is_over(alice: Client, link: str) -> None:
    page = alice.get("/members/").content.decode()
    (withdraw,) = re.findall(r'action="(/members/invitations/inv_\w+/withdraw/)"', page)
    assert alice.post(withdraw).status_code == 302
    assert Client().get(link).status_code == 404


def test_a_person_of_two_companies_goes_from_one_to_the_other(cast: Cast, alice: Client) -> None:
    Membership.objects.create(tenant_id=cast.other.tenant_id, user=cast.alice, role="analyst")
    assert 'aria-label="Company"' in alice.get("/settings/").content.decode()
    for company, name in ((cast.other, "Other"), (cast.acme, "Acme")):
        alice.post("/switch/", {"company": str(company.tenant_id)})
        assert f'value="{name}"' in alice.get("/settings/").content.decode()


def test_nobody_goes_where_they_are_not_a_member(cast: Cast, alice: Client) -> None:
    for wrong in (str(cast.other.tenant_id), "", "nonsense"):
        alice.post("/switch/", {"company": wrong})
        assert 'value="Acme"' in alice.get("/settings/").content.decode()

"""Sign-up makes the person, the company, its agent and its key at once, or nothing; then the mail opens the door."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from agents.selectors import list_agents
from frontend.pages.mailbox import read_mails
from rapport.config import get_config
from tenants.models import Tenant, User
from tenants.selectors import list_memberships, list_widget_keys
from tests.cast import make_user

MAIL = "django.core.mail.backends.filebased.EmailBackend"
FORM = {"company": "  Acme   Tools ", "email": "ada@acme.example", "password1": "correct horse battery"}


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path, db: None) -> Path:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = MAIL, str(tmp_path)
    cache.clear()  # allauth counts attempts in it
    return tmp_path


def confirm(client: Client, folder: Path) -> str:
    """Open the newest mail's link and press the button. Returns where that leads."""
    link = re.search(r'href="http://[^/]+(/accounts/confirm-email/[^"]+)"', read_mails(folder)[0].body)
    assert link
    assert "ada@acme.example" in client.get(link[1]).content.decode()
    return client.post(link[1]).headers["Location"]


def test_sign_up_leads_by_the_mail_to_the_first_run(client: Client, folder: Path) -> None:
    sent = client.post("/accounts/signup/", FORM, follow=True)
    assert "Look in your mail" in sent.content.decode()
    assert confirm(client, folder) == "/welcome/"
    assert "Acme Tools is set up" in client.get("/welcome/").content.decode()
    (membership,) = list_memberships(User.objects.get().id)
    assert (membership.tenant.name, membership.role) == ("Acme Tools", "owner")
    (agent,) = list_agents(tenant_id=membership.tenant.id)
    assert [key.agent_id for key in list_widget_keys(membership.tenant.id)] == [agent.id]


def test_before_the_mail_nobody_is_in(client: Client) -> None:
    client.post("/accounts/signup/", FORM)
    assert client.get("/").headers["Location"].startswith("/accounts/login/")
    client.post("/accounts/login/", {"login": FORM["email"], "password": FORM["password1"]})
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_signing_up_twice_makes_one_company_and_says_so_by_mail(client: Client, folder: Path) -> None:
    client.post("/accounts/signup/", FORM)
    cache.clear()  # as if minutes had passed: mail to one address is limited
    again = Client().post("/accounts/signup/", {**FORM, "company": "Other"}, follow=True)
    assert "Look in your mail" in again.content.decode()  # a stranger learns nothing of who has an account
    assert Tenant.objects.count() == User.objects.count() == 1
    assert any("already has an account" in mail.body for mail in read_mails(folder))


def test_what_fails_half_way_leaves_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("frontend.onboarding.create_widget_key", fail)
    with pytest.raises(RuntimeError):
        client.post("/accounts/signup/", FORM)
    assert not User.objects.exists()
    assert not Tenant.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("company", "   ", "This field is required"),
        ("email", "nobody", "valid email"),
        ("password1", "short", "too short"),
        ("password1", "1234567890", "too common"),
    ],
)
def test_wrong_entries_are_shown_at_their_field(client: Client, field: str, value: str, words: str) -> None:
    page = client.post("/accounts/signup/", {**FORM, field: value}).content.decode()
    assert words in page
    assert 'aria-invalid="true"' in page
    assert not User.objects.exists()


def test_a_forgotten_password_is_replaced_by_mail(client: Client, folder: Path) -> None:
    make_user(FORM["email"])
    sent = client.post("/accounts/password/reset/", {"email": FORM["email"]}, follow=True)
    assert "Look in your mail" in sent.content.decode()
    link = re.search(r'href="http://[^/]+(/accounts/password/reset/key/[^"]+)"', read_mails(folder)[0].body)
    assert link
    form = client.get(link[1], follow=True)
    passwords = {"password1": "a new long password", "password2": "a new long password"}
    done = client.post(form.redirect_chain[-1][0], passwords, follow=True)
    assert done.status_code == 200
    client.post("/accounts/login/", {"login": FORM["email"], "password": "a new long password"})
    assert client.get("/").headers["Location"] == "/welcome/company/"


def test_a_person_without_a_company_names_one(client: Client) -> None:
    user = User.objects.create_user("ada@acme.example", "correct horse battery")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").headers["Location"] == "/welcome/company/"
    assert client.post("/welcome/company/", {"company": "Acme"}).headers["Location"] == "/welcome/"
    assert [each.tenant.name for each in list_memberships(user.id)] == ["Acme"]
    assert client.get("/welcome/company/").headers["Location"] == "/"


@pytest.mark.skipif(not get_config().is_embedded, reason="the mailbox is the embedded profile's")
def test_mail_is_shown_to_this_machine_only(client: Client, settings: LazySettings) -> None:
    assert client.get("/dev/mail/").status_code == 200
    assert client.get("/dev/mail/", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/dev/mail/", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404


def test_mail_is_text_and_never_markup(folder: Path) -> None:
    (folder / "1.log").write_bytes(
        b"Subject: Hi\nTo: a@b.example\nDate: Mon, 23 Nov 2026 10:00:00 -0000\n\n<script>x</script> http://a.example/1\n"
        + b"-" * 79
        + b"\n"
    )
    (mail,) = read_mails(folder)
    assert "<script>" not in mail.body
    assert '<a href="http://a.example/1"' in mail.body

"""The pages of campaigns: what they show, what they ask before anybody is called, and the tables they take and give."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agents.models import Campaign, CampaignMember
from agents.services.phone import NumberSettings, add_phone_number
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.frontend.seed_campaigns import seed_campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def number_id(cast: Cast) -> UUID:
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", "carriers-auth-token-0123456789")
    return add_phone_number(tenant_id=cast.acme.tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)


@pytest.fixture
def campaigns(cast: Cast, number_id: UUID) -> tuple[str, str]:
    running, draft = seed_campaigns(cast.acme.tenant_id, number_id)
    return f"/campaigns/{encode(Prefix.CAMPAIGN, running)}/", f"/campaigns/{encode(Prefix.CAMPAIGN, draft)}/"


def post(client: Client, url: str, **fields: object) -> str:
    client.get("/campaigns/")
    token = client.cookies["csrftoken"].value
    return client.post(url, {"csrfmiddlewaretoken": token, **fields}, follow=True).content.decode()


def test_one_that_runs_shows_how_far_it_is(alice_client: Client, campaigns: tuple[str, str]) -> None:
    running, _ = campaigns
    page = alice_client.get(running).content.decode()
    assert 'aria-label="Reached 2, Voicemail 1, Refused 1, Failed 1, Being called 1, Waiting 2"' in page
    assert 'data-live="calls"' in page, "it renews itself"
    some = alice_client.get(f"{running}?group=refused").content.decode()
    assert "Grace Hopper" in some
    assert "Ada Byron" not in some
    table = alice_client.get(f"{running}contacts.csv?group=refused").getvalue().decode()
    assert table.splitlines()[0].endswith("call,conversation,plan")
    assert len(table.splitlines()) == 2
    assert "'+4915799000004" in table, "no formula"
    assert "Paused: somebody paused it." in post(alice_client, f"{running}pause/")
    assert "End it" not in post(alice_client, f"{running}cancel/")


def test_before_anybody_is_called_it_says_how_many_and_who_not(
    cast: Cast, alice_client: Client, campaigns: tuple[str, str]
) -> None:
    _, draft = campaigns
    page = alice_client.get(draft).content.decode()
    assert "7 contacts will be called" in page
    assert "that they agreed to be called is not recorded" in page
    assert "Look again, and confirm that." in post(alice_client, f"{draft}start/", calls="8")
    assert "The campaign runs." in post(alice_client, f"{draft}start/", calls="7")
    with tenant_scope(cast.acme.tenant_id):
        assert CampaignMember.objects.get(reason="call_consent_missing").outcome == "refused"


def test_rows_of_a_table_come_in_or_are_shown_with_the_reason(alice_client: Client, campaigns: tuple[str, str]) -> None:
    _, draft = campaigns
    table = "phone,plan\n+4915799000000,Team\n+4915799000009,Team\n+4915799000001,\n"
    page = post(alice_client, f"{draft}add/", file=SimpleUploadedFile("may.csv", table.encode()))
    assert "0 contacts were added, 1 were there already, 2 rows were not taken." in page
    assert "There is no such contact." in page
    assert "A variable is missing: plan." in page
    page = post(alice_client, f"{draft}add/", file=SimpleUploadedFile("may.csv", "phone\nÄ".encode("latin-1")))
    assert "Save the table as CSV in UTF-8." in page


def test_a_draft_is_made_and_changed(cast: Cast, alice_client: Client, number_id: UUID) -> None:
    fields = {"name": "June", "number": encode(Prefix.PHONE_NUMBER, number_id), "opening": "Hello {{ first_name }}."}
    fields |= {"from": "09:00", "until": "12:00", "most_at_once": "2", "calls_per_minute": "10"}
    fields |= {f"{each}-times": "1" for each in ("busy", "no_answer", "voicemail", "failed")}
    fields |= {f"{each}-minutes": "30" for each in ("busy", "no_answer", "voicemail", "failed")}
    assert "at least one" in post(alice_client, "/campaigns/", **fields), "no day is chosen"
    assert "The draft is made." in post(
        alice_client, "/campaigns/", **fields, day=["6", "7"], starts_at="2026-12-01T09:00"
    )
    with tenant_scope(cast.acme.tenant_id):
        campaign = Campaign.objects.get()
    assert campaign.windows == [{"days": [6, 7], "from": "09:00", "until": "12:00"}]
    url = f"/campaigns/{encode(Prefix.CAMPAIGN, campaign.id)}/"
    assert "Write variables like" in post(alice_client, f"{url}change/", **fields | {"opening": "Hi {x}"}, day="6")
    assert "Saved." in post(alice_client, f"{url}change/", **fields | {"opening": "Hi {{ name }}"}, day="6")


def test_an_analyst_reads_and_starts_nothing(bob_client: Client, campaigns: tuple[str, str]) -> None:
    running, draft = campaigns
    page = bob_client.get(draft).content.decode()
    assert "7 contacts will be called" not in page
    assert bob_client.post(f"{running}pause/").status_code == 403

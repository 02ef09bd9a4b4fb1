"""What is wrong stands beside its field, is tied to it for screen readers, and is said once."""

import re

import pytest
from django.test import Client

from rapport.ids import Prefix, encode
from tests.cast import Cast
from tests.frontend.seed import Seeded

GOOD_SETTINGS = {"name": "Acme", "slug": "acme", "locale": "en", "time_zone": "UTC"}
WRONG = [
    ("/settings/", GOOD_SETTINGS | {"slug": "Not a slug!"}, "company-slug"),
    ("/settings/", GOOD_SETTINGS | {"name": " "}, "company-name"),
    ("/settings/", GOOD_SETTINGS | {"traces_days": "0"}, "keep-traces_days"),
    ("/settings/delete/", {"typed_name": "Acne"}, "typed-name"),
    ("/settings/sign-in/domains/", {"domain": "localhost"}, "new-domain"),
    ("/keys/", {"name": "", "scopes": "agents:read"}, "key-name"),
    ("/keys/", {"name": "Shop"}, "key-scopes"),
    ("/members/", {"email": "bob@acme.example", "role": "analyst"}, "invite-email"),
    ("/webhooks/", {"url": "http://hooks.example.com", "event_types": "*"}, "webhook-url"),
    ("/webhooks/", {"url": "https://hooks.example.com"}, "webhook-types"),
]


def fault_of(client: Client, path: str, data: dict[str, str], field: str) -> str:
    """The sentence beside the field; it is the page's only one."""
    client.get("/settings/")
    token = client.cookies["csrftoken"].value
    page = client.post(path, data | {"csrfmiddlewaretoken": token}, follow=True).content.decode()
    assert f'aria-describedby="{field}-error"' in page
    assert "notice--bad" not in page
    found = re.findall(rf'class="field__error" id="{field}-error">([^<]+)<', page)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def alice(cast: Cast, alice_client: Client) -> Client:
    from tests.pictures.stage import session_of

    alice_client.cookies["sessionid"] = session_of(cast.alice.email)  # she signed in just now
    return alice_client


@pytest.mark.parametrize(("path", "data", "field"), WRONG)
def test_what_is_wrong_stands_beside_its_field(alice: Client, path: str, data: dict[str, str], field: str) -> None:
    assert "&amp;#" not in fault_of(alice, path, data, field), "escaped twice"


def test_also_of_visitors_and_contacts(cast: Cast, seeded: Seeded, alice: Client) -> None:
    visitors = f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/visitors/"
    assert "whole number" in fault_of(alice, visitors, {"tokens": "many", "cents": ""}, "tokens")
    contact = f"/contacts/{encode(Prefix.CONTACT, seeded.contact_id)}/merge/"
    assert "Nobody" in fault_of(alice, contact, {"into": "nobody@customer.example"}, "merge-into")


def test_days_that_are_none_are_said_beside_the_field(alice: Client) -> None:
    page = alice.get("/audit/?since=soon").content.decode()
    assert 'id="audit-since-error">' in page
    assert "notice--bad" not in page

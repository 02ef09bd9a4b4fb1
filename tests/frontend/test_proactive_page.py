"""The page of proactive messages: what is kept, what is refused and where it says so, who may, and the preview."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.proactive import MAX_RULES
from tenants.selectors import list_widget_keys
from tests.cast import Cast

FIELDS = ("text", "url", "seconds", "scroll", "event", "id")


def address(cast: Cast) -> str:
    return f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/messages/"


def form(*rules: dict[str, str], hours: str = "24") -> dict[str, Any]:
    """As a browser sends it, the empty row at the end included."""
    rows = [*rules, {}]
    return {"hours": hours, **{name: [row.get(name, "") for row in rows] for name in FIELDS}}


@pytest.fixture
def client(alice_client: Client) -> Client:
    alice_client.handler.enforce_csrf_checks = False
    return alice_client


def rules(cast: Cast) -> Any:
    return list_widget_keys(cast.acme.tenant_id)[0].proactive.rules


def test_rules_are_kept_and_one_that_is_written_anew_stays_the_same_for_visitors(cast: Cast, client: Client) -> None:
    sent = form({"text": " Help? ", "url": "/pricing*", "seconds": "20", "scroll": "", "event": ""}, {"text": "Two"})
    assert client.post(address(cast), sent).status_code == 302
    first, second = rules(cast)
    assert (first.text, first.url, first.seconds, first.scroll, first.event) == ("Help?", "/pricing*", 20, 0, "")
    assert first.id != second.id
    client.post(address(cast), form({"text": "Need help?", "id": first.id}, {"text": "Stolen", "id": "x" * 32}))
    assert rules(cast)[0].id == first.id
    assert rules(cast)[1].id not in {"x" * 32, second.id}
    page = client.get(address(cast)).content.decode()
    assert "Need help?" in page
    client.post(address(cast), form())
    assert rules(cast) == ()
    with tenant_scope(cast.acme.tenant_id):
        told = AuditEntry.objects.filter(action="widget_key.proactive_changed").earliest("id")
    assert told.after == {"hours": 24, "messages": ["Help?", "Two"]}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"text": "", "url": "/a"}, "Write what is said"),
        ({"text": "a" * 241}, "Write what is said"),
        ({"text": "a\x00b"}, "Write what is said"),
        ({"text": "a", "url": "javascript:alert(1)"}, "Write a path such as"),
        ({"text": "a", "url": "/" + "*a" * 11}, "10 stars"),
        ({"text": "a", "seconds": "soon"}, "Write a whole number"),
        ({"text": "a", "scroll": "101"}, "percentage"),
        ({"text": "a", "event": "e" * 81}, "at most 80"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    cast: Cast, client: Client, rule: dict[str, str], said: str
) -> None:
    answer = client.post(address(cast), form({"text": "Fine"}, rule))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert 'aria-invalid="true"' in page
    assert '-2-error"' in page
    assert rules(cast) == ()


def test_there_is_an_end_to_the_rules(cast: Cast, client: Client) -> None:
    answer = client.post(address(cast), form(*[{"text": "a"}] * (MAX_RULES + 1)))
    assert answer.status_code == 400
    assert f"At most {MAX_RULES}" in answer.content.decode()


def test_an_analyst_looks_and_strangers_see_nothing(cast: Cast, bob_client: Client, charlie_client: Client) -> None:
    for each, status in ((bob_client, 200), (charlie_client, 404)):
        each.handler.enforce_csrf_checks = False
        assert each.get(address(cast)).status_code == status
    assert bob_client.post(address(cast), form({"text": "a"})).status_code == 403
    assert charlie_client.post(address(cast), form({"text": "a"})).status_code == 404
    assert rules(cast) == ()


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_the_preview_is_drawn_while_one_writes(
    cast: Cast, alice_client: Client, browser: Browser, live_server: Any
) -> None:
    context = browser.new_context(base_url=live_server.url)
    session = alice_client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(address(cast))
    page.get_by_label("What it says").fill("A <i>question</i>?")
    expect(page.locator("#preview aside p")).to_have_text("A <i>question</i>?")
    page.get_by_label("On which pages").fill("/boots/*")
    page.get_by_label("Try an address").fill("https://shop.example/boots/red")
    expect(page.locator("#belongs")).to_have_text("Belongs there: message 1.")
    page.get_by_label("Try an address").fill("https://shop.example/hats")
    expect(page.locator("#belongs")).to_have_text("No message belongs there.")
    context.close()

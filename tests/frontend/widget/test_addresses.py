"""`/widget.js` and `/w/<key>/`: who may load and frame what."""

import json
import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.embeds import read_embed
from tenants.models import User
from tenants.proactive import ProactiveMessages, ProactiveRule, set_proactive_messages
from tenants.selectors import WidgetKeyView, list_widget_keys
from tenants.services import create_tenant, create_widget_key, revoke_widget_key
from tests.cast import Cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example"


@pytest.fixture
def key() -> WidgetKeyView:
    owner = User.objects.create_user("owner@acme.example", "correct horse battery")
    tenant_id = create_tenant(name="Acme", owner_id=owner.id)
    create_widget_key(
        tenant_id=tenant_id, agent_id=new_id(), allowed_origins=[SHOP, "http://b.example:81"], actor=SYSTEM
    )
    return list_widget_keys(tenant_id)[0]


def open_frame(client: Client, key: str, referer: str | None) -> "Response":
    headers = {} if referer is None else {"Referer": referer}
    return client.get(f"/w/{key}/", headers=headers)


def ancestors(response: "Response") -> str:
    found = re.search(r"frame-ancestors ([^;]*)", response["Content-Security-Policy"])
    assert found
    return found[1]


def test_the_loader_is_one_small_script_for_any_page(client: Client) -> None:
    response = client.get("/widget.js")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert re.findall(r"\bimport\b[ ({\"'][^)]*", response.content.decode()) == ["import(`${d}teaser.js`"], (
        "One, if any."
    )


def test_a_loader_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    etag = client.get("/widget.js")["ETag"]
    assert client.get("/widget.js", headers={"If-None-Match": etag}).status_code == 304


def test_an_allowed_page_gets_the_chat_and_only_allowed_pages_may_frame_it(client: Client, key: WidgetKeyView) -> None:
    response = open_frame(client, key.key, f"{SHOP}/boots?size=42")
    assert response.status_code == 200
    assert ancestors(response).split() == ["http://b.example:81", SHOP]
    assert "X-Frame-Options" not in response
    assert response["Cache-Control"] == "no-store"


def test_the_page_carries_the_checked_origin_signed_for_its_key(client: Client, key: WidgetKeyView) -> None:
    response = open_frame(client, key.key, f"{SHOP}/")
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', response.content.decode())
    assert found
    boot = json.loads(found[1])
    assert boot["host_origin"] == SHOP
    assert read_embed(boot["embed"], key=key.key) == SHOP
    assert boot["agent"] == {"name": "", "color": ""}, "This key's agent is none."


def test_the_page_names_whom_one_reaches_before_anybody_signs_in(client: Client, cast: Cast) -> None:
    response = open_frame(client, cast.acme.key, f"{cast.acme.origin}/")
    assert '"agent": {"name": "Acme assistant"' in response.content.decode()


def test_scripts_run_by_nonce_only_and_each_answer_has_its_own(client: Client, key: WidgetKeyView) -> None:
    responses = [open_frame(client, key.key, f"{SHOP}/") for _ in range(2)]
    nonces = [re.findall(r"'nonce-([^']+)'", response["Content-Security-Policy"])[0] for response in responses]
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0]}"' in responses[0].content.decode()
    assert "unsafe" not in responses[0]["Content-Security-Policy"]


@pytest.mark.parametrize(
    "referer",
    [
        None,
        "",
        "https://evil.example/",
        "https://shop.example.evil.example/",
        "http://shop.example/",
        "https://shop.example:8443/",
        "garbage",
    ],
)
def test_a_stranger_s_page_gets_a_sentence_and_no_embed(
    client: Client, key: WidgetKeyView, referer: str | None
) -> None:
    response = open_frame(client, key.key, referer)
    assert response.status_code == 403
    assert "embed" not in response.content.decode()
    assert "script-src 'none'" in response["Content-Security-Policy"]


def test_unknown_malformed_and_revoked_keys_are_told_alike(client: Client, key: WidgetKeyView) -> None:
    revoke_widget_key(tenant_id=key.tenant_id, key_id=key.id, actor=SYSTEM)
    answers = {open_frame(client, each, f"{SHOP}/").content for each in (key.key, "rp_pk_nothing", "x" * 300)}
    assert len(answers) == 1
    assert open_frame(client, key.key, f"{SHOP}/").status_code == 404


def test_the_addresses_only_read(client: Client, key: WidgetKeyView) -> None:
    assert client.post("/widget.js").status_code == 405
    assert client.post(f"/w/{key.key}/").status_code == 405


def say(key: WidgetKeyView, *rules: ProactiveRule) -> None:
    set_proactive_messages(tenant_id=key.tenant_id, key_id=key.id, wanted=ProactiveMessages(rules), actor=SYSTEM)


def test_rules_are_told_to_the_keys_own_pages_and_to_no_others(client: Client, key: WidgetKeyView) -> None:
    address, nothing = f"/w/{key.key}/teaser.js", "export default()=>{}"
    assert client.get(address, headers={"Origin": SHOP}).content.decode() == nothing, "There are none."
    say(key, ProactiveRule(text="Free </script> returns\u2028 👩\u200d🔧", url="/boots*"))
    told = client.get(address, headers={"Origin": SHOP})
    assert r"Free </script> returns\u2028 " in told.content.decode()
    assert told["Vary"].startswith("Origin")
    assert told["Access-Control-Allow-Origin"] == "*"
    assert told["Content-Type"].startswith("text/javascript")
    for headers in ({}, {"Origin": "https://thief.example"}, {"Origin": "null"}):
        assert client.get(address, headers=headers).content.decode() == nothing
    revoke_widget_key(tenant_id=key.tenant_id, key_id=key.id, actor=SYSTEM)
    assert client.get(address, headers={"Origin": SHOP}).content.decode() == nothing
    assert client.get("/w/rp_pk_nothing/teaser.js").content.decode() == nothing


def test_the_module_of_the_rules_is_kept_for_good_under_its_version(client: Client, key: WidgetKeyView) -> None:
    say(key, ProactiveRule(text="Hello"))
    told = client.get(f"/w/{key.key}/teaser.js", headers={"Origin": SHOP}).content.decode()
    found = re.search(r'from"\.\./(teaser-\w+\.js)"', told)
    assert found
    assert "immutable" in client.get(f"/w/{found[1]}")["Cache-Control"]
    assert client.get("/w/teaser-old.js")["Cache-Control"] == "public, max-age=300"

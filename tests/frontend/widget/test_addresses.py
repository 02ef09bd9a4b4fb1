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
    assert not re.search(r"\bimport\b[ ({\"']", response.content.decode())


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

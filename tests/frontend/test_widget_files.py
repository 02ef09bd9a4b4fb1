"""The company says which files its widget takes; its people see them with their messages, and nothing of them runs."""

import html

import pytest
from django.test import Client

from agents.attachments.keeping import attach_file
from agents.services import post_message
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, visitor_actor
from tenants.attachments import ALL_FILES, NO_FILES, AttachmentRules
from tenants.selectors import find_widget_key
from tests.cast import Cast, make_visitor

ODD = "a & b 'c'.txt"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def address(cast: Cast) -> str:
    return f"/widget/{encode(Prefix.WIDGET_KEY, cast.acme.key_id)}/files/"


@pytest.fixture(autouse=True)
def without_tokens(alice_client: Client, bob_client: Client) -> None:
    for client in (alice_client, bob_client):
        client.handler.enforce_csrf_checks = False


def test_it_is_off_until_an_owner_allows_it(cast: Cast, alice_client: Client, bob_client: Client) -> None:
    wanted = {"kinds": ["pdf", "png"], "megabytes": "2", "most": "4"}
    assert "files are taken" in alice_client.get(address(cast)).content.decode()
    frame = f"/w/{cast.acme.key}/"
    assert '"files": null' in Client().get(frame, headers={"Referer": cast.acme.origin}).content.decode()
    assert bob_client.post(address(cast), wanted).status_code == 403
    assert find_widget_key(cast.acme.key).attachments == NO_FILES
    assert alice_client.post(address(cast), wanted).status_code == 302
    assert find_widget_key(cast.acme.key).attachments == AttachmentRules(("png", "pdf"), 2, 4)
    shown = Client().get(frame, headers={"Referer": cast.acme.origin})
    assert '"kinds": ".png, .pdf", "megabytes": 2, "most": 4' in shown.content.decode()
    assert "img-src 'self' blob:;" in shown["Content-Security-Policy"]


@pytest.mark.parametrize("wrong", [{"megabytes": "11"}, {"megabytes": "x"}, {"most": "0"}, {"kinds": ["exe"]}])
def test_what_is_wrong_is_said_where_it_is_and_nothing_changes(
    cast: Cast, alice_client: Client, wrong: dict[str, object]
) -> None:
    answer = alice_client.post(address(cast), {"kinds": ["png"], "megabytes": "1", "most": "1", **wrong})
    assert answer.status_code == 400
    assert find_widget_key(cast.acme.key).attachments == NO_FILES


def test_colleagues_see_pictures_and_names_as_text(cast: Cast, alice_client: Client) -> None:
    visitor = make_visitor(cast.acme)
    ids = []
    for name, content in (("photo.png", PNG), (ODD, b"words")):
        kept = attach_file(
            tenant_id=cast.acme.tenant_id,
            conversation_id=visitor.conversation_id,
            name=name,
            content=content,
            rules=ALL_FILES,
            actor=SYSTEM,
        )
        ids.append(kept.id)
    post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="",
        attachments=ids,
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    picture, text = (f"/v1/attachments/{encode(Prefix.ATTACHMENT, each)}/content" for each in ids)
    for page in ("inbox", "conversations"):
        said = alice_client.get(f"/{page}/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/").content.decode()
        assert f'<img src="{picture}" alt="photo.png"' in said
        assert f'href="{text}" download="{html.escape(ODD)}"' in said
        assert f'<img src="{text}"' not in said
        assert '<div class="said__bubble said__bubble--plain">photo.png' not in said, "names are said once"

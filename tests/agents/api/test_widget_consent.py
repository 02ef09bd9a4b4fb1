"""Before a visitor has agreed to the widget's text nothing of them is made; then who agreed is kept, and to what."""

from typing import Any

import pytest
from django.test import Client

from agents.channels.chat.consent import list_consents
from ingestion.models import Contact
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, decode
from tenants.actors import SYSTEM
from tenants.consent import set_consent_text
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller, open_session
from tests.cast import Cast

TEXT = "We keep what you write for a year."


def _ask_for(cast: Cast, text: str, link: str = "https://acme.example/privacy") -> None:
    set_consent_text(tenant_id=cast.acme.tenant_id, key_id=cast.acme.key_id, text=text, link=link, actor=SYSTEM)


def _open(cast: Cast, consent: int, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"key": cast.acme.key, "consent": consent}
    return Caller(Client(), Origin=cast.acme.origin).post("/v1/widget/sessions", body, **headers)


def _count_contacts(cast: Cast) -> int:
    with tenant_scope(cast.acme.tenant_id):
        return Contact.objects.count()


def test_nobody_is_made_before_they_agree_and_the_words_are_kept(cast: Cast) -> None:
    earlier = open_session(cast.acme).json()
    _ask_for(cast, TEXT)
    before = _count_contacts(cast)
    for version in (0, 2):
        refused = _open(cast, version)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "consent_required")
    assert _count_contacts(cast) == before
    talk = Caller(Client(), Authorization=f"Bearer {earlier['token']}")
    assert talk.post("/v1/conversations", {}).status_code == 401, "A session from before holds no agreement."
    opened = _open(cast, 1, earlier["token"]).json()
    assert opened["contact_id"] == earlier["contact_id"], "Who agrees stays who they were."
    _open(cast, 1, opened["token"])
    contact_id = decode(Prefix.CONTACT, opened["contact_id"])
    [kept] = list_consents(tenant_id=cast.acme.tenant_id, contact_id=contact_id)
    assert (kept.version, kept.text, kept.link) == (1, TEXT, "https://acme.example/privacy")
    agreed = Caller(Client(), Authorization=f"Bearer {opened['token']}")
    assert agreed.post("/v1/conversations", {}).status_code == 201
    _ask_for(cast, "We keep what you write for two years.")
    assert agreed.post("/v1/conversations", {}).status_code == 401, "Other words are agreed to anew."
    assert _open(cast, 2, opened["token"]).status_code == 201
    assert [each.version for each in list_consents(tenant_id=cast.acme.tenant_id, contact_id=contact_id)] == [2, 1]
    _ask_for(cast, "")
    assert open_session(cast.acme).status_code == 201


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//acme.example", "acme.example/privacy", "https://a b.example"]
)
def test_a_link_is_a_whole_address(cast: Cast, link: str) -> None:
    with pytest.raises(InvalidRequest):
        _ask_for(cast, TEXT, link)

"""The page Visitors: a secret shown once, what is wrong with an identity, the rules; its samples are run."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from frontend.node import find_node
from frontend.pages.visitors import SAMPLES
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.identity_secrets import list_identity_secrets, replace_identity_secret
from tenants.identity_tokens import read_identity
from tenants.keys import IDENTITY, is_well_formed
from tenants.selectors import list_widget_keys
from tests.agents.api.test_visitor_identity import sign
from tests.cast import PASSWORD, Cast, sign_in

SECRET = re.compile(r"rp_id_[0-9A-Za-z]{49}")
CUSTOMER = {"id": 4711, "name": "Mara Lind", "email": "mara@example.com"}
DOCS = Path(__file__).resolve().parents[2] / "docs" / "widget.md"


def fresh(cast: Cast) -> Client:
    """Alice, who has just signed in by the form."""
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.email, "password": PASSWORD})
    return client


def address(cast: Cast, action: str = "") -> str:
    key = encode(Prefix.WIDGET_KEY, cast.acme.key_id)
    return f"/widget/{key}/identity/{action}/" if action else f"/widget/{key}/visitors/"


def test_a_secret_is_shown_once(cast: Cast) -> None:
    client = fresh(cast)
    answer = client.post(address(cast, "replace"))
    (secret,) = set(SECRET.findall(answer.content.decode()))
    assert is_well_formed(secret, IDENTITY)
    assert "no-store" in answer.headers["Cache-Control"]
    page = client.get(address(cast)).content.decode()
    assert not SECRET.search(page)
    assert f"rp_id_…{secret[-4:]}" in page
    (key,) = list_widget_keys(cast.acme.tenant_id)
    assert read_identity(sign(cast.acme, secret), key).external_id == "customer-4711"


def test_who_signed_in_long_ago_confirms_first_and_revokes_at_once(cast: Cast) -> None:
    made = replace_identity_secret(tenant_id=cast.acme.tenant_id, widget_key_id=cast.acme.key_id, actor=SYSTEM)
    client = sign_in(cast.alice)  # without a record of when
    client.handler.enforce_csrf_checks = False
    answer = client.post(address(cast, "replace"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=%2Fwidget%2Fwky_")
    client.post(address(cast, "revoke"), {"secret": made.kid})
    assert list_identity_secrets(tenant_id=cast.acme.tenant_id, widget_key_id=cast.acme.key_id) == []


def test_an_analyst_makes_no_secret_and_changes_no_rule(cast: Cast, bob_client: Client) -> None:
    bob_client.handler.enforce_csrf_checks = False
    assert bob_client.get(address(cast)).status_code == 200
    assert bob_client.post(address(cast, "replace")).status_code == 403
    assert bob_client.post(address(cast), {"tokens": "1"}).status_code == 403


def test_the_rules_are_kept(cast: Cast) -> None:
    client = fresh(cast)
    client.post(address(cast), {"identified_only": "on", "tokens": "12000", "cents": ""})
    (key,) = list_widget_keys(cast.acme.tenant_id)
    assert (key.requires_identity, key.visitor_day_tokens, key.visitor_day_micros) == (True, 12_000, None)
    assert not key.requires_proof
    client.post(address(cast), {"proof_of_work": "on", "tokens": "12000", "cents": ""})
    (key,) = list_widget_keys(cast.acme.tenant_id)
    assert (key.requires_identity, key.requires_proof) == (False, True)
    wrong = client.post(address(cast), {"tokens": "many", "cents": "5"})
    assert wrong.status_code == 400
    assert 'value="many"' in wrong.content.decode()


def test_a_pasted_identity_is_explained(cast: Cast) -> None:
    client, secret = fresh(cast), _secret(cast)
    right = client.post(address(cast, "check"), {"token": sign(cast.acme, secret, name="<b>Mara")})
    assert "It is right" in right.content.decode()
    assert "&lt;b&gt;Mara" in right.content.decode()
    for token, said in (
        (sign(cast.acme, secret, aud="rp_pk_else"), "aud is not this widget"),
        (sign(cast.acme, "x" * 40), "The signature is wrong"),
        ("<script>", "This is not a JWT"),
    ):
        answer = client.post(address(cast, "check"), {"token": token})
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert "<script>" not in re.sub(r"<script [^>]*>", "", answer.content.decode())


def _secret(cast: Cast) -> str:
    return replace_identity_secret(tenant_id=cast.acme.tenant_id, widget_key_id=cast.acme.key_id, actor=SYSTEM).secret


@pytest.mark.parametrize("language", ["py", "js"])
def test_the_samples_sign_what_the_chat_takes(cast: Cast, tmp_path: Path, language: str) -> None:
    secret, text = _secret(cast), (SAMPLES / f"identity.{language}.txt").read_text().replace("rp_pk_…", cast.acme.key)
    environment = {"RAPPORT_IDENTITY_SECRET": secret, "PATH": "/usr/bin:/bin"}
    path = tmp_path / f"sample.{language}"
    if language == "py":
        path.write_text(f"{text}\nprint(identity_for({CUSTOMER!r}))\n")
        command = [sys.executable, str(path)]
    else:
        path.write_text(f"{text}\nconsole.log(identityFor({json.dumps(CUSTOMER)}));\n")
        command = [*find_node().node, str(path)]
    token = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
    (key,) = list_widget_keys(cast.acme.tenant_id)
    identity = read_identity(token, key)
    assert (identity.external_id, identity.name, identity.email) == ("4711", "Mara Lind", "mara@example.com")
    assert identity.is_email_verified


def test_the_docs_show_the_same_samples() -> None:
    docs = DOCS.read_text()
    for language in ("py", "js"):
        assert (SAMPLES / f"identity.{language}.txt").read_text() in docs


def test_another_companys_widget_is_not_there(cast: Cast, charlie_client: Client) -> None:
    charlie_client.handler.enforce_csrf_checks = False
    answers: list[Any] = [charlie_client.get(address(cast))]
    answers += [charlie_client.post(address(cast, action)) for action in ("replace", "revoke", "check")]
    assert {each.status_code for each in answers} == {404}

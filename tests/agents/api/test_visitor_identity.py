"""Who a visitor is, is known by the signature of the tenant's server and by nothing else."""

import base64
import json
import time
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from agents.channels.chat.tokens import read_token
from agents.models import Conversation
from ingestion.contacts.selectors import get_contact
from ingestion.contacts.services import Identity, create_contact
from ingestion.models import Contact
from rapport.ids import Prefix, decode, encode
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.identity_secrets import (
    NewIdentitySecret,
    list_identity_secrets,
    replace_identity_secret,
    revoke_identity_secret,
)
from tenants.models import IdentitySecret, WidgetKey
from tenants.services import create_widget_key
from tests.agents.api.conftest import Caller
from tests.cast import Cast, Company


def secret_of(company: Company) -> NewIdentitySecret:
    return replace_identity_secret(tenant_id=company.tenant_id, widget_key_id=company.key_id, actor=SYSTEM)


def claims_for(company: Company, /, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"aud": company.key, "sub": "customer-4711", "iat": now, "exp": now + 600, **changes}
    return {name: value for name, value in claims.items() if value is not None}


def sign(company: Company, secret: str, /, *, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    return jwt.encode(claims_for(company, **changes), secret, algorithm="HS256", headers=headers)


def open_session(company: Company, identity: str = "", *, token: str = "", key: str = "", carry: bool = False) -> Any:
    headers = {"Origin": company.origin} | ({"Authorization": f"Bearer {token}"} if token else {})
    body = {"key": key or company.key, "identity": identity, "carry_conversation": carry}
    return Caller(Client(), **headers).post("/v1/widget/sessions", body)


def contact_of(company: Company, answer: Any) -> UUID:
    assert answer.status_code == 201, answer.content
    contact_id = decode(Prefix.CONTACT, answer.json()["contact_id"])
    assert read_token(answer.json()["token"]).contact_id == contact_id
    return contact_id


def visitor(answer: Any) -> Caller:
    return Caller(Client(), Authorization=f"Bearer {answer.json()['token']}")


def say(caller: Caller, text: str) -> str:
    conversation: str = caller.post("/v1/conversations", {}).json()["id"]
    assert caller.post(f"/v1/conversations/{conversation}/messages", {"text": text}).status_code == 202
    return conversation


def test_the_same_sub_is_the_same_contact_in_every_browser(cast: Cast) -> None:
    secret = secret_of(cast.acme).secret
    said: dict[str, Any] = {"email": "Mara@Example.com", "name": "Mara Lind", "phone": "+491712345678"}
    first = open_session(cast.acme, sign(cast.acme, secret, **said))
    again = open_session(cast.acme, sign(cast.acme, secret))
    assert contact_of(cast.acme, first) == contact_of(cast.acme, again)
    assert first.json()["is_identified"] is True
    contact = get_contact(tenant_id=cast.acme.tenant_id, contact_id=contact_of(cast.acme, again))
    assert (contact.external_id, contact.email, contact.name) == ("customer-4711", "mara@example.com", "Mara Lind")
    assert not contact.is_anonymous
    other = open_session(cast.acme, sign(cast.acme, secret, sub="customer-4712"))
    assert contact_of(cast.acme, other) != contact.id


def test_the_widgets_id_is_an_audience_too(cast: Cast) -> None:
    identity = sign(cast.acme, secret_of(cast.acme).secret, aud=encode(Prefix.WIDGET_KEY, cast.acme.key_id))
    assert open_session(cast.acme, identity).status_code == 201


@pytest.mark.parametrize("is_proven", [True, False])
def test_a_known_address_names_the_contact_only_when_it_is_proven(cast: Cast, is_proven: bool) -> None:
    known_id, _ = create_contact(
        tenant_id=cast.acme.tenant_id, identity=Identity(email="mara@example.com"), actor=SYSTEM
    )
    identity = sign(cast.acme, secret_of(cast.acme).secret, email="mara@example.com", email_verified=is_proven)
    contact_id = contact_of(cast.acme, open_session(cast.acme, identity))
    assert (contact_id == known_id) is is_proven
    if not is_proven:
        assert get_contact(tenant_id=cast.acme.tenant_id, contact_id=contact_id).email == ""


def test_an_id_from_the_page_says_nothing(cast: Cast) -> None:
    secret = secret_of(cast.acme).secret
    known = contact_of(cast.acme, open_session(cast.acme, sign(cast.acme, secret)))
    body = {"key": cast.acme.key, "external_id": "customer-4711", "sub": "customer-4711", "contact_id": str(known)}
    answer = Caller(Client(), Origin=cast.acme.origin).post("/v1/widget/sessions", body)
    assert contact_of(cast.acme, answer) != known
    assert answer.json()["is_identified"] is False


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(company: Company, alg: str) -> str:
    return f"{_part({'alg': alg, 'typ': 'JWT'})}.{_part(claims_for(company))}."


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "HS512", "RS256", ""])
def test_no_other_algorithm_is_accepted(cast: Cast, alg: str) -> None:
    secret_of(cast.acme)
    _refused(cast, _unsigned(cast.acme, alg), "HS256")


def test_a_public_key_is_no_secret(cast: Cast) -> None:
    """RS256 confusion: signed with a private key, or HMACed with a public one."""
    secret_of(cast.acme)
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _refused(cast, jwt.encode(claims_for(cast.acme), private, algorithm="RS256"), "HS256")
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signing_input = f"{_part({'alg': 'HS256'})}.{_part(claims_for(cast.acme))}"
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signing_input.encode(), public)
    _refused(cast, f"{signing_input}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}", "signature")


class FromNow(int):
    """Seconds from when the test runs, which may be long after it was collected."""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aud": "rp_pk_other"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["rp_pk_other"]}, "aud"),
        ({"aud": {"key": 1}}, "aud"),
        ({"exp": FromNow(4000)}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 10**400}, "exp"),
        ({"iat": None}, "iat"),
        ({"iat": FromNow(900), "exp": FromNow(1800)}, "future"),
        ({"nbf": FromNow(500)}, "future"),
        ({"iat": FromNow(-100), "exp": FromNow(-200)}, "exp"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 4711}, "sub"),
        ({"sub": "x" * 201}, "sub"),
        ({"sub": {"$ne": ""}}, "sub"),
        ({"sub": "a\x00b"}, "sub"),
        ({"sub": "\ud800"}, "sub"),
        ({"sub": "member:1"}, "member"),
        ({"email": "no address"}, "email"),
        ({"email": ["a@b.example"]}, "email"),
        ({"name": {"first": "Mara"}}, "name"),
        ({"phone": "12"}, "phone"),
        ({"traits": {"a": {"b": 1}}}, "traits"),
        ({"traits": {"a": [1]}}, "traits"),
        ({"traits": {str(number): 1 for number in range(31)}}, "traits"),
        ({"company": {"name": "x" * 501}}, "company"),
    ],
)
def test_wrong_claims_are_refused_with_what_is_wrong(cast: Cast, changes: dict[str, Any], said: str) -> None:
    secret, now = secret_of(cast.acme).secret, int(time.time())
    claims = {name: now + each if isinstance(each, FromNow) else each for name, each in changes.items()}
    payload = json.dumps(claims_for(cast.acme, **claims)).encode()
    _refused(cast, jwt.PyJWS().encode(payload, secret, algorithm="HS256"), said)


@pytest.mark.parametrize(
    "payload", [b"[]", b"1", b"{", b"\xff", b'{"exp": NaN}', b'{"a":' * 1500 + b"1" + b"}" * 1500, b"9" * 5000]
)
def test_strange_json_is_refused(cast: Cast, payload: bytes) -> None:
    _refused(cast, jwt.PyJWS().encode(payload, secret_of(cast.acme).secret, algorithm="HS256"), "identity")


@pytest.mark.parametrize("text", ["x", "a.b", "a.b.c", "....", "é.é.é", "eyJhbGciOiJIUzI1NiJ9..", _part([1]) + ".a.b"])
def test_what_is_no_jwt_is_refused(cast: Cast, text: str) -> None:
    secret_of(cast.acme)
    _refused(cast, text, "")


def test_huge_claims_are_refused(cast: Cast) -> None:
    secret = secret_of(cast.acme).secret
    _refused(cast, sign(cast.acme, secret, blob="x" * 5_000_0), "")
    _refused(cast, sign(cast.acme, secret, name="x" * 3000), "name")


def test_an_expired_identity_says_so_by_its_code(cast: Cast) -> None:
    now = int(time.time())
    answer = open_session(cast.acme, sign(cast.acme, secret_of(cast.acme).secret, iat=now - 600, exp=now - 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "identity_expired")


def test_another_companys_and_another_widgets_secret_prove_nothing(cast: Cast) -> None:
    secret_of(cast.acme)
    _refused(cast, sign(cast.acme, secret_of(cast.other).secret), "signature")
    second = _second_widget(cast)
    _refused(cast, sign(cast.acme, secret_of(second).secret), "signature")
    theirs = sign(second, secret_of(second).secret)
    assert open_session(second, theirs).status_code == 201
    _refused(cast, theirs, "signature")


def test_a_widget_without_a_secret_says_where_to_make_one(cast: Cast) -> None:
    _refused(cast, sign(cast.acme, "x" * 40), "Make one")


def _second_widget(cast: Cast) -> Company:
    ids = {"tenant_id": cast.acme.tenant_id, "agent_id": cast.acme.agent_id}
    key_id = create_widget_key(**ids, allowed_origins=[cast.acme.origin], actor=SYSTEM)
    key = WidgetKey.objects.get(id=key_id).key
    return Company(cast.acme.tenant_id, cast.acme.agent_id, key, key_id, cast.acme.origin)


def _refused(cast: Cast, identity: str, said: str) -> None:
    with tenant_scope(cast.acme.tenant_id):
        before = Contact.objects.count()
    answer = open_session(cast.acme, identity)
    assert answer.status_code == 400, answer.content
    error = answer.json()["error"]
    assert error["code"] in {"identity_invalid", "invalid_identity", "invalid_request"}
    assert said in f"{error['message']} {error['param']}"
    with tenant_scope(cast.acme.tenant_id):
        assert Contact.objects.count() == before


# Sessions


def test_a_session_lasts_as_long_as_its_identity(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = open_session(cast.acme, sign(cast.acme, secret_of(cast.acme).secret))
    caller = visitor(answer)
    conversation = say(caller, "Hello")
    assert caller.get(f"/v1/conversations/{conversation}").status_code == 200
    later = time.time() + 601
    monkeypatch.setattr("agents.channels.chat.tokens.time.time", lambda: later)
    assert caller.get(f"/v1/conversations/{conversation}").status_code == 401


def test_an_identified_session_is_not_renewed_by_itself(cast: Cast) -> None:
    token = open_session(cast.acme, sign(cast.acme, secret_of(cast.acme).secret)).json()["token"]
    answer = open_session(cast.acme, token=token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "identity_required")


def test_who_signs_out_is_somebody_new(cast: Cast) -> None:
    known = open_session(cast.acme, sign(cast.acme, secret_of(cast.acme).secret))
    conversation = say(visitor(known), "My order is A-1")
    after = open_session(cast.acme)
    assert contact_of(cast.acme, after) != contact_of(cast.acme, known)
    assert after.json()["conversation_id"] is None
    assert visitor(after).get(f"/v1/conversations/{conversation}").status_code == 404


def test_a_sessions_token_is_no_token_of_another_widget(cast: Cast) -> None:
    anonymous = open_session(cast.acme)
    elsewhere = open_session(_second_widget(cast), token=anonymous.json()["token"])
    assert contact_of(cast.acme, elsewhere) != contact_of(cast.acme, anonymous)


def test_an_anonymous_conversation_stays_apart_unless_the_page_asks(cast: Cast) -> None:
    secret, anonymous = secret_of(cast.acme).secret, open_session(cast.acme)
    conversation = say(visitor(anonymous), "Hello")
    token = anonymous.json()["token"]
    identified = open_session(cast.acme, sign(cast.acme, secret), token=token)
    assert contact_of(cast.acme, identified) != contact_of(cast.acme, anonymous)
    assert identified.json()["conversation_id"] is None
    assert visitor(identified).get(f"/v1/conversations/{conversation}").status_code == 404
    carried = open_session(cast.acme, sign(cast.acme, secret), token=token, carry=True)
    assert carried.json()["conversation_id"] == conversation
    assert visitor(carried).get(f"/v1/conversations/{conversation}").status_code == 200
    assert visitor(anonymous).get(f"/v1/conversations/{conversation}").status_code == 404


def test_an_old_conversation_and_another_customers_are_not_carried_over(cast: Cast) -> None:
    secret, anonymous = secret_of(cast.acme).secret, open_session(cast.acme)
    say(visitor(anonymous), "Hello")
    with tenant_scope(cast.acme.tenant_id):
        Conversation.objects.update(last_message_at="2026-01-01T00:00:00Z")
    token = anonymous.json()["token"]
    assert open_session(cast.acme, sign(cast.acme, secret), token=token, carry=True).json()["conversation_id"] is None
    mara = open_session(cast.acme, sign(cast.acme, secret))
    say(visitor(mara), "I am Mara")
    other = sign(cast.acme, secret, sub="somebody-else")
    assert open_session(cast.acme, other, token=mara.json()["token"], carry=True).json()["conversation_id"] is None


def test_a_widget_for_identified_visitors_only(cast: Cast) -> None:
    secret, anonymous = secret_of(cast.acme).secret, open_session(cast.acme)
    conversation = say(visitor(anonymous), "Hello")
    WidgetKey.objects.filter(id=cast.acme.key_id).update(requires_identity=True)
    refused = open_session(cast.acme)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "identity_required")
    assert visitor(anonymous).get(f"/v1/conversations/{conversation}").status_code == 401
    assert open_session(cast.acme, sign(cast.acme, secret)).status_code == 201


# Secrets


def test_two_secrets_are_accepted_while_a_server_changes_over(cast: Cast) -> None:
    first, second = secret_of(cast.acme), secret_of(cast.acme)
    for each in (first, second):
        for headers in ({"kid": each.kid}, None):
            assert open_session(cast.acme, sign(cast.acme, each.secret, headers=headers)).status_code == 201
    _refused(cast, sign(cast.acme, first.secret, headers={"kid": second.kid}), "signature")
    _refused(cast, sign(cast.acme, first.secret, headers={"kid": "ids_unknown"}), "kid")
    third = secret_of(cast.acme)
    assert [each.kid for each in _secrets(cast)] == [third.kid, second.kid]
    _refused(cast, sign(cast.acme, first.secret), "signature")


def test_a_revoked_secret_ends_its_sessions_at_once(cast: Cast) -> None:
    secret = secret_of(cast.acme)
    caller = visitor(open_session(cast.acme, sign(cast.acme, secret.secret)))
    conversation = say(caller, "Hello")
    revoke_identity_secret(tenant_id=cast.acme.tenant_id, secret_id=secret.id, actor=SYSTEM)
    assert caller.get(f"/v1/conversations/{conversation}").status_code == 401
    _refused(cast, sign(cast.acme, secret.secret), "Make one")


def test_a_secret_is_encrypted_at_rest(cast: Cast) -> None:
    secret = secret_of(cast.acme).secret
    with tenant_scope(cast.acme.tenant_id):
        assert secret not in IdentitySecret.objects.get().secret
    with tenant_scope(cast.other.tenant_id):
        assert not IdentitySecret.objects.exists()


def _secrets(cast: Cast) -> list[Any]:
    return list(list_identity_secrets(tenant_id=cast.acme.tenant_id, widget_key_id=cast.acme.key_id))

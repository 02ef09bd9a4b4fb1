"""Keys and people by API: nobody hands on more than they have, and what leaked takes with it what it made."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from rapport.ids import Prefix, decode, encode
from tenants.actors import SYSTEM, user_actor
from tenants.api_keys import (
    create_api_key,
    list_api_keys,
    revoke_api_key,
    revoke_leaked_key,
    rotate_api_key,
)
from tenants.context import tenant_scope
from tenants.members import list_invitations
from tenants.models import AuditEntry, Membership, User
from tenants.permissions import SCOPES
from tests.agents.api.conftest import Caller
from tests.cast import Cast, make_user, sign_in
from tests.leaks.callers import signed_in as fresh

pytestmark = pytest.mark.django_db
NEW = {"name": "Child", "scopes": ["agents.read"]}


def caller_of(secret: str) -> Caller:
    return Caller(Client(), Authorization=f"Bearer {secret}")


def key_of(cast: Cast, user: User, *scopes: str, **options: Any) -> Caller:
    made = create_api_key(
        tenant_id=cast.acme.tenant_id,
        name="Parent",
        scopes=scopes or [str(each) for each in SCOPES],
        actor=user_actor(user.id),
        **options,
    )
    return caller_of(made.secret)


def alive(secret: str) -> bool:
    status: int = caller_of(secret).get("/v1/me").status_code
    return status == 200


def member(cast: Cast, role: str) -> User:
    user = make_user(f"{role}@acme.example")
    Membership.objects.create(tenant_id=cast.acme.tenant_id, user=user, role=role)
    return user


def test_a_key_makes_a_key_that_is_shown_once(cast: Cast) -> None:
    parent = key_of(cast, cast.alice)
    first = parent.post("/v1/keys", NEW, **{"Idempotency-Key": "one"})
    again = parent.post("/v1/keys", NEW, **{"Idempotency-Key": "one"})
    assert (first.status_code, first["Cache-Control"]) == (201, "no-store")
    assert caller_of(first.json()["secret"]).get("/v1/agents").status_code == 200
    assert (again.json()["id"], again.json()["secret"]) == (first.json()["id"], None)
    assert len(list_api_keys(cast.acme.tenant_id)) == 2
    assert first.json()["made_by_key"] == parent.get("/v1/me").json()["id"]
    with tenant_scope(cast.acme.tenant_id):
        entry = AuditEntry.objects.filter(action="api_key.created").latest("id")
        assert entry.actor.startswith("key:key_")
        assert first.json()["secret"] not in str([entry.details, entry.before, entry.after])
    assert parent.post("/v1/keys", {**NEW, "name": "Other"}, **{"Idempotency-Key": "one"}).status_code == 422


@pytest.mark.parametrize("method", ["post", "delete"])
def test_it_needs_the_scope(cast: Cast, method: str) -> None:
    reader = key_of(cast, cast.alice, "keys.read", "agents.read")
    path = "/v1/keys" if method == "post" else f"/v1/keys/{reader.get('/v1/me').json()['id']}"
    answer = getattr(reader, method)(path, *([NEW] if method == "post" else []))
    assert (answer.status_code, "lacks the scope keys.write" in answer.json()["error"]["message"]) == (403, True)


def test_no_key_hands_on_what_it_lacks(cast: Cast) -> None:
    parent = key_of(cast, cast.alice, "keys.write", "agents.read")
    answer = parent.post("/v1/keys", {"name": "x", "scopes": ["agents.read", "contacts.erase"]})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "scopes")
    assert "contacts.erase" in answer.json()["error"]["message"]
    for beyond in ("owners.write", "company.delete", "company.export", "settings.write", "sign_on.write", "nonsense"):
        assert parent.post("/v1/keys", {"name": "x", "scopes": [beyond]}).status_code == 400


def test_nor_what_its_person_lacks_by_now(cast: Cast) -> None:
    dev = member(cast, "developer")
    parent = key_of(cast, dev, "keys.write", "agents.write", "agents.read")
    Membership.objects.filter(user=dev).update(role="analyst")
    assert parent.post("/v1/keys", {"name": "x", "scopes": ["agents.write"]}).status_code == 400
    Membership.objects.filter(user=dev).delete()
    assert parent.post("/v1/keys", NEW).status_code == 400


def test_no_key_replaces_one_that_may_do_more(cast: Cast) -> None:
    """Else it would be given the other one's powers with its secret."""
    strong = create_api_key(
        tenant_id=cast.acme.tenant_id, name="Strong", scopes=["contacts.erase"], actor=user_actor(cast.alice.id)
    )
    weak = key_of(cast, cast.alice, "keys.write", "agents.read")
    answer = weak.post(f"/v1/keys/{encode(Prefix.API_KEY, strong.id)}/rotate", {})
    assert (answer.status_code, "secret" in answer.json()) == (400, False)


def test_a_member_replaces_no_key_beyond_their_role(cast: Cast) -> None:
    strong = create_api_key(
        tenant_id=cast.acme.tenant_id, name="Strong", scopes=["contacts.erase"], actor=user_actor(cast.alice.id)
    )
    client = fresh(member(cast, "developer"))
    page = client.post(f"/keys/{encode(Prefix.API_KEY, strong.id)}/rotate/", headers=CSRF)
    assert page.status_code == 400
    assert [each.state for each in list_api_keys(cast.acme.tenant_id)] == ["live"]


def test_it_replaces_itself_with_grace(cast: Cast) -> None:
    made = create_api_key(
        tenant_id=cast.acme.tenant_id, name="Self", scopes=["keys.write"], actor=user_actor(cast.alice.id)
    )
    own = caller_of(made.secret)
    answer = own.post(f"/v1/keys/{encode(Prefix.API_KEY, made.id)}/rotate", {"grace_hours": 1})
    assert answer.status_code == 200
    assert alive(answer.json()["secret"])
    assert alive(made.secret)
    old = next(each for each in list_api_keys(cast.acme.tenant_id) if each.id == made.id)
    assert old.expires_at
    assert old.expires_at <= timezone.now() + timedelta(hours=1)
    for wrong in ("nan", -1, 1e9, 169):
        refused = own.post(f"/v1/keys/{encode(Prefix.API_KEY, made.id)}/rotate", {"grace_hours": wrong})
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "grace_hours")


def test_what_it_makes_is_over_with_it_and_for_tests_like_it(cast: Cast) -> None:
    soon = timezone.now() + timedelta(hours=2)
    parent = key_of(cast, cast.alice, is_test=True, expires_at=soon)
    assert parent.post("/v1/keys", NEW).json()["error"]["param"] == "is_test"
    later = (timezone.now() + timedelta(days=9)).isoformat()
    made = parent.post("/v1/keys", {**NEW, "is_test": True, "expires_at": later}).json()
    found = {each.name: each for each in list_api_keys(cast.acme.tenant_id)}
    assert found["Child"].expires_at == soon
    assert made["secret"].startswith("rp_sk_test_")


@pytest.mark.parametrize("how", ["revoked", "leaked"])
def test_what_it_made_goes_with_it(cast: Cast, how: str) -> None:
    tenant_id = cast.acme.tenant_id
    made = create_api_key(tenant_id=tenant_id, name="Parent", scopes=SCOPES, actor=user_actor(cast.alice.id))
    child = caller_of(made.secret).post("/v1/keys", {"name": "c", "scopes": ["keys.write", "agents.read"]}).json()
    successor = rotate_api_key(tenant_id=tenant_id, key_id=made.id, actor=user_actor(cast.alice.id))
    grandchild = caller_of(child["secret"]).post("/v1/keys", NEW).json()
    renewed = rotate_api_key(tenant_id=tenant_id, key_id=decode(Prefix.API_KEY, child["id"]), actor=SYSTEM)
    other = create_api_key(tenant_id=tenant_id, name="Other", scopes=["agents.read"], actor=SYSTEM)
    if how == "revoked":
        revoke_api_key(tenant_id=tenant_id, key_id=successor.id, actor=user_actor(cast.alice.id))
    else:
        revoke_leaked_key(successor.secret, where="https://example.com/paste")
    assert not any(map(alive, (successor.secret, child["secret"], grandchild["secret"], renewed.secret)))
    assert alive(other.secret)
    assert alive(made.secret), "in its grace, and nobody said that it leaked"


def test_a_key_is_revoked_by_api(cast: Cast) -> None:
    parent = key_of(cast, cast.alice)
    made = parent.post("/v1/keys", NEW).json()
    assert parent.delete(f"/v1/keys/{made['id']}").status_code == 204
    assert not alive(made["secret"])
    assert parent.delete(f"/v1/keys/{encode(Prefix.API_KEY, cast.acme.tenant_id)}").status_code == 404


CSRF = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}


def test_a_session_that_is_not_fresh_makes_no_key(cast: Cast) -> None:
    old = sign_in(cast.alice)
    old.cookies["csrftoken"] = "a" * 32
    for path, body in (("/v1/keys", NEW), ("/v1/invitations", {"email": "x@y.example", "role": "analyst"})):
        answer = old.post(path, body, content_type="application/json", headers=CSRF)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "confirm_first")
    assert fresh(cast.alice).post("/v1/keys", NEW, content_type="application/json", headers=CSRF).status_code == 201
    assert [each.created_by for each in list_api_keys(cast.acme.tenant_id)] == [cast.alice.email]


def test_a_key_invites_as_its_person_could(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    by_admin = key_of(cast, member(cast, "admin"), "members.write", "members.read")
    with django_capture_on_commit_callbacks(execute=True):
        answer = by_admin.post("/v1/invitations", {"email": "New@Acme.example", "role": "analyst"})
    assert answer.status_code == 201
    assert answer.json()["email"] == "new@acme.example"
    assert mail.outbox[-1].to == ["new@acme.example"]
    assert [each["id"] for each in by_admin.get("/v1/invitations").json()["data"]] == [answer.json()["id"]]
    with tenant_scope(cast.acme.tenant_id):
        assert AuditEntry.objects.get(action="invitation.created").actor.startswith("key:")
    assert by_admin.delete(f"/v1/invitations/{answer.json()['id']}").status_code == 204
    assert list_invitations(cast.acme.tenant_id) == []


def test_no_key_makes_owners_or_touches_them(cast: Cast) -> None:
    by_owner = key_of(cast, cast.alice, "members.write", "members.read")
    alice, bob = (encode(Prefix.USER, each.id) for each in (cast.alice, cast.bob))
    answers = [
        by_owner.post("/v1/invitations", {"email": "boss@acme.example", "role": "owner"}),
        by_owner.patch(f"/v1/members/{bob}", {"role": "owner"}),
        by_owner.patch(f"/v1/members/{alice}", {"role": "analyst"}),
        by_owner.delete(f"/v1/members/{alice}"),
    ]
    assert [each.status_code for each in answers] == [403, 403, 403, 403]
    roles = dict(Membership.objects.filter(tenant_id=cast.acme.tenant_id).values_list("user_id", "role"))
    assert (roles[cast.alice.id], roles[cast.bob.id]) == ("owner", "analyst")


def test_a_key_changes_and_removes_others(cast: Cast) -> None:
    by_owner = key_of(cast, cast.alice, "members.write", "members.read")
    bob = encode(Prefix.USER, cast.bob.id)
    assert by_owner.patch(f"/v1/members/{bob}", {"role": "developer"}).json()["role"] == "developer"
    assert by_owner.patch(f"/v1/members/{bob}", {"role": "king"}).json()["error"]["param"] == "role"
    assert by_owner.get(f"/v1/members/{bob}").json()["email"] == cast.bob.email
    assert by_owner.delete(f"/v1/members/{bob}").status_code == 204
    assert by_owner.get(f"/v1/members/{bob}").status_code == 404


def test_a_key_whose_person_is_gone_does_nothing_with_people(cast: Cast) -> None:
    admin = member(cast, "admin")
    key = key_of(cast, admin, "members.write", "members.read")
    Membership.objects.filter(user=admin).delete()
    bob = encode(Prefix.USER, cast.bob.id)
    for answer in (
        key.post("/v1/invitations", {"email": "x@y.example", "role": "analyst"}),
        key.patch(f"/v1/members/{bob}", {"role": "billing"}),
        key.delete(f"/v1/members/{bob}"),
    ):
        assert (answer.status_code, "no member any more" in answer.json()["error"]["message"]) == (403, True)


def test_a_demoted_person_s_key_is_demoted_too(cast: Cast) -> None:
    admin = member(cast, "admin")
    key = key_of(cast, admin, "members.write", "members.read")
    Membership.objects.filter(user=admin).update(role="developer")
    bob = encode(Prefix.USER, cast.bob.id)
    assert key.patch(f"/v1/members/{bob}", {"role": "billing"}).status_code == 403
    assert key.delete(f"/v1/members/{bob}").status_code == 403

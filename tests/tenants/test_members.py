"""Invitations are for one address, once, for seven days; roles are given by those who may; an owner always stays."""

import re
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from rapport.config import get_config
from rapport.errors import PermissionDenied, RapportError
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.errors import InvalidMember, InvitationNotFound, LastOwner, MemberNotFound
from tenants.members import (
    MOST_OPEN,
    accept_invitation,
    change_role,
    find_invitation,
    invitations_to,
    invite_member,
    list_invitations,
    remove_member,
    withdraw_invitation,
)
from tenants.models import AuditEntry, Invitation, Membership, Role, Tenant
from tenants.permissions import Permission, is_granted, roles_for
from tenants.selectors import list_members
from tests.cast import Cast, assemble, make_user

pytestmark = pytest.mark.django_db
DORA = "dora@acme.example"


def invite(cast: Cast, email: str = DORA, role: str = "developer", inviter_role: str = "owner") -> UUID:
    return invite_member(
        tenant_id=cast.acme.tenant_id, email=email, role=role, inviter_id=cast.alice.id, inviter_role=inviter_role
    )


def roles(cast: Cast) -> dict[str, str]:
    return {each.email: each.role for each in list_members(cast.acme.tenant_id)}


def set_role(cast: Cast, user_id: UUID, role: str, actor_role: str = "owner") -> None:
    actor = user_actor(cast.alice.id)
    change_role(tenant_id=cast.acme.tenant_id, user_id=user_id, role=role, actor=actor, actor_role=actor_role)


def remove(cast: Cast, user_id: UUID, by: UUID, actor_role: str) -> None:
    remove_member(tenant_id=cast.acme.tenant_id, user_id=user_id, actor=user_actor(by), actor_role=actor_role)


def test_an_invitation_is_mailed_found_by_its_link_and_accepted_once(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invitation_id = invite(cast, " Dora@ACME.example ")
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([DORA], "Acme invites you to Rapport")
    assert "Alice invites you to join Acme on Rapport, as developer" in message.body
    found = re.search(r"/invitations/([^/]+)/", str(message.body))
    assert found
    assert found[1] not in str(Invitation.objects.values())
    seen = find_invitation(found[1])
    assert (seen.id, seen.company, seen.role) == (invitation_id, "Acme", "developer")
    dora = make_user(DORA)
    accept_invitation(invitation_id=invitation_id, user_id=dora.id, emails=[DORA])
    assert roles(cast)[DORA] == "developer"
    with pytest.raises(InvitationNotFound):
        accept_invitation(invitation_id=invitation_id, user_id=dora.id, emails=[DORA])
    with pytest.raises(InvitationNotFound):
        find_invitation(found[1])


def test_it_is_for_the_invited_address_only(cast: Cast) -> None:
    invitation_id = invite(cast)
    with pytest.raises(PermissionDenied, match=r"is for dora@acme\.example"):
        accept_invitation(invitation_id=invitation_id, user_id=cast.charlie.id, emails=[cast.charlie.email])
    assert cast.charlie.email not in roles(cast)
    assert [each.id for each in invitations_to(["DORA@acme.example"])] == [invitation_id]
    assert invitations_to([cast.charlie.email]) == []


def test_it_is_over_after_seven_days_and_when_it_is_withdrawn(cast: Cast) -> None:
    dora = make_user(DORA)
    old, withdrawn = invite(cast), invite(cast, "eve@acme.example")
    Invitation.objects.filter(id=old).update(expires_at=timezone.now() - timedelta(seconds=1))
    withdraw_invitation(tenant_id=cast.acme.tenant_id, invitation_id=withdrawn, actor=user_actor(cast.alice.id))
    for invitation_id in (old, withdrawn):
        with pytest.raises(InvitationNotFound):
            accept_invitation(invitation_id=invitation_id, user_id=dora.id, emails=[DORA, "eve@acme.example"])
    assert [each.is_open for each in list_invitations(cast.acme.tenant_id)] == [False]
    row = Invitation.objects.get(id=withdrawn)
    assert abs(row.expires_at - row.created_at - timedelta(days=7)) < timedelta(minutes=1)


def test_inviting_again_ends_the_first_link(cast: Cast) -> None:
    first, second = invite(cast), invite(cast, role="analyst")
    assert [each.id for each in list_invitations(cast.acme.tenant_id)] == [second]
    with pytest.raises(InvitationNotFound):
        accept_invitation(invitation_id=first, user_id=cast.charlie.id, emails=[DORA])


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ({"email": "nobody"}, InvalidMember, "Enter an e-mail address"),
        ({"email": "bob@ACME.example"}, InvalidMember, "is in the company already"),
        ({"role": "god"}, InvalidMember, "Choose a role"),
        ({"role": "owner", "inviter_role": "admin"}, PermissionDenied, "does not allow"),
        ({"role": "analyst", "inviter_role": "developer"}, PermissionDenied, "does not allow"),
    ],
)
def test_who_cannot_be_invited_is_said(cast: Cast, words: dict[str, str], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        invite(cast, **words)
    assert list_invitations(cast.acme.tenant_id) == []


def test_so_many_wait_and_no_more(cast: Cast) -> None:
    for number in range(MOST_OPEN):
        invite(cast, f"{number}@acme.example")
    with pytest.raises(InvalidMember, match="50 invitations wait"):
        invite(cast)
    invite(cast, "7@acme.example")  # in the place of the one before


def test_another_company_changes_nothing(cast: Cast) -> None:
    invitation_id, other, charlie = invite(cast), cast.other.tenant_id, user_actor(cast.charlie.id)
    with pytest.raises(InvitationNotFound):
        withdraw_invitation(tenant_id=other, invitation_id=invitation_id, actor=charlie)
    with pytest.raises(MemberNotFound):
        remove_member(tenant_id=other, user_id=cast.bob.id, actor=charlie, actor_role="owner")
    with pytest.raises(MemberNotFound):
        change_role(tenant_id=other, user_id=cast.bob.id, role="admin", actor=charlie, actor_role="owner")
    assert list_invitations(other) == []
    assert roles(cast)["bob@acme.example"] == "analyst"


def test_roles_are_changed_by_those_who_may(cast: Cast) -> None:
    set_role(cast, cast.bob.id, "admin")
    with pytest.raises(PermissionDenied, match="give this one"):
        set_role(cast, cast.bob.id, "owner", actor_role="admin")
    with pytest.raises(PermissionDenied, match="Only an owner"):
        set_role(cast, cast.alice.id, "analyst", actor_role="admin")
    with pytest.raises(PermissionDenied):
        set_role(cast, cast.bob.id, "billing", actor_role="developer")
    assert roles(cast) == {"alice@acme.example": "owner", "bob@acme.example": "admin"}


def test_only_owners_make_owners() -> None:
    assert roles_for("owner") == tuple(Role)
    assert Role.OWNER not in roles_for("admin")
    assert roles_for("developer") == roles_for("analyst") == roles_for("nonsense") == ()
    assert [role for role in Role if not is_granted(role, Permission.CONVERSATIONS_READ)] == [Role.BILLING]


def test_the_last_owner_stays_one(cast: Cast) -> None:
    with pytest.raises(LastOwner, match="Make someone else an owner first"):
        set_role(cast, cast.alice.id, "admin")
    with pytest.raises(LastOwner):
        remove(cast, cast.alice.id, cast.alice.id, "owner")
    set_role(cast, cast.bob.id, "owner")
    set_role(cast, cast.alice.id, "admin")
    assert roles(cast) == {"alice@acme.example": "admin", "bob@acme.example": "owner"}


def test_everybody_may_go_and_not_everybody_removes(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        remove(cast, cast.bob.id, cast.charlie.id, "analyst")
    remove(cast, cast.bob.id, cast.bob.id, "analyst")
    assert roles(cast) == {"alice@acme.example": "owner"}
    with pytest.raises(MemberNotFound):
        remove(cast, cast.bob.id, cast.alice.id, "owner")


def test_every_change_is_in_the_audit_log(cast: Cast) -> None:
    accept_invitation(invitation_id=invite(cast), user_id=make_user(DORA).id, emails=[DORA])
    set_role(cast, cast.bob.id, "admin")
    remove(cast, cast.bob.id, cast.alice.id, "owner")
    with tenant_scope(cast.acme.tenant_id):
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert actions >= {"invitation.created", "member.joined", "member.role_changed", "member.removed"}


server = pytest.mark.skipif(
    get_config().is_embedded, reason="SQLite has no deferred triggers, and one writer at a time"
)


@server
@pytest.mark.parametrize("statement", ["UPDATE {} SET role = 'admin'", "DELETE FROM {}"])
def test_the_database_itself_keeps_an_owner(cast: Cast, statement: str) -> None:
    sql = f"{statement.format(Membership._meta.db_table)} WHERE tenant_id = %s"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [cast.acme.tenant_id])
        with pytest.raises(IntegrityError, match="needs an owner"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@server
def test_a_company_that_goes_needs_no_owner(cast: Cast) -> None:
    gone = Tenant.objects.create(name="Gone", slug="gone")
    Membership.objects.create(tenant=gone, user=cast.alice, role=Role.OWNER)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Membership._meta.db_table} WHERE tenant_id = %s", [gone.id])
        cursor.execute(f"DELETE FROM {Tenant._meta.db_table} WHERE id = %s", [gone.id])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Membership.objects.filter(user=cast.alice).exclude(tenant_id=cast.acme.tenant_id).exists()


@server
@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_go_at_the_same_time_one_stays() -> None:
    cast = assemble()
    set_role(cast, cast.bob.id, "owner")
    refused: list[str] = []
    start = threading.Barrier(2)

    def go(user_id: UUID) -> None:
        start.wait()
        try:
            remove(cast, user_id, user_id, "owner")
        except RapportError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(each.id,)) for each in (cast.alice, cast.bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last_owner"]
    assert list(roles(cast).values()) == ["owner"]

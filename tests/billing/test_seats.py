"""Seats: as many people as the plan has room for, whoever lets them in; nobody loses a seat that they have."""

import threading
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test import Client

from billing.terms import set_plan
from rapport.errors import RapportError
from tenants.actors import SYSTEM
from tenants.errors import NoSeatLeft
from tenants.members import accept_invitation, invite_member, list_invitations, withdraw_invitation
from tenants.models import Membership
from tenants.seats import read_seats
from tests.cast import Cast, assemble, make_user


def _invite(cast: Cast, email: str) -> UUID:
    return invite_member(
        tenant_id=cast.acme.tenant_id, email=email, role="developer", inviter_id=cast.alice.id, inviter_role="owner"
    )


def _plan(cast: Cast, plan: str, seats: int = 0) -> None:
    set_plan(tenant_id=cast.acme.tenant_id, plan=plan, seats=seats, actor=SYSTEM)


def test_invitations_keep_seats_until_they_are_withdrawn(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    people = read_seats(tenant_id=tenant_id)
    assert (people.members, people.allowed) == (2, None), "self-hosters have as many as they like"
    _plan(cast, "payg")  # three seats
    kept = _invite(cast, "dora@acme.example")
    assert (read_seats(tenant_id=tenant_id).taken, read_seats(tenant_id=tenant_id).allowed) == (3, 3)
    with pytest.raises(NoSeatLeft, match="3 seats, and none is free"):
        _invite(cast, "emil@acme.example")
    _invite(cast, "dora@acme.example")  # in the place of the first
    [kept] = [each.id for each in list_invitations(tenant_id)]
    withdraw_invitation(tenant_id=tenant_id, invitation_id=kept, actor=SYSTEM)
    _invite(cast, "emil@acme.example")


def test_paid_seats_are_added_and_another_company_has_its_own(cast: Cast) -> None:
    _plan(cast, "team", seats=1)
    for number in range(4):
        _invite(cast, f"person-{number}@acme.example")
    with pytest.raises(NoSeatLeft):
        _invite(cast, "one-more@acme.example")
    their = cast.other.tenant_id
    invite_member(
        tenant_id=their, email="new@other.example", role="developer", inviter_id=cast.charlie.id, inviter_role="owner"
    )


def test_after_a_smaller_plan_nobody_goes_and_nobody_comes(cast: Cast) -> None:
    invitation = _invite(cast, "dora@acme.example")
    dora = make_user("dora@acme.example")
    _plan(cast, "free")  # one seat
    with pytest.raises(NoSeatLeft, match="1 seat, and none is free"):
        accept_invitation(invitation_id=invitation, user_id=dora.id, emails=["dora@acme.example"])
    assert read_seats(tenant_id=cast.acme.tenant_id).members == 2
    _plan(cast, "payg")
    assert accept_invitation(invitation_id=invitation, user_id=dora.id, emails=["dora@acme.example"])


def test_the_page_says_how_many_are_taken_and_why_one_is_refused(cast: Cast) -> None:
    _plan(cast, "free")
    client = Client()
    client.force_login(cast.alice)
    shown = client.get("/members/").content.decode()
    assert "2 of 1 seat" in " ".join(shown.split())
    refused = client.post("/members/", {"email": "dora@acme.example", "role": "developer"})
    assert refused.status_code == 409
    assert "none is free" in refused.content.decode()
    assert "dora@acme.example" in refused.content.decode(), "what was entered is still there"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's writers take turns")
def test_of_two_who_want_the_last_seat_one_gets_it() -> None:
    cast = assemble()
    _plan(cast, "payg")
    outcomes: list[str] = []

    def invite(email: str) -> None:
        try:
            _invite(cast, email)
            outcomes.append("invited")
        except RapportError as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=invite, args=(f"{name}@acme.example",)) for name in ("dora", "emil")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["invited", "no_seat_left"]
    assert Membership.objects.filter(tenant_id=cast.acme.tenant_id).count() == 2

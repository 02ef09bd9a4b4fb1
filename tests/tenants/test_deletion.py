"""A company that is to be deleted: its keys stop at once, an owner can take it back for thirty days, then it is due."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from rapport.errors import NotAuthenticated
from tenants.actors import user_actor
from tenants.api_keys import authenticate_api_key, create_api_key
from tenants.context import tenant_scope
from tenants.deletion import GRACE, cancel_deletion, list_due_for_deletion, request_deletion
from tenants.errors import InvalidTenant, UnknownWidgetKey
from tenants.models import AuditEntry, Tenant
from tenants.selectors import find_widget_key, get_live_widget_key
from tests.cast import PASSWORD, Cast, sign_in

pytestmark = pytest.mark.django_db


def ask(cast: Cast, name: str = "Acme") -> None:
    request_deletion(tenant_id=cast.acme.tenant_id, typed_name=name, actor=user_actor(cast.alice.id))


def take_back(cast: Cast) -> None:
    cancel_deletion(tenant_id=cast.acme.tenant_id, actor=user_actor(cast.alice.id))


def test_keys_and_widget_stop_at_once_and_work_again_when_taken_back(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    actor = user_actor(cast.alice.id)
    key = create_api_key(tenant_id=tenant_id, name="Orders", scopes=["agents.read"], actor=actor).secret
    ask(cast)
    with pytest.raises(NotAuthenticated, match="being deleted"):
        authenticate_api_key(key)
    with pytest.raises(UnknownWidgetKey):
        find_widget_key(cast.acme.key)
    assert not get_live_widget_key(tenant_id=tenant_id, key_id=cast.acme.key_id)
    assert find_widget_key(cast.other.key)  # another company's goes on
    take_back(cast)
    assert authenticate_api_key(key).name == "Orders"
    assert find_widget_key(cast.acme.key)


def test_the_name_must_be_typed(cast: Cast) -> None:
    for wrong in ("", "acme", "Other"):
        with pytest.raises(InvalidTenant):
            ask(cast, wrong)
    assert Tenant.objects.get(id=cast.acme.tenant_id).deletion_due_at is None


def test_it_is_due_after_thirty_days_and_asking_again_does_not_move_the_day(cast: Cast) -> None:
    ask(cast)
    first = Tenant.objects.get(id=cast.acme.tenant_id).deletion_due_at
    ask(cast)
    assert Tenant.objects.get(id=cast.acme.tenant_id).deletion_due_at == first
    assert first is not None
    assert abs(first - timezone.now() - GRACE) < timedelta(minutes=1)
    assert list_due_for_deletion() == []
    Tenant.objects.filter(id=cast.acme.tenant_id).update(deletion_due_at=timezone.now() - timedelta(seconds=1))
    assert list_due_for_deletion() == [cast.acme.tenant_id]


def test_the_owners_are_told_by_mail_and_the_audit_log_knows_both(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ask(cast)
        take_back(cast)
    assert [(each.to, each.subject) for each in mail.outbox] == [
        ([cast.alice.email], "Acme is to be deleted"),
        ([cast.alice.email], "Acme is not deleted"),
    ]
    assert re.search(r"On \d+ \w+ 20\d\d everything", str(mail.outbox[0].body))
    with tenant_scope(cast.acme.tenant_id):
        actions = list(AuditEntry.objects.order_by("created_at").values_list("action", flat=True))
    assert actions[-2:] == ["tenant.deletion_requested", "tenant.deletion_cancelled"]


def fresh(email: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


def test_the_page_asks_for_the_name_shows_a_banner_to_all_and_lets_an_owner_take_it_back(cast: Cast) -> None:
    alice, bob = fresh(cast.alice.email), fresh(cast.bob.email)
    refused = alice.post("/settings/delete/", {"typed_name": "acme"})
    assert refused.status_code == 400
    assert "Type the company&#x27;s name" in refused.content.decode()
    assert alice.post("/settings/delete/", {"typed_name": "Acme"}).status_code == 302
    for client in (alice, bob):
        assert "Acme is to be deleted" in client.get("/members/").content.decode()
    assert "Keep the company" not in bob.get("/members/").content.decode()
    assert bob.post("/settings/keep/").status_code == 403
    alice.post("/settings/keep/")
    assert "is to be deleted" not in alice.get("/settings/").content.decode()


def test_who_signed_in_long_ago_confirms_before_deleting(cast: Cast) -> None:
    client = sign_in(cast.alice)
    client.handler.enforce_csrf_checks = False
    answer = client.post("/settings/delete/", {"typed_name": "Acme"})
    assert answer.headers["Location"] == "/accounts/reauthenticate/?next=%2Fsettings%2F"
    assert Tenant.objects.get(id=cast.acme.tenant_id).deletion_due_at is None


def test_only_who_may_delete_sees_how(cast: Cast) -> None:
    bob = fresh(cast.bob.email)
    assert "Delete the company" not in bob.get("/settings/").content.decode()
    assert bob.post("/settings/delete/", {"typed_name": "Acme"}).status_code == 403

"""Secret keys: recognised in one question, never stored, over when they are over."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from rapport.errors import NotAuthenticated
from tenants.actors import SYSTEM, user_actor
from tenants.api_keys import (
    MOST_KEYS,
    Giver,
    NewApiKey,
    authenticate_api_key,
    create_api_key,
    list_api_keys,
    revoke_api_key,
    rotate_api_key,
)
from tenants.context import tenant_scope
from tenants.errors import ApiKeyNotFound, InvalidApiKey
from tenants.keys import LIVE, TEST, is_well_formed
from tenants.leaks import report_leaked_key
from tenants.models import ApiKey, AuditEntry
from tenants.permissions import SCOPES, Permission, scopes_for
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def make(cast: Cast, **words: object) -> NewApiKey:
    given = {"name": "Orders", "scopes": ["agents.read"], "actor": user_actor(cast.alice.id), **words}
    return create_api_key(tenant_id=cast.acme.tenant_id, **given)  # type: ignore[arg-type]


def refused(secret: str, why: str) -> None:
    with pytest.raises(NotAuthenticated, match=why):
        authenticate_api_key(secret)


def test_a_key_is_recognised_and_only_its_hmac_is_kept(cast: Cast) -> None:
    made = make(cast)
    found = authenticate_api_key(made.secret)
    assert (found.id, found.tenant_id, found.scopes) == (
        made.id,
        cast.acme.tenant_id,
        frozenset({Permission.AGENTS_READ}),
    )
    assert is_well_formed(made.secret, LIVE)
    (shown,) = list_api_keys(cast.acme.tenant_id)
    assert shown.masked == f"rp_sk_live_…{made.secret[-4:]}"
    row = ApiKey.objects.values().get()
    assert made.secret not in str(row)
    assert made.secret[15:30] not in str(row)


def test_a_test_key_says_so(cast: Cast) -> None:
    made = make(cast, is_test=True)
    assert is_well_formed(made.secret, TEST)
    assert authenticate_api_key(made.secret).is_test


def test_a_typo_asks_no_database(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    secret = make(cast).secret
    wrong = secret[:-8] + ("a" if secret[-8] != "a" else "b") + secret[-7:]
    with django_assert_num_queries(0):
        refused(wrong, "unknown")
        refused("", "unknown")
        refused("rp_sk_live_", "unknown")


def test_recognising_a_key_is_one_question_and_one_write_a_minute(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secret = make(cast).secret
    with django_assert_num_queries(2):
        authenticate_api_key(secret)
    with django_assert_num_queries(1):
        authenticate_api_key(secret)
    noted = ApiKey.objects.get().last_used_at
    assert noted is not None
    ApiKey.objects.update(last_used_at=noted - timedelta(minutes=2))
    authenticate_api_key(secret)
    assert ApiKey.objects.get().last_used_at > noted - timedelta(seconds=1)  # type: ignore[operator]


def test_a_key_is_over_when_it_is_over(cast: Cast) -> None:
    secret = make(cast, expires_at=timezone.now() + timedelta(hours=1)).secret
    authenticate_api_key(secret)
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refused(secret, "is over")
    with pytest.raises(InvalidApiKey, match="before it begins"):
        make(cast, expires_at=timezone.now())


def test_a_revoked_key_opens_nothing_and_stays_on_the_list(cast: Cast) -> None:
    made = make(cast)
    for _ in range(2):
        revoke_api_key(tenant_id=cast.acme.tenant_id, key_id=made.id, actor=SYSTEM)
    refused(made.secret, "was revoked")
    assert [each.state for each in list_api_keys(cast.acme.tenant_id)] == ["revoked"]


def test_a_replaced_key_is_accepted_for_a_while(cast: Cast) -> None:
    old = make(cast, scopes=["agents.read", "usage.read"])
    new = rotate_api_key(tenant_id=cast.acme.tenant_id, key_id=old.id, actor=user_actor(cast.bob.id))
    assert authenticate_api_key(new.secret).scopes == authenticate_api_key(old.secret).scopes
    assert [each.state for each in list_api_keys(cast.acme.tenant_id)] == ["live", "expiring"]
    ApiKey.objects.filter(id=old.id).update(expires_at=timezone.now())
    refused(old.secret, "is over. Use the one that replaced it")
    with pytest.raises(ApiKeyNotFound):
        rotate_api_key(tenant_id=cast.acme.tenant_id, key_id=old.id, actor=SYSTEM)


def test_rotation_never_lengthens_a_life(cast: Cast) -> None:
    soon = timezone.now() + timedelta(hours=1)
    old = make(cast, expires_at=soon)
    rotate_api_key(tenant_id=cast.acme.tenant_id, key_id=old.id, actor=SYSTEM)
    assert {each.expires_at for each in list_api_keys(cast.acme.tenant_id)} == {soon}


def test_nobody_gives_a_key_more_than_they_have(cast: Cast) -> None:
    with pytest.raises(InvalidApiKey, match=r"cannot give a key settings\.write"):
        make(cast, scopes=["settings.write"])
    with pytest.raises(InvalidApiKey, match=r"cannot give a key agents\.write"):
        make(cast, scopes=["agents.write"], giver=Giver(scopes_for("analyst")))
    with pytest.raises(InvalidApiKey, match="at least one"):
        make(cast, scopes=[])
    assert Permission.OWNERS_WRITE not in SCOPES
    assert not ApiKey.objects.exists()


def test_names_and_numbers_have_limits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "  ", "x" * 81):
        with pytest.raises(InvalidApiKey, match="between 1 and 80"):
            make(cast, name=name)
    ApiKey.objects.bulk_create(
        ApiKey(tenant_id=cast.acme.tenant_id, name="x", digest=str(number), hint="x") for number in range(MOST_KEYS)
    )
    with pytest.raises(InvalidApiKey, match="100 keys already"):
        make(cast)
    ApiKey.objects.filter(digest="7").update(revoked_at=timezone.now())
    make(cast)


def test_another_company_neither_replaces_nor_revokes(cast: Cast) -> None:
    made = make(cast)
    for act in (rotate_api_key, revoke_api_key):
        with pytest.raises(ApiKeyNotFound):
            act(tenant_id=cast.other.tenant_id, key_id=made.id, actor=SYSTEM)
    assert list_api_keys(cast.other.tenant_id) == []
    authenticate_api_key(made.secret)


def test_keys_outlive_a_change_of_the_installations_secret(cast: Cast, settings: LazySettings) -> None:
    secret = make(cast).secret
    settings.SECRET_KEY, before = "another one", settings.SECRET_KEY
    refused(secret, "unknown")
    settings.SECRET_KEY_FALLBACKS = [before]
    authenticate_api_key(secret)


def test_every_change_is_in_the_audit_log(cast: Cast) -> None:
    made = make(cast)
    rotate_api_key(tenant_id=cast.acme.tenant_id, key_id=made.id, actor=SYSTEM)
    revoke_api_key(tenant_id=cast.acme.tenant_id, key_id=made.id, actor=SYSTEM)
    with tenant_scope(cast.acme.tenant_id):
        rows = AuditEntry.objects.filter(action__startswith="api_key.").order_by("created_at")
        assert [row.action for row in rows] == ["api_key.created", "api_key.rotated", "api_key.revoked"]
        assert made.secret not in str([row.details for row in rows])


def test_a_key_found_in_the_open_ends_and_those_who_make_keys_are_told(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    secret = make(cast).secret
    with django_capture_on_commit_callbacks(execute=True):
        assert report_leaked_key(secret, where="https://code.example/file")
        assert not report_leaked_key(secret, where="again")
        assert not report_leaked_key("rp_sk_live_nonsense", where="")
    refused(secret, "was revoked")
    (message,) = mail.outbox
    assert message.to == ["alice@acme.example"], "Bob is an analyst"
    assert "https://code.example/file" in message.body
    assert secret not in message.body

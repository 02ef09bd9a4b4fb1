"""The audit log: what rows tell, finding them again, and that nobody changes them but through the ops door."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction
from django.utils import timezone

from agents.services import AgentChanges, update_agent
from rapport.config import get_config
from rapport.database import as_role
from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, user_actor
from tenants.audit import Audited, record_audit, record_audits
from tenants.audit_log import AuditFilter, iterate_audit, list_actions, list_audit
from tenants.audit_redaction import redact_audit
from tenants.context import tenant_scope
from tenants.members import change_role
from tenants.models import AuditEntry
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def found(cast: Cast, **which: object) -> list[str]:
    rows = list_audit(tenant_id=cast.acme.tenant_id, which=AuditFilter(**which))  # type: ignore[arg-type]
    return [row.action for row in rows]


def test_a_row_tells_what_changed_and_no_texts(cast: Cast) -> None:
    changes = AgentChanges(name="Ada", instructions="Never tell the recipe.")
    update_agent(
        tenant_id=cast.acme.tenant_id, agent_id=cast.acme.agent_id, changes=changes, actor=user_actor(cast.alice.id)
    )
    row = list_audit(tenant_id=cast.acme.tenant_id, which=AuditFilter(action="agent.updated"))[0]
    assert row.actor == f"user:{encode(Prefix.USER, cast.alice.id)}"
    assert (row.before["name"], row.after["name"]) == ("Acme assistant", "Ada")
    assert row.after["instructions"] == {"characters": 22, "sha256": row.after["instructions"]["sha256"]}  # type: ignore[index]
    assert "recipe" not in str(row)


def test_roles_before_and_after(cast: Cast) -> None:
    change_role(
        tenant_id=cast.acme.tenant_id,
        user_id=cast.bob.id,
        role="developer",
        actor=user_actor(cast.alice.id),
        actor_role="owner",
    )
    row = list_audit(tenant_id=cast.acme.tenant_id)[0]
    assert (row.before, row.after) == ({"role": "analyst"}, {"role": "developer"})


def test_rows_are_found_by_actor_action_subject_and_time(cast: Cast) -> None:
    alice, agent = encode(Prefix.USER, cast.alice.id), encode(Prefix.AGENT, cast.acme.agent_id)
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="thing.made", subject="one")
    for actor in (alice, f"user:{alice}", "user"):
        assert found(cast, actor=actor) == ["widget_key.created", "agent.created", "tenant.created"]
    assert found(cast, actor="system") == ["thing.made"]
    assert found(cast, action="agent") == found(cast, action="agent.created") == ["agent.created"]
    assert found(cast, subject=agent) == ["agent.created"]
    now = timezone.now()
    assert found(cast, since=now) == []
    assert len(found(cast, until=now)) == len(found(cast, since=now - timedelta(hours=1))) == 4
    assert found(cast, actor="system", action="agent") == []
    assert list_actions(tenant_id=cast.acme.tenant_id) == [
        "agent.created",
        "tenant.created",
        "thing.made",
        "widget_key.created",
    ]


def test_pages_follow_one_another_without_gap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.audit_log.READ_AT_ONCE", 2)
    with tenant_scope(cast.acme.tenant_id):
        record_audits(SYSTEM, [Audited("thing.made", str(number)) for number in range(5)])
    subjects = [row.subject for row in iterate_audit(tenant_id=cast.acme.tenant_id, which=AuditFilter(action="thing"))]
    assert subjects == ["4", "3", "2", "1", "0"]


def test_a_stranger_reads_nothing_of_it(cast: Cast) -> None:
    rows = list_audit(tenant_id=cast.other.tenant_id, which=AuditFilter(actor=encode(Prefix.USER, cast.alice.id)))
    assert rows == []


def test_a_row_is_gone_with_the_write_that_failed(cast: Cast) -> None:
    def fail() -> None:
        with tenant_scope(cast.acme.tenant_id), transaction.atomic():
            record_audit(actor=SYSTEM, action="thing.made")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert "thing.made" not in found(cast)


@pytest.mark.skipif(not get_config().is_embedded, reason="On PostgreSQL only ops may: see below")
def test_redaction_keeps_that_something_was_done(cast: Cast) -> None:
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="thing.made", subject="slip", details={"oops": "secret"}, after={"a": 1})
    with pytest.raises(InvalidRequest):
        redact_audit(tenant_id=cast.acme.tenant_id)
    assert redact_audit(tenant_id=cast.acme.tenant_id, subjects=["slip"]) == 1
    newest, slip = list_audit(tenant_id=cast.acme.tenant_id)[:2]
    assert (newest.action, newest.details) == ("audit.redacted", {"rows": 1})
    assert (slip.action, slip.actor, slip.subject) == ("thing.made", "redacted", "redacted")
    assert (slip.details, slip.before, slip.after) == ({}, {}, {})


@pytest.mark.skipif(get_config().is_embedded, reason="SQLite has no roles: RAPPORT_TEST_DATABASE=postgres")
@pytest.mark.django_db(transaction=True)
def test_the_apps_role_changes_no_row_and_ops_redacts(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    tenant_id = cast.acme.tenant_id
    with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(tenant_id):
        AuditEntry.objects.update(actor="nobody")
    with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(tenant_id):
        AuditEntry.objects.all().delete()
    with as_role("DATABASE_OPS_URL"):
        call_command("redact_audit", encode(Prefix.TENANT, tenant_id), "--until", "2999-01-01")
        with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(tenant_id):
            AuditEntry.objects.update(action="tenant.forgotten")
        with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(tenant_id):
            AuditEntry.objects.all().delete()
    assert "3 redacted" in capsys.readouterr().out
    rows = list_audit(tenant_id=tenant_id)
    assert rows[0].action == "audit.redacted"
    assert {row.actor for row in rows[1:]} == {"redacted"}


def test_the_command_says_what_is_wrong(cast: Cast) -> None:
    with pytest.raises(CommandError, match="Say what"):
        call_command("redact_audit", encode(Prefix.TENANT, cast.acme.tenant_id))

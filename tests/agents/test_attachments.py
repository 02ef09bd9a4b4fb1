"""The bytes of files go where their rows go: into exports, out with contacts, messages and old conversations."""

import json
import os
import time
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from agents.attachments.files import _path_of, count_tenant_files, write_file
from agents.attachments.keeping import attach_file, sweep_attachments
from agents.attachments.selectors import list_attachments
from agents.models import Attachment, Conversation
from agents.services import post_message
from billing.errors import QuotaExhausted
from billing.quotas import set_usage_limit
from billing.stored import measure_stored
from rapport.events.inline import deliver_now
from rapport.ids import new_id
from tenants.actors import SYSTEM, user_actor, visitor_actor
from tenants.attachments import ALL_FILES
from tenants.context import tenant_scope
from tenants.models import AuditEntry, Tenant
from tenants.privacy.erasure import request_erasure
from tenants.privacy.exporting import open_export, request_export
from tenants.privacy.models import Erasure, ErasureKind
from tenants.privacy.parts import request_part_erasure
from tenants.privacy.retention import enforce_for
from tests.cast import Cast, Visitor, make_visitor

WORDS = b"The numbat is attached."


@pytest.fixture
def visitor(cast: Cast) -> Visitor:
    return make_visitor(cast.acme)


def attach(cast: Cast, visitor: Visitor, name: str = "numbat.txt") -> UUID:
    return attach_file(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        name=name,
        content=WORDS,
        rules=ALL_FILES,
        actor=visitor_actor(visitor.contact_id),
    ).id


def send(cast: Cast, visitor: Visitor) -> tuple[UUID, UUID]:
    """Attachment and message."""
    file = attach(cast, visitor)
    posted = post_message(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        text="",
        attachments=[file],
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    return file, posted.message_id


def is_gone(cast: Cast, file: UUID) -> bool:
    with tenant_scope(cast.acme.tenant_id):
        return not _path_of(cast.acme.tenant_id, file).exists() and not Attachment.objects.filter(id=file).exists()


@pytest.mark.parametrize("whose", ["contact", "company"])
def test_an_export_brings_the_bytes(cast: Cast, visitor: Visitor, whose: str) -> None:
    tenant_id, (file, _) = cast.acme.tenant_id, send(cast, visitor)
    other = attach(cast, make_visitor(cast.acme))
    contact_id = visitor.contact_id if whose == "contact" else None
    export_id = request_export(tenant_id=tenant_id, contact_id=contact_id, actor=SYSTEM)
    deliver_now()
    with zipfile.ZipFile(open_export(tenant_id=tenant_id, export_id=export_id)) as archive:
        assert archive.read(f"attachments/{file}.txt") == WORDS
        rows = [json.loads(line) for line in archive.read("agents/attachment.jsonl").splitlines()]
        is_there = f"attachments/{other}.txt" in archive.namelist()
    assert {each["name"] for each in rows} == {"numbat.txt"}
    assert is_there is (whose == "company")


def test_it_goes_with_its_contact_and_another_ones_stays(cast: Cast, visitor: Visitor) -> None:
    tenant_id, (file, _) = cast.acme.tenant_id, send(cast, visitor)
    unsent, kept = attach(cast, visitor), attach(cast, make_visitor(cast.acme))
    request_erasure(tenant_id=tenant_id, contact_id=visitor.contact_id, actor=user_actor(cast.alice.id))
    deliver_now()
    assert is_gone(cast, file)
    assert is_gone(cast, unsent)
    assert _path_of(tenant_id, kept).read_bytes() == WORDS
    with tenant_scope(tenant_id):
        receipt = {each["name"]: each for each in Erasure.objects.get(subject_id=visitor.contact_id).receipt["stores"]}
    for name in ("attachments", "agents.Attachment"):
        assert (receipt[name]["before"], receipt[name]["after"]) == (2, 0)


@pytest.mark.parametrize("kind", [ErasureKind.MESSAGE, ErasureKind.CONVERSATION])
def test_it_goes_with_its_message_alone(cast: Cast, visitor: Visitor, kind: ErasureKind) -> None:
    tenant_id, (file, message_id) = cast.acme.tenant_id, send(cast, visitor)
    kept = attach(cast, make_visitor(cast.acme))
    part_id = message_id if kind == ErasureKind.MESSAGE else visitor.conversation_id
    request_part_erasure(tenant_id=tenant_id, kind=kind, part_id=part_id, actor=user_actor(cast.alice.id))
    deliver_now()
    assert is_gone(cast, file)
    assert not is_gone(cast, kept)


def test_it_goes_with_old_conversations(cast: Cast, visitor: Visitor) -> None:
    tenant_id, (file, _) = cast.acme.tenant_id, send(cast, visitor)
    with tenant_scope(tenant_id):
        Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=40))
        Tenant.objects.filter(id=tenant_id).update(retention={"conversations_days": 30})
    assert enforce_for(tenant_id) == {"conversations_days": 1}
    assert is_gone(cast, file)


def test_what_nobody_sends_is_swept_and_what_is_sent_stays(cast: Cast, visitor: Visitor) -> None:
    tenant_id, (sent, _) = cast.acme.tenant_id, send(cast, visitor)
    unsent, fresh, lost = attach(cast, visitor), attach(cast, visitor), new_id()
    write_file(tenant_id, lost, WORDS)  # its process was killed before its row was there
    long_ago = time.time() - 25 * 3600
    for each in (sent, unsent, lost):
        os.utime(_path_of(tenant_id, each), (long_ago, long_ago))
    with tenant_scope(tenant_id):
        Attachment.objects.filter(id__in=[sent, unsent]).update(created_at=timezone.now() - timedelta(hours=25))
    assert sweep_attachments(tenant_id=tenant_id) == 2
    assert is_gone(cast, unsent)
    assert is_gone(cast, lost)
    assert count_tenant_files(tenant_id) == 2
    assert not is_gone(cast, fresh)
    [view] = list_attachments(tenant_id=tenant_id, conversation_id=visitor.conversation_id, limit=5)
    assert view.id == sent


def test_its_bytes_are_counted_and_a_used_up_quota_takes_no_more(cast: Cast, visitor: Visitor) -> None:
    tenant_id = cast.acme.tenant_id
    attach(cast, visitor)
    assert measure_stored(tenant_id) == len(WORDS)
    assert measure_stored(cast.other.tenant_id) == 0
    set_usage_limit(tenant_id=tenant_id, meter="stored_bytes", quantity=0, actor=SYSTEM)
    with pytest.raises(QuotaExhausted):
        attach(cast, visitor)
    assert count_tenant_files(tenant_id) == 1
    with tenant_scope(tenant_id):
        [row] = AuditEntry.objects.filter(action="attachment.uploaded")
    assert row.details["bytes"] == len(WORDS)
    assert "numbat" not in str(row.details), "The log keeps ids, and no names of files."

"""What is deleted leaves rows, vectors, graph and disk; what others still need stays; strangers delete nothing."""

from typing import Any

import pytest

from ingestion.errors import DocumentNotFound, NothingToRetry, SourceNotFound
from ingestion.models import Chunk, Document, DocumentVersion, Source
from ingestion.parsing.errors import FileTooLarge
from ingestion.selectors import list_documents, list_sources
from ingestion.services import (
    crawl_source,
    delete_document,
    delete_source,
    retry_document,
    retry_failed_documents,
    submit_document,
    submit_file,
)
from ingestion.services.submitting import _Taking
from rapport.config import get_config
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db

TEXT = "# Lamps\n\nThe lamp Aurora needs two batteries of type AA."


def stored_files(knowledge: Knowledge) -> int:
    folder = get_config().data_dir / "files" / str(knowledge.tenant_id)
    return sum(path.is_file() for path in folder.rglob("*"))


def test_a_deleted_document_leaves_every_store(acme: Knowledge) -> None:
    document = acme.ingest("lamps.md", TEXT)
    acme.ingest("copy.md", TEXT)
    delete_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=document.id)
    assert [each.name for each in list_documents(tenant_id=acme.tenant_id)] == ["copy.md"]
    deliver_now()
    with tenant_scope(acme.tenant_id):
        assert not Document.objects.filter(id=document.id).exists()
        assert not DocumentVersion.objects.filter(document_id=document.id).exists()
        assert not Chunk.objects.filter(document_id=document.id).exists()
    assert acme.stores.vectors.version_counts(acme.tenant_id, [document.id]) == {}
    assert acme.stores.graph.find(acme.tenant_id, [f"page:{document.id}"]) == {}
    assert stored_files(acme) == 1  # the copy's, which has the same bytes
    assert len(acme.found("Which batteries does Aurora need?")) == 1


def test_a_name_is_free_again_at_once(acme: Knowledge) -> None:
    first = acme.ingest("lamps.md", TEXT)
    delete_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=first.id)
    second = acme.ingest("lamps.md", TEXT)
    assert second.id != first.id
    acme.check_whole(second.id)


def test_the_same_bytes_that_come_while_they_leave_are_there(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    first = acme.ingest("lamps.md", TEXT)
    delete_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=first.id)
    write = _Taking._write

    def write_late(*arguments: Any) -> Any:
        deliver_now()  # the file was found, no row names it yet, and now the other document leaves
        assert stored_files(acme) == 0
        return write(*arguments)

    monkeypatch.setattr(_Taking, "_write", write_late)
    second = acme.ingest("copy.md", TEXT)
    acme.check_whole(second.id)


def test_a_document_that_is_deleted_before_it_is_read_is_never_read(acme: Knowledge) -> None:
    submitted = acme.submit("lamps.md", TEXT)
    delete_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=submitted.document_id)
    deliver_now()
    assert acme.embedder.embedded == []
    assert acme.stores.vectors.count(acme.tenant_id) == 0
    with tenant_scope(acme.tenant_id):
        assert not Document.objects.exists()


def test_a_deleted_source_takes_its_documents_along(acme: Knowledge) -> None:
    for name in "abc":
        acme.ingest(f"{name}.md", f"{TEXT} {name}")
    delete_source(tenant_id=acme.tenant_id, actor=SYSTEM, source_id=acme.source_id)
    assert list_sources(tenant_id=acme.tenant_id) == []
    deliver_now()
    with tenant_scope(acme.tenant_id):
        assert not Source.objects.exists()
        assert not Document.objects.exists()
        assert not Chunk.objects.exists()
    assert acme.stores.vectors.count(acme.tenant_id) == 0
    counts = acme.stores.graph.counts(acme.tenant_id)
    assert (counts.nodes, counts.edges) == (0, 0)
    assert stored_files(acme) == 0


def test_a_failed_document_can_be_tried_again(acme: Knowledge) -> None:
    failed = acme.ingest("bad.pdf", b"%PDF-1.7 not really")
    good = acme.ingest("lamps.md", TEXT)
    retry_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=failed.id)
    assert acme.document(failed.id).state == "queued"
    deliver_now()
    assert acme.document(failed.id).error_code == "file_broken"
    assert retry_failed_documents(tenant_id=acme.tenant_id, actor=SYSTEM, source_id=acme.source_id) == 1
    with pytest.raises(NothingToRetry):
        retry_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=good.id)


class Upload:
    """200 MB that must not be read to be refused."""

    name = "film.txt"
    size = 200 * 1024 * 1024

    def read(self) -> bytes:
        raise AssertionError("a file beyond the limit was read")


def test_a_file_beyond_the_limit_is_refused_at_the_door_and_named(acme: Knowledge) -> None:
    with pytest.raises(FileTooLarge, match="50 MB"):
        submit_file(tenant_id=acme.tenant_id, actor=SYSTEM, source_id=acme.source_id, file=Upload())
    (document,) = list_documents(tenant_id=acme.tenant_id)
    assert (document.name, document.state, document.error_code) == ("film.txt", "failed", "file_too_large")
    assert document.size_bytes == Upload.size
    assert stored_files(acme) == 0


def test_a_refused_file_leaves_the_version_before_answering(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    document = acme.ingest("lamps.md", TEXT)
    monkeypatch.setattr(type(get_config()), "max_upload_bytes", 10)
    with pytest.raises(FileTooLarge):
        acme.submit("lamps.md", "x" * 11)
    assert (acme.document(document.id).state, acme.document(document.id).is_answering) == ("failed", True)
    monkeypatch.setattr(type(get_config()), "max_upload_bytes", 1_000)
    assert acme.submit("lamps.md", TEXT).is_unchanged
    acme.check_whole(document.id)
    assert deliver_now() == 0


def test_every_write_is_in_the_audit_log(acme: Knowledge) -> None:
    document = acme.ingest("lamps.md", TEXT)
    delete_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=document.id)
    with tenant_scope(acme.tenant_id):
        actions = list(AuditEntry.objects.filter(action__startswith="document").values_list("action", flat=True))
    assert sorted(actions) == ["document.deleted", "document.ready", "document.submitted"]


def test_a_stranger_changes_nothing(acme: Knowledge, stranger: Knowledge) -> None:
    document = acme.ingest("lamps.md", TEXT)
    who, source, name = stranger.tenant_id, acme.source_id, "lamps.md"
    with pytest.raises(DocumentNotFound):
        delete_document(tenant_id=who, actor=SYSTEM, document_id=document.id)
    with pytest.raises(DocumentNotFound):
        retry_document(tenant_id=who, actor=SYSTEM, document_id=document.id)
    with pytest.raises(SourceNotFound):
        delete_source(tenant_id=who, actor=SYSTEM, source_id=source)
    with pytest.raises(SourceNotFound):
        crawl_source(tenant_id=who, actor=SYSTEM, source_id=source)
    with pytest.raises(SourceNotFound):
        submit_document(tenant_id=who, actor=SYSTEM, source_id=source, name=name, content=b"x")
    assert retry_failed_documents(tenant_id=who, actor=SYSTEM, source_id=source) == 0
    deliver_now()
    acme.check_whole(document.id)

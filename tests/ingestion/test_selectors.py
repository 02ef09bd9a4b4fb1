"""What the dashboard reads: counts, progress with rate and time left, remedies, and nothing for strangers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ingestion.errors import DocumentNotFound, SourceNotFound
from ingestion.models import Document, DocumentState, DocumentVersion, IngestStage
from ingestion.selectors import (
    count_knowledge,
    get_document,
    get_document_detail,
    get_source,
    list_documents,
    list_sources,
    tally_documents,
)
from rapport.events.inline import deliver_now
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db


def test_progress_has_a_rate_and_the_time_left(acme: Knowledge) -> None:
    submitted = acme.submit("a.txt", "Words.")
    with tenant_scope(acme.tenant_id):
        Document.objects.update(state=DocumentState.PROCESSING)
        DocumentVersion.objects.update(
            stage=IngestStage.EMBEDDING,
            done_units=30,
            total_units=90,
            started_at=timezone.now() - timedelta(seconds=10),
        )
    view = get_document(tenant_id=acme.tenant_id, document_id=submitted.document_id)
    assert (view.state_label, view.stage_label) == ("Reading", "Computing meaning")
    assert (view.progress.done, view.progress.total, view.progress.percent) == (30, 90, 33)
    assert view.progress.rate == pytest.approx(3, rel=0.2)
    assert view.progress.seconds_left == pytest.approx(20, rel=0.2)


def test_a_source_counts_its_documents_and_says_when_it_will_be_done(acme: Knowledge) -> None:
    acme.ingest("a.txt", "One.")
    acme.ingest("b.txt", "Two.")
    acme.submit("c.txt", "Three.")
    (source,) = list_sources(tenant_id=acme.tenant_id)
    assert (source.documents, source.ready, source.waiting, source.failed) == (3, 2, 1, 0)
    assert (source.progress.done, source.progress.total, source.is_busy) == (2, 3, True)
    assert source.progress.rate is not None
    assert source.progress.seconds_left == pytest.approx(1 / source.progress.rate)


def test_counts_agree_with_each_other(acme: Knowledge) -> None:
    acme.ingest("a.txt", "One.")
    acme.ingest("b.pdf", b"%PDF-1.7 broken")
    acme.submit("c.txt", "Three.")
    counts = count_knowledge(tenant_id=acme.tenant_id)
    assert (counts.sources, counts.documents, counts.ready, counts.waiting, counts.failed) == (1, 3, 1, 1, 1)
    assert counts.passages == 1
    states, codes = tally_documents(tenant_id=acme.tenant_id, source_id=acme.source_id)
    assert (dict(states), dict(codes)) == ({"ready": 1, "failed": 1, "queued": 1}, {"file_broken": 1})


def test_documents_are_listed_newest_first_and_by_state(acme: Knowledge) -> None:
    for name in "abc":
        acme.submit(f"{name}.txt", name)
    names = [each.name for each in list_documents(tenant_id=acme.tenant_id)]
    assert names == ["c.txt", "b.txt", "a.txt"]
    assert [each.name for each in list_documents(tenant_id=acme.tenant_id, limit=1, offset=1)] == ["b.txt"]
    assert list_documents(tenant_id=acme.tenant_id, state="ready") == []


def test_a_document_before_it_is_read_has_an_empty_detail(acme: Knowledge) -> None:
    submitted = acme.submit("a.txt", "Words.")
    detail = get_document_detail(tenant_id=acme.tenant_id, document_id=submitted.document_id)
    assert (detail.text, detail.passages, detail.document.state) == ("", (), "queued")


def test_a_stranger_sees_nothing(acme: Knowledge, stranger: Knowledge) -> None:
    submitted = acme.submit("a.txt", "Words.")
    deliver_now()
    who = stranger.tenant_id
    with pytest.raises(DocumentNotFound):
        get_document(tenant_id=who, document_id=submitted.document_id)
    with pytest.raises(DocumentNotFound):
        get_document_detail(tenant_id=who, document_id=submitted.document_id)
    with pytest.raises(SourceNotFound):
        get_source(tenant_id=who, source_id=acme.source_id)
    assert [each.id for each in list_sources(tenant_id=who)] == [stranger.source_id]
    assert list_documents(tenant_id=who, source_id=acme.source_id) == []
    assert count_knowledge(tenant_id=who).documents == 0
    assert tally_documents(tenant_id=who, source_id=acme.source_id) == ({}, {})

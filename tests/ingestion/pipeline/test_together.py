"""Documents that are read together: what is wrong with one stops that one, and each is as whole as if it were alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from ingestion.errors import StoresDisagree
from ingestion.models import DocumentVersion
from ingestion.pipeline import beginning, graph_of, run
from ingestion.pipeline.run import Submitted, ingest_versions
from ingestion.selectors import list_documents
from ingestion.services import NewDocument, SubmittedDocument, delete_document, submit_documents
from ingestion.vectors.errors import VectorStoreUnavailable, VectorWriteFailed
from ingestion.vectors.port import VectorChunk
from rapport.events.errors import NotNow
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db


def text_of(name: str) -> str:
    return f"# {name}\n\n" + f"The device {name} is cleaned with water. " * 12


def submit(acme: Knowledge, *names: str) -> list[SubmittedDocument]:
    return [acme.submit(f"{name}.md", text_of(name)) for name in names]


def ingest(acme: Knowledge, submitted: Sequence[SubmittedDocument]) -> list[Exception | None]:
    pairs = [Submitted(each.document_id, each.version_id) for each in submitted]
    return ingest_versions(tenant_id=acme.tenant_id, submitted=pairs, stores=acme.stores)


def states(acme: Knowledge) -> dict[str, tuple[str, str]]:
    return {each.name: (each.state, each.error_code) for each in list_documents(tenant_id=acme.tenant_id)}


def test_many_documents_become_whole_in_one_run(acme: Knowledge) -> None:
    submitted = submit(acme, "a", "b", "c", "d")
    assert ingest(acme, submitted) == [None] * 4
    for each in submitted:
        acme.check_whole(each.document_id)
    assert ingest(acme, submitted) == [None] * 4, "again, it changes nothing"
    assert len(acme.embedder.embedded) == 4


def test_changed_documents_leave_no_version_behind(acme: Knowledge) -> None:
    ingest(acme, submit(acme, "a", "b"))
    changed = [acme.submit(f"{name}.md", text_of(name).replace("water", "oil")) for name in "ab"]
    assert ingest(acme, changed) == [None, None]
    for document in list_documents(tenant_id=acme.tenant_id):
        acme.check_whole(document.id)
    assert not any("water" in text for text in acme.found("device a"))


def test_a_passage_that_the_store_refuses_stops_its_own_document(
    acme: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, other = submit(acme, "good", "bad", "other")
    upsert = acme.stores.vectors.upsert

    def refuse(tenant_id: UUID, chunks: Sequence[VectorChunk], vectors: Any) -> None:
        upsert(tenant_id, chunks, vectors)
        if refused := [chunk.id for chunk in chunks if chunk.document_id == bad.document_id]:
            raise VectorWriteFailed(refused, "the store said no")

    monkeypatch.setattr(acme.stores.vectors, "upsert", refuse)
    outcomes = ingest(acme, [good, bad, other])
    assert [type(each) for each in outcomes] == [type(None), VectorWriteFailed, type(None)]
    assert states(acme) == {
        "good.md": ("ready", ""),
        "bad.md": ("queued", "vector_write_failed"),
        "other.md": ("ready", ""),
    }
    monkeypatch.undo()
    assert ingest(acme, [bad]) == [None]
    for each in (good, bad, other):
        acme.check_whole(each.document_id)


def test_a_store_that_is_away_is_not_asked_again_for_each(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted = submit(acme, "a", "b", "c")
    calls: list[int] = []

    def away(tenant_id: UUID, chunks: Sequence[VectorChunk], vectors: Any) -> None:
        calls.append(len(chunks))
        raise VectorStoreUnavailable("Away.")

    monkeypatch.setattr(acme.stores.vectors, "upsert", away)
    outcomes = ingest(acme, submitted)
    assert [type(each) for each in outcomes] == [VectorStoreUnavailable] * 3
    assert len(calls) == 1
    monkeypatch.undo()
    assert ingest(acme, submitted) == [None] * 3
    assert len(acme.embedder.embedded) == 3, "nothing is embedded twice"


def test_a_bug_with_one_document_stops_that_one(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted = submit(acme, "a", "b", "c")
    build = graph_of.build_graph

    def broken(document: Any, *args: Any, **kwargs: Any) -> Any:
        if document.id == submitted[1].document_id:
            raise ZeroDivisionError
        return build(document, *args, **kwargs)

    monkeypatch.setattr(run, "build_graph", broken)
    assert [type(each) for each in ingest(acme, submitted)] == [type(None), ZeroDivisionError, type(None)]
    assert states(acme)["b.md"] == ("queued", "internal_error")


def test_a_store_that_lost_something_is_noticed_for_the_one(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted = submit(acme, "a", "b")
    counts = acme.stores.vectors.version_counts

    def forgetful(tenant_id: UUID, document_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, int]]:
        return {key: found for key, found in counts(tenant_id, document_ids).items() if key != submitted[0].document_id}

    monkeypatch.setattr(acme.stores.vectors, "version_counts", forgetful)
    assert [type(each) for each in ingest(acme, submitted)] == [StoresDisagree, type(None)]


def test_a_run_takes_no_more_than_it_should(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "MOST_BYTES", 1_200)
    submitted = submit(acme, "a", "b", "c", "d")
    outcomes = ingest(acme, submitted)
    assert [type(each) for each in outcomes] == [type(None), type(None), NotNow, NotNow]
    assert states(acme)["d.md"] == ("queued", "")
    deliver_now()
    assert {state for state, _ in states(acme).values()} == {"ready"}
    assert set(InboxEvent.objects.values_list("attempts", flat=True)) == {0}


def test_a_document_larger_than_a_run_is_read_alone(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "MOST_BYTES", 10)
    assert ingest(acme, submit(acme, "a")) == [None]


def test_a_document_that_is_deleted_among_others_is_left_out(acme: Knowledge) -> None:
    submitted = submit(acme, "a", "b")
    delete_document(tenant_id=acme.tenant_id, actor=SYSTEM, document_id=submitted[0].document_id)
    deliver_now()
    assert set(states(acme)) == {"b.md"}
    acme.check_whole(submitted[1].document_id)


def test_submitting_many_is_submitting_each(acme: Knowledge, django_assert_max_num_queries: Any) -> None:
    documents = [NewDocument(f"{number}.md", text_of(str(number)).encode()) for number in range(30)]
    with django_assert_max_num_queries(40):
        results = submit_documents(
            tenant_id=acme.tenant_id, actor=SYSTEM, source_id=acme.source_id, documents=documents
        )
    assert all(isinstance(each, SubmittedDocument) and not each.is_unchanged for each in results)
    deliver_now()
    for document in list_documents(tenant_id=acme.tenant_id):
        acme.check_whole(document.id)
    with django_assert_max_num_queries(9):
        again = submit_documents(tenant_id=acme.tenant_id, actor=SYSTEM, source_id=acme.source_id, documents=documents)
    assert all(isinstance(each, SubmittedDocument) and each.is_unchanged for each in again)
    assert deliver_now() == 0


def test_of_two_contents_of_one_name_the_later_answers(acme: Knowledge) -> None:
    documents = [NewDocument("a.md", text_of(city).encode()) for city in ("Bonn", "Jena")]
    first, second = submit_documents(
        tenant_id=acme.tenant_id, actor=SYSTEM, source_id=acme.source_id, documents=documents
    )
    assert isinstance(first, SubmittedDocument)
    assert isinstance(second, SubmittedDocument)
    assert first.document_id == second.document_id
    deliver_now()
    acme.check_whole(first.document_id)
    assert "Jena" in acme.found("device")[0]
    with tenant_scope(acme.tenant_id):
        assert DocumentVersion.objects.get().id == second.version_id

"""A document's way into answers: ready in every store, once, and cheap when little changes."""

from uuid import UUID

import pytest

from ingestion.models import Chunk, Document, DocumentVersion
from ingestion.selectors import get_document_detail, get_passages, list_documents
from ingestion.topics import EMBEDDED, READY
from rapport.events.inline import deliver_now
from rapport.events.models import OutboxEvent
from tenants.context import tenant_scope
from tests.ingestion import files
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db

GUIDE = (
    """\
# Returns

Goods may be returned within 30 days. The label is in the parcel and on the web site of the shop, under "My orders", for
everyone who has an account there and for guests who kept their order number. """
    + "Returns are free of charge. " * 20
    + """

## Refunds

A refund takes five working days after the parcel has reached the warehouse in Kassel. """
    + "Banks may take longer. " * 30
)


def test_a_document_becomes_ready_and_is_found(acme: Knowledge) -> None:
    document = acme.ingest("returns.md", GUIDE)
    assert (document.state, document.title, document.language) == ("ready", "Returns", "en")
    assert (document.progress.done, document.progress.percent) == (document.chunks, 100)
    acme.check_whole(document.id)
    assert "warehouse in Kassel" in acme.found("How long does a refund take?")[0]


def test_passages_lie_in_the_text_where_they_say(acme: Knowledge) -> None:
    document = acme.ingest("returns.md", GUIDE)
    detail = get_document_detail(tenant_id=acme.tenant_id, document_id=document.id)
    assert len(detail.passages) == 2
    for passage in detail.passages:
        assert detail.text[passage.char_start : passage.char_end] == passage.text
    assert detail.passages[1].heading_path == ("Refunds",)
    assert set(detail.timings_ms) == {"parsing", "chunking", "embedding", "storing", "verifying"}
    cited = get_passages(tenant_id=acme.tenant_id, ids=[detail.passages[1].id])[detail.passages[1].id]
    assert (cited.title, cited.passage.anchor) == ("Returns", "refunds")


def test_the_same_content_again_costs_nothing(acme: Knowledge) -> None:
    first = acme.submit("returns.md", GUIDE)
    deliver_now()
    acme.embedder.embedded.clear()
    events = OutboxEvent.objects.count()
    again = acme.submit("returns.md", GUIDE)
    assert (again.document_id, again.version_id, again.is_unchanged) == (first.document_id, first.version_id, True)
    assert deliver_now() == 0
    assert OutboxEvent.objects.count() == events
    assert acme.embedder.embedded == []


def test_a_change_embeds_only_what_changed(acme: Knowledge) -> None:
    acme.ingest("returns.md", GUIDE)
    acme.embedder.embedded.clear()
    document = acme.ingest("returns.md", GUIDE.replace("Kassel", "Leipzig"))
    assert len(acme.embedder.embedded) == 1
    assert "Leipzig" in acme.embedder.embedded[0]
    assert (document.chunks, document.embedded) == (2, 1)
    acme.check_whole(document.id)
    assert not any("Kassel" in text for text in acme.found("warehouse"))


def test_going_back_to_the_content_before_is_a_change(acme: Knowledge) -> None:
    acme.ingest("returns.md", GUIDE)
    acme.ingest("returns.md", GUIDE.replace("Kassel", "Leipzig"))
    document = acme.ingest("returns.md", GUIDE)
    acme.check_whole(document.id)
    assert any("Kassel" in text for text in acme.found("warehouse"))


def test_the_last_of_several_submissions_answers(acme: Knowledge) -> None:
    for city in ("Bonn", "Jena", "Trier"):
        submitted = acme.submit("returns.md", GUIDE.replace("Kassel", city))
    deliver_now()
    acme.check_whole(submitted.document_id)
    assert "Trier" in acme.found("In which city is the warehouse?")[0]


def test_usage_is_told_once_with_what_was_computed(acme: Knowledge) -> None:
    document = acme.ingest("returns.md", GUIDE)
    acme.ingest("returns.md", GUIDE)
    told = [event.payload for event in OutboxEvent.objects.all() if event.payload["type"] in {EMBEDDED, READY}]
    assert [event["type"] for event in told] == [EMBEDDED, READY]
    assert told[0]["data"]["document_id"] == str(document.id)
    assert (told[0]["data"]["tokens"], told[0]["data"]["chunks"]) == (document.tokens, 2)
    assert told[0]["data"]["model"] == acme.embedder.model.key
    assert told[0]["tenantid"] == str(acme.tenant_id)


def test_the_graph_knows_page_passages_links_and_what_is_mentioned(acme: Knowledge) -> None:
    acme.ingest("rates.md", "# Rates\n\nShipping to Norway costs 9 €, says `SHIPPING_TABLE_URL`.")
    document = acme.ingest(
        "returns.md", "# Returns\n\nSee [rates](rates.md). Set SHIPPING_TABLE_URL first. Norway is far."
    )
    graph = acme.stores.graph
    reached = {hit.node.key: hit.hops for hit in graph.neighbours(acme.tenant_id, [f"page:{document.id}"], hops=3)}
    assert reached["url:rates.md"] == 1
    assert reached["entity:shipping_table_url"] == 2
    other = next(each for each in list_documents(tenant_id=acme.tenant_id) if each.name == "rates.md")
    assert reached[f"page:{other.id}"] == 2


def test_documents_of_every_kind(acme: Knowledge) -> None:
    for name, content in {
        "a.md": files.MARKDOWN.encode(),
        "b.html": files.HTML.encode(),
        "c.txt": b"Plain words about the opening hours.",
        "d.pdf": files.make_pdf("Words in a PDF about batteries."),
        "e.docx": files.make_docx(),
        "f.csv": b"city,phone\nBonn,0228\n",
    }.items():
        document = acme.ingest(name, content)
        acme.check_whole(document.id)


def test_a_bad_document_fails_and_the_rest_of_the_batch_goes_on(acme: Knowledge) -> None:
    acme.submit("good.txt", "The shop opens at nine.")
    bad = acme.submit("bad.pdf", b"%PDF-1.7 not really")
    acme.submit("empty.txt", b"")
    acme.submit("also-good.txt", "The shop closes at six.")
    deliver_now()
    states = {each.name: (each.state, each.error_code) for each in list_documents(tenant_id=acme.tenant_id)}
    assert states == {
        "good.txt": ("ready", ""),
        "bad.pdf": ("failed", "file_broken"),
        "empty.txt": ("failed", "file_empty"),
        "also-good.txt": ("ready", ""),
    }
    assert "upload" in acme.document(bad.document_id).error_message


def test_a_failed_new_version_leaves_the_old_one_answering(acme: Knowledge) -> None:
    document = acme.ingest("returns.md", GUIDE)
    failed = acme.ingest("returns.md", b"Gr\xc3\xbc\xc3\x9fe\nGr\xfc\xdfe\n")
    assert (failed.state, failed.error_code, failed.is_answering) == ("failed", "mixed_encodings", True)
    assert any("Kassel" in text for text in acme.found("warehouse"))
    mended = acme.ingest("returns.md", GUIDE.replace("Kassel", "Erfurt"))
    assert mended.id == document.id
    acme.check_whole(document.id)


def test_a_stranger_finds_nothing(acme: Knowledge, stranger: Knowledge) -> None:
    document = acme.ingest("returns.md", GUIDE)
    assert stranger.found("How long does a refund take?") == []
    assert list_documents(tenant_id=stranger.tenant_id) == []
    ids = _chunk_ids(acme, document.id)
    assert get_passages(tenant_id=stranger.tenant_id, ids=ids) == {}


def test_equal_documents_of_two_tenants_stay_apart(acme: Knowledge, stranger: Knowledge) -> None:
    mine, theirs = acme.ingest("returns.md", GUIDE), stranger.ingest("returns.md", GUIDE)
    assert mine.id != theirs.id
    acme.check_whole(mine.id)
    stranger.check_whole(theirs.id)
    assert not set(_chunk_ids(acme, mine.id)) & set(_chunk_ids(stranger, theirs.id))


def _chunk_ids(knowledge: Knowledge, document_id: UUID) -> list[UUID]:
    with tenant_scope(knowledge.tenant_id):
        assert Document.objects.filter(id=document_id).exists()
        assert DocumentVersion.objects.filter(document_id=document_id).count() == 1
        return list(Chunk.objects.filter(document_id=document_id).values_list("id", flat=True))

"""The vector store's contract: every implementation is put to the same suite by adding it to `store`."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.embedding.port import Vectors
from ingestion.vectors.embedded import EmbeddedVectorStore
from ingestion.vectors.errors import VectorSchemaMismatch
from ingestion.vectors.port import HeldChunk, SearchScope, VectorChunk, VectorStore
from ingestion.vectors.weaviate.store import WeaviateVectorStore

DIMENSIONS = 16
ACME, OTHER = uuid4(), uuid4()
SOURCE = uuid4()


@pytest.fixture(params=["embedded", pytest.param("weaviate", marks=pytest.mark.server)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> VectorStore:
    store: VectorStore
    if request.param == "weaviate":
        store = WeaviateVectorStore(request.getfixturevalue("weaviate_url"))
    else:
        store = EmbeddedVectorStore(tmp_path / "vectors.sqlite3")
    store.prepare(model_key="test-1", dimensions=DIMENSIONS)
    return store


def direction(number: int) -> Vectors:
    """A unit vector of its own for each number."""
    vector = np.random.default_rng(number).normal(size=DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def chunk(
    text: str, *, document: UUID, version: UUID | None = None, ordinal: int = 0, source: UUID = SOURCE
) -> VectorChunk:
    return VectorChunk(
        id=uuid4(),
        document_id=document,
        version_id=version or document,
        source_id=source,
        ordinal=ordinal,
        title="Handbook",
        heading_path=("Returns", "Größen"),
        text=text,
        language="en",
    )


def write(store: VectorStore, tenant: UUID, chunks: list[VectorChunk]) -> None:
    store.upsert(tenant, chunks, np.stack([direction(number) for number, _ in enumerate(chunks)]))


def test_what_was_written_is_found_by_both_arms(store: VectorStore) -> None:
    parts = [chunk("shoes can be returned", document=uuid4()), chunk("hats are blue", document=uuid4())]
    write(store, ACME, parts)
    dense = store.search_dense(ACME, direction(1), limit=5)
    assert [hit.chunk for hit in dense] == [parts[1], parts[0]]
    assert dense[0].score == pytest.approx(1.0, abs=1e-3)
    words = store.search_words(ACME, "a shoe", limit=5)
    assert [hit.chunk for hit in words] == [parts[0]]
    assert words[0].score > 0


def test_what_it_holds_is_listed_in_pages_and_removed_by_id(store: VectorStore) -> None:
    parts = sorted((chunk(f"part {number}", document=uuid4()) for number in range(5)), key=lambda each: each.id)
    write(store, ACME, parts)
    write(store, OTHER, [chunk("theirs", document=uuid4())])
    held = [HeldChunk(each.id, each.document_id, each.version_id) for each in parts]
    assert store.list_chunks(ACME) == held
    assert store.list_chunks(ACME, limit=2) == held[:2]
    assert store.list_chunks(ACME, after=held[1].id, limit=2) == held[2:4]
    assert store.delete_chunks(ACME, [held[0].id, held[3].id, uuid4()]) == 2
    assert store.list_chunks(ACME) == [held[1], held[2], held[4]]
    assert store.delete_chunks(OTHER, [held[1].id]) == store.delete_chunks(ACME, []) == 0
    assert store.list_chunks(uuid4()) == []


def test_tenants_are_listed_in_pages(store: VectorStore) -> None:
    first, second = sorted([ACME, OTHER])
    for tenant in (first, second):
        write(store, tenant, [chunk("something", document=uuid4())])
    before = UUID(int=first.int - 1)
    assert store.list_tenants(after=before, limit=1) == [first]
    listed = store.list_tenants(after=before)
    assert listed == sorted(listed)
    assert second in listed
    store.delete_tenant(first)
    assert first not in store.list_tenants(after=before)


def test_it_is_the_same_start_as_long_as_it_runs(store: VectorStore) -> None:
    before = store.incarnation()
    assert before
    write(store, ACME, [chunk("Parcels come back within thirty days.", document=uuid4())])
    assert store.incarnation() == before


def test_headings_and_titles_are_words_too(store: VectorStore) -> None:
    part = chunk("thirty days", document=uuid4())
    write(store, ACME, [part])
    assert store.search_words(ACME, "größen", limit=1)[0].chunk == part
    assert store.search_words(ACME, "handbook", limit=1)[0].chunk == part


def test_words_are_stemmed_as_the_passages_language_does(store: VectorStore) -> None:
    german, english, unknown = (
        replace(chunk(text, document=uuid4()), language=language)
        for text, language in (
            ("Die Häuser wurden verkauft", "de"),
            ("Houses were sold", "en"),
            ("House selling", ""),
        )
    )
    write(store, ACME, [german, english, unknown])
    assert [hit.chunk for hit in store.search_words(ACME, "Welches Haus wurde verkauft?", limit=5)] == [german]
    found = {hit.chunk.id for hit in store.search_words(ACME, "Which house was sold?", limit=5)}
    assert found == {english.id, unknown.id}
    store.delete_document(ACME, german.document_id)
    assert store.search_words(ACME, "Haus", limit=5) == []


def test_a_stranger_finds_and_deletes_nothing(store: VectorStore) -> None:
    document = uuid4()
    part = chunk("our secret recipe", document=document)
    write(store, ACME, [part])
    write(store, OTHER, [chunk("something else", document=uuid4())])
    assert store.search_words(OTHER, "secret recipe", limit=5) == []
    assert part not in [hit.chunk for hit in store.search_dense(OTHER, direction(0), limit=5)]
    assert store.fetch(OTHER, [part.id]) == {}
    assert store.version_counts(OTHER, [document]) == {}
    assert store.delete_document(OTHER, document) == 0
    assert store.delete_versions(OTHER, [(document, document)]) == 0
    store.delete_tenant(OTHER)
    assert store.count(ACME) == 1


def test_another_tenant_with_the_same_ids_keeps_its_own(store: VectorStore) -> None:
    part = chunk("shared id", document=uuid4())
    write(store, ACME, [part])
    write(store, OTHER, [part])
    store.delete_document(ACME, part.document_id)
    assert (store.count(ACME), store.count(OTHER)) == (0, 1)
    assert store.search_words(OTHER, "shared", limit=1)[0].chunk == part


def test_words_of_another_tenant_do_not_move_scores(store: VectorStore) -> None:
    write(store, ACME, [chunk("rare word", document=uuid4()), chunk("other", document=uuid4())])
    before = store.search_words(ACME, "rare", limit=1)[0].score
    write(store, OTHER, [chunk("rare " * 5, document=uuid4()) for _ in range(20)])
    assert store.search_words(ACME, "rare", limit=1)[0].score == before


def test_writing_twice_changes_nothing(store: VectorStore) -> None:
    parts = [chunk(f"text {number}", document=uuid4()) for number in range(3)]
    write(store, ACME, parts)
    write(store, ACME, parts)
    assert store.count(ACME) == 3
    assert len(store.search_dense(ACME, direction(0), limit=10)) == 3
    assert len(store.search_words(ACME, "text", limit=10)) == 3


def test_rewriting_an_id_replaces_text_and_vector(store: VectorStore) -> None:
    old = chunk("old words", document=uuid4())
    store.upsert(ACME, [old], direction(0)[None, :])
    assert store.search_dense(ACME, direction(0), limit=1)[0].score == pytest.approx(1, abs=1e-3)
    new = VectorChunk(**{name: getattr(old, name) for name in old.__slots__} | {"text": "new phrase"})
    store.upsert(ACME, [new], direction(7)[None, :])
    assert store.search_dense(ACME, direction(7), limit=1)[0].score == pytest.approx(1, abs=1e-3)
    assert store.search_words(ACME, "old", limit=1) == []
    assert store.search_words(ACME, "phrase", limit=1)[0].chunk == new


def test_ids_are_matched_exactly(store: VectorStore) -> None:
    one = UUID("00000000-0000-0000-0000-000000000001")
    two = UUID("00000000-0000-0000-0000-000000000002")
    write(store, ACME, [chunk("one", document=one), chunk("two", document=two)])
    assert store.delete_document(ACME, one) == 1
    assert [hit.chunk.document_id for hit in store.search_dense(ACME, direction(0), limit=9)] == [two]


def test_versions_are_counted_and_deleted_apart(store: VectorStore) -> None:
    document, first, second = uuid4(), uuid4(), uuid4()
    write(store, ACME, [chunk("a", document=document, version=first, ordinal=n) for n in range(2)])
    write(store, ACME, [chunk("b", document=document, version=second, ordinal=n) for n in range(3)])
    assert store.version_counts(ACME, [document, uuid4()]) == {document: {first: 2, second: 3}}
    assert store.delete_versions(ACME, [(document, first), (uuid4(), second)]) == 2
    assert store.delete_versions(ACME, [(document, first)]) == 0
    assert store.version_counts(ACME, [document]) == {document: {second: 3}}
    assert len(store.search_dense(ACME, direction(0), limit=9)) == 3


def test_scope_narrows_both_arms(store: VectorStore) -> None:
    here, there = uuid4(), uuid4()
    parts = [chunk("same words", document=uuid4(), source=here), chunk("same words", document=uuid4(), source=there)]
    write(store, ACME, parts)
    for scope, expected in (
        (SearchScope(source_ids=(here,)), [parts[0]]),
        (SearchScope(document_ids=(parts[1].document_id,)), [parts[1]]),
        (SearchScope(source_ids=(here,), document_ids=(parts[1].document_id,)), []),
    ):
        assert [hit.chunk for hit in store.search_dense(ACME, direction(0), limit=5, scope=scope)] == expected
        assert [hit.chunk for hit in store.search_words(ACME, "same", limit=5, scope=scope)] == expected


def test_limit_and_order(store: VectorStore) -> None:
    write(store, ACME, [chunk(f"item {number}", document=uuid4()) for number in range(30)])
    hits = store.search_dense(ACME, direction(3), limit=7)
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert store.search_dense(ACME, direction(3), limit=0) == []


def test_an_unknown_tenant_is_empty(store: VectorStore) -> None:
    nobody = uuid4()
    assert store.search_dense(nobody, direction(0), limit=3) == store.search_words(nobody, "anything", limit=3) == []
    assert store.count(nobody) == 0
    store.delete_tenant(nobody)


def test_a_tenant_that_comes_back_starts_empty(store: VectorStore) -> None:
    write(store, ACME, [chunk(f"first life {number}", document=uuid4()) for number in range(3)])
    store.search_dense(ACME, direction(0), limit=5)
    store.delete_tenant(ACME)
    write(store, ACME, [chunk("second life", document=uuid4())])
    assert [hit.chunk.text for hit in store.search_dense(ACME, direction(0), limit=5)] == ["second life"]
    assert store.search_words(ACME, "first", limit=5) == []


def test_another_dimension_is_refused_by_name(store: VectorStore) -> None:
    write(store, ACME, [chunk("hats", document=uuid4())])
    with pytest.raises(VectorSchemaMismatch, match="EMBEDDINGS_URL"):
        store.prepare(model_key="test-1", dimensions=DIMENSIONS + 1)

    assert len(store.search_dense(ACME, direction(0), limit=5)) == 1, "a refused model changes nothing"


@pytest.fixture
def beside(store: VectorStore, request: pytest.FixtureRequest, tmp_path: Path) -> VectorStore:
    """The same store as another object, for another model of other dimensions."""
    if isinstance(store, WeaviateVectorStore):
        other: VectorStore = WeaviateVectorStore(request.getfixturevalue("weaviate_url"))
    else:
        other = EmbeddedVectorStore(tmp_path / "vectors.sqlite3")
    other.prepare(model_key="test-2", dimensions=3)
    return other


EAST = np.array([1, 0, 0], np.float32)


def test_vectors_of_two_models_never_meet(store: VectorStore, beside: VectorStore) -> None:
    """The same passages in both, as while a company moves from one to the other."""
    parts = [chunk("hats", document=uuid4()), chunk("shoes", document=uuid4())]
    write(store, ACME, parts)
    beside.upsert(ACME, parts[:1], EAST[None, :])

    assert (store.count(ACME), beside.count(ACME)) == (2, 1)
    assert [hit.chunk.text for hit in beside.search_dense(ACME, EAST, limit=5)] == ["hats"]
    assert beside.search_words(ACME, "shoes", limit=5) == []
    assert store.list_models() == {"test-1": DIMENSIONS, "test-2": 3}

    store.delete_document(ACME, parts[0].document_id)
    assert (store.count(ACME), beside.count(ACME)) == (1, 1)
    with pytest.raises(VectorSchemaMismatch):
        beside.upsert(ACME, parts[:1], direction(0)[None, :])


def test_a_model_that_is_dropped_leaves_the_other_alone(store: VectorStore, beside: VectorStore) -> None:
    parts = [chunk("hats", document=uuid4())]
    write(store, ACME, parts)
    for tenant in (ACME, OTHER):
        beside.upsert(tenant, parts, EAST[None, :])

    store.search_dense(ACME, direction(0), limit=5)
    store.drop()

    assert store.list_models() == {"test-2": 3}
    assert [len(beside.search_dense(each, EAST, limit=5)) for each in (ACME, OTHER)] == [1, 1]


def test_a_dropped_model_can_be_made_anew(
    store: VectorStore, beside: VectorStore, in_another_process: Callable[[str], str]
) -> None:
    write(store, ACME, [chunk("hats", document=uuid4())])
    store.drop()
    store.prepare(model_key="test-1", dimensions=DIMENSIONS)
    assert store.search_dense(ACME, direction(0), limit=5) == []

    write(store, ACME, [chunk("shoes", document=uuid4())])

    assert [hit.chunk.text for hit in store.search_dense(ACME, direction(0), limit=5)] == ["shoes"]
    assert store.search_words(ACME, "hats", limit=5) == []
    assert in_another_process("print(store.count(ACME))") == "1"


def test_vectors_of_another_width_are_refused(store: VectorStore) -> None:
    with pytest.raises(VectorSchemaMismatch):
        store.upsert(ACME, [chunk("hats", document=uuid4())], np.ones((1, DIMENSIONS + 1), np.float32))
    assert store.count(ACME) == 0


def test_a_failed_upsert_leaves_the_store_usable(store: VectorStore) -> None:
    with pytest.raises(ValueError, match="1 chunks"):
        store.upsert(ACME, [chunk("x", document=uuid4())], np.zeros((2, DIMENSIONS), dtype=np.float32))
    write(store, ACME, [chunk("y", document=uuid4())])
    assert store.count(ACME) == 1


def test_long_histories_of_writes_and_deletes_agree_with_a_plain_scan(store: VectorStore) -> None:
    random = np.random.default_rng(5)
    alive: dict[UUID, tuple[VectorChunk, int]] = {}
    for step in range(120):
        if alive and random.random() < 0.4:
            key = list(alive)[int(random.integers(len(alive)))]
            store.delete_document(ACME, alive.pop(key)[0].document_id)
        else:
            part = chunk(f"text {step}", document=uuid4())
            store.upsert(ACME, [part], direction(step)[None, :])
            alive[part.id] = (part, step)
        query = direction(int(random.integers(1000)))
        expected = sorted(alive, key=lambda key: -float(direction(alive[key][1]) @ query))[:5]
        assert [hit.chunk.id for hit in store.search_dense(ACME, query, limit=5)] == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_no_query_is_a_syntax_error(store: VectorStore, query: str) -> None:
    if store.count(ACME) == 0:
        write(store, ACME, [chunk("NEAR the AND gate", document=uuid4())])
    assert len(store.search_words(ACME, query, limit=3)) <= 1


@pytest.mark.parametrize(
    "query", ['"', "a OR", "NEAR(", "title:x", "*", "-", "AND OR NOT", "x^2", "'; DROP TABLE chunk"]
)
def test_search_syntax_is_only_words(store: VectorStore, query: str) -> None:
    write(store, ACME, [chunk("plain", document=uuid4())])
    assert store.search_words(ACME, query, limit=3) == []


@pytest.fixture
def in_another_process(store: VectorStore, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    def run(body: str) -> str:
        if isinstance(store, WeaviateVectorStore):
            opened = (
                "from ingestion.vectors.weaviate.store import WeaviateVectorStore\n"
                f"store = WeaviateVectorStore({request.getfixturevalue('weaviate_url')!r})\n"
                f"store.prepare(model_key='test-1', dimensions={DIMENSIONS})\n"
            )
        else:
            opened = (
                "from pathlib import Path\nfrom ingestion.vectors.embedded import EmbeddedVectorStore\n"
                f"store = EmbeddedVectorStore(Path({str(tmp_path / 'vectors.sqlite3')!r}))\n"
            )
        code = f"from uuid import UUID\n{opened}ACME = UUID({str(ACME)!r})\n{body}"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    return run


def test_a_write_is_seen_by_other_processes_at_once(
    store: VectorStore, in_another_process: Callable[[str], str]
) -> None:
    part = chunk("first", document=uuid4())
    write(store, ACME, [part, chunk("second", document=uuid4())])
    assert len(store.search_dense(ACME, direction(0), limit=9)) == 2
    assert in_another_process("print(store.count(ACME))") == "2"
    in_another_process(f"store.delete_document(ACME, UUID({str(part.document_id)!r}))")
    assert [hit.chunk.text for hit in store.search_dense(ACME, direction(0), limit=9)] == ["second"]


def test_versions_leave_by_their_exact_ids(store: VectorStore) -> None:
    """A page that is edited takes none of another page's passages along, however alike their ids are."""
    pages = [UUID(int=(1 << 100) + number) for number in range(20)]
    for page in pages:
        write(store, ACME, [chunk(f"page {page}", document=page, ordinal=number) for number in range(3)])
    gone = pages[7]
    assert store.delete_versions(ACME, [(gone, gone), (gone, pages[8]), (pages[8], gone)]) == 3
    assert store.version_counts(ACME, pages) == {page: {page: 3} for page in pages if page != gone}

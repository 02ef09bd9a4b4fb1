"""What holds for every document: all text is in a passage, none is over the limit, unchanged parts keep their hash."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.chunking.chunk import ChunkingOptions, TextChunk
from ingestion.chunking.chunker import chunk_document
from ingestion.parsing.document import BlockKind, DocumentKind, Draft, ParsedDocument, lay_out

OPTIONS = ChunkingOptions(max_tokens=60, min_tokens=12)
# How long and large examples are says something about the machine, not about the chunker.
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def count_words(texts: Sequence[str]) -> list[int]:
    """Like a tokenizer whose words are its tokens, plus two special ones."""
    return [len(text.split()) + 2 for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    """Like one that cuts words: parts counted apart and together differ."""
    return [-(-len(text) // 4) + 2 for text in texts]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)
sentences = st.lists(words, min_size=1, max_size=14).map(lambda parts: " ".join(parts) + ".")
prose = st.lists(sentences, min_size=1, max_size=12).map(" ".join)
lines = st.lists(sentences, min_size=1, max_size=12).map("\n".join)
drafts = st.one_of(
    st.builds(Draft, st.just(BlockKind.PARAGRAPH), prose),
    st.builds(Draft, st.sampled_from([BlockKind.TABLE, BlockKind.CODE]), lines),
    st.builds(
        Draft, st.just(BlockKind.LIST), lines.map(lambda text: "\n".join(f"- {line}" for line in text.split("\n")))
    ),
    st.builds(Draft, st.just(BlockKind.HEADING), sentences, st.integers(1, 4)),
    st.builds(Draft, st.just(BlockKind.PARAGRAPH), st.text("abcdef0123456789", min_size=200, max_size=900)),
)


def document_of(parts: Sequence[Draft], title: str = "A title") -> ParsedDocument:
    text, blocks = lay_out(parts)
    return ParsedDocument(DocumentKind.TEXT, title, "en", text, blocks)


documents = st.lists(drafts, max_size=14).map(document_of)


@given(documents)
@settings(SETTINGS, max_examples=60)
def test_every_character_is_in_a_passage_or_is_a_heading_above_one(document: ParsedDocument) -> None:
    chunks = chunk_document(document, count_words, OPTIONS)
    covered = {position for chunk in chunks for position in range(chunk.char_start, chunk.char_end)}
    named = {heading for chunk in chunks for heading in chunk.heading_path} | {document.title}
    for block in document.blocks:
        if block.kind is BlockKind.HEADING and block.text in named:
            continue
        missing = [
            p for p in range(block.char_start, block.char_end) if p not in covered and not document.text[p].isspace()
        ]
        assert not missing, (block, chunks)


@given(documents, st.sampled_from([count_words, count_characters]))
@settings(SETTINGS, max_examples=60)
def test_no_passage_is_over_the_limit(document: ParsedDocument, count: object) -> None:
    counter = count_words if count is count_words else count_characters
    for chunk in chunk_document(document, counter, OPTIONS):
        assert chunk.token_count == counter([chunk.embedded_text])[0]
        assert chunk.token_count <= OPTIONS.max_tokens


@given(documents)
@settings(SETTINGS, max_examples=40)
def test_passages_are_slices_in_order_and_the_same_each_time(document: ParsedDocument) -> None:
    chunks = chunk_document(document, count_words, OPTIONS)
    assert chunks == chunk_document(document, count_words, OPTIONS)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert [chunk.char_start for chunk in chunks] == sorted(chunk.char_start for chunk in chunks)
    assert all(document.text[chunk.char_start : chunk.char_end] == chunk.text for chunk in chunks)


sections = st.lists(st.tuples(words, st.lists(sentences, min_size=1, max_size=2)), min_size=1, max_size=3)


@given(sections, sections, sentences)
@settings(SETTINGS, max_examples=40)
def test_a_change_in_one_chapter_leaves_the_others_hashes(
    before: list[tuple[str, list[str]]], after: list[tuple[str, list[str]]], changed: str
) -> None:
    """Chapters are far larger than the smallest passage, so none is joined with its neighbour."""
    old = document_of([*_chapters(before, "B"), *_chapter("Changing", ["Old words. " * 10]), *_chapters(after, "A")])
    new = document_of([*_chapters(before, "B"), *_chapter("Changing", [changed] * 30), *_chapters(after, "A")])
    kept = {chunk.content_hash for chunk in _outside(chunk_document(old, count_words, OPTIONS))}
    assert kept == {chunk.content_hash for chunk in _outside(chunk_document(new, count_words, OPTIONS))}


def _chapters(parts: list[tuple[str, list[str]]], mark: str) -> list[Draft]:
    return [
        draft
        for number, (name, paragraphs) in enumerate(parts)
        for draft in _chapter(f"{mark}{number} {name}", [*paragraphs, "More words stand here. " * 6])
    ]


def _chapter(name: str, paragraphs: list[str]) -> list[Draft]:
    return [Draft(BlockKind.HEADING, name, 1), *(Draft(BlockKind.PARAGRAPH, text) for text in paragraphs)]


def _outside(chunks: list[TextChunk]) -> list[TextChunk]:
    return [chunk for chunk in chunks if "Changing" not in chunk.heading_path]

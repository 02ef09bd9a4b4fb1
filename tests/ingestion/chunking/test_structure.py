"""Where passages begin and end: sections, whole items, overlap where something had to be torn, anchors."""

from collections.abc import Sequence
from itertools import pairwise

from ingestion.chunking.chunk import ChunkingOptions, TextChunk, text_to_embed
from ingestion.chunking.chunker import chunk_document
from ingestion.parsing.parse import parse

OPTIONS = ChunkingOptions(max_tokens=60, min_tokens=12)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) + 2 for text in texts]


def chunks_of(markdown: str, options: ChunkingOptions = OPTIONS) -> list[TextChunk]:
    return chunk_document(parse(markdown.encode(), name="page.md"), count_words, options)


def words(count: int, mark: str = "w") -> str:
    return " ".join(f"{mark}{number}" for number in range(count))


def test_a_section_is_a_passage_under_its_headings() -> None:
    chunks = chunks_of(f"# Guide\n\n{words(20, 'a')}\n\n## Setup\n\n{words(20, 'b')}\n\n### Linux\n\n{words(20, 'c')}")
    assert [chunk.heading_path for chunk in chunks] == [(), ("Setup",), ("Setup", "Linux")]
    assert [chunk.anchor for chunk in chunks] == ["guide", "setup", "linux"]
    assert chunks[2].text == words(20, "c")
    assert chunks[2].embedded_text == f"Guide\nSetup > Linux\n{words(20, 'c')}"


def test_small_siblings_join_and_keep_their_headings_in_the_text() -> None:
    chunks = chunks_of(f"# FAQ\n\n## One\n\nYes.\n\n## Two\n\nNo.\n\n## Three\n\n{words(30)}")
    assert chunks[0].text.startswith("One\n\nYes.\n\nTwo\n\nNo.\n\nThree\n\nw0")
    assert len(chunks) == 1


def test_a_small_section_does_not_join_another_chapter() -> None:
    chunks = chunks_of(f"# T\n\n## A\n\n{words(20)}\n\n### Deep\n\nShort.\n\n## B\n\n{words(20)}")
    assert [chunk.heading_path for chunk in chunks] == [("A",), ("B",)]
    assert chunks[0].text.endswith("Deep\n\nShort.")


def test_a_heading_alone_lives_on_in_the_paths_below_it() -> None:
    chunks = chunks_of(f"# T\n\n## Parent\n\n### Child\n\n{words(20)}")
    assert [chunk.heading_path for chunk in chunks] == [("Parent", "Child")]
    assert "Parent" not in chunks[0].text


def test_list_items_rows_and_code_stay_whole_when_they_fit() -> None:
    items = [f"- {words(15, mark)}" for mark in "abcdefgh"]
    for chunk in chunks_of("# T\n\n" + "\n".join(items)):
        assert all(line in items for line in chunk.text.split("\n"))
    code = "```\n" + "\n".join(words(5, mark) for mark in "abcdefgh") + "\n```"
    chunks = chunks_of(f"# T\n\n{words(30)}\n\n{code}")
    assert len(chunks[-1].text.split("\n")) == 8


def test_passages_of_one_section_are_even_in_size() -> None:
    chunks = chunks_of("# T\n\n" + "\n\n".join(words(10, mark) for mark in "abcdefg"))
    assert len(chunks) == 2
    assert abs(chunks[0].token_count - chunks[1].token_count) <= 12


def test_what_is_torn_overlaps_and_what_is_not_does_not() -> None:
    torn = chunks_of(
        "# T\n\n" + " ".join(f"{words(4, mark).capitalize()}." for mark in "abcdefghijklmnopqrstuvwxyz" * 2)
    )
    assert len(torn) > 2
    for left, right in pairwise(torn):
        repeated = left.char_end - right.char_start
        assert 0 < repeated <= 0.2 * len(left.text) + 10
        assert right.text[:repeated] == left.text[-repeated:]
    whole = chunks_of("# T\n\n" + "\n\n".join(words(25, mark) for mark in "abcd"))
    assert all(left.char_end < right.char_start for left, right in pairwise(whole))


def test_a_lead_stays_with_what_it_leads_to() -> None:
    chunks = chunks_of(f"# T\n\n{words(45)}\n\nDo the following:\n\n- {words(20, 'b')}\n- {words(5, 'c')}")
    assert chunks[0].text == words(45)
    assert chunks[1].text.startswith("Do the following:\n\n- b0")


def test_a_long_title_leaves_room_for_the_text() -> None:
    chunks = chunks_of(f"---\ntitle: {words(300, 't')}\n---\n\n{words(100)}")
    assert all(chunk.token_count <= OPTIONS.max_tokens for chunk in chunks)


def test_an_empty_document_has_no_passages() -> None:
    assert chunk_document(parse(b"# ", name="a.txt"), count_words) != []
    assert text_to_embed(title="", heading_path=(), text="x") == "x"

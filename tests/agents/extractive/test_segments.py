"""What of a passage can be quoted, in Markdown and in the plain text that parsing leaves."""

from hypothesis import given
from hypothesis import strategies as st

from agents.llm.extractive.segments import split_segments

MARKDOWN = """## Install

Run the installer. It asks two questions:

1. Which folder?
2. Which port?
   Any free one will do.

```sh
setup --port 8080
```

| setting | default |
|---|---|
| PORT | 8080 |
"""

PLAIN = """Install

Run the installer. It asks for a port:

setup --port 8080
setup --check

name | default
PORT | 8080

Remove

Delete the folder."""


def kinds_and_texts(text: str) -> list[tuple[str, str]]:
    return [(segment.kind, text[segment.start : segment.end]) for segment in split_segments(text)]


def test_markdown_is_cut_by_its_structure() -> None:
    assert kinds_and_texts(MARKDOWN) == [
        ("heading", "## Install"),
        ("sentence", "Run the installer."),
        ("sentence", "It asks two questions:"),
        ("item", "1. Which folder?"),
        ("item", "2. Which port?\n   Any free one will do."),
        ("code", "setup --port 8080"),
        ("row", "| setting | default |"),
        ("row", "| PORT | 8080 |"),
    ]


def test_plain_text_shows_its_headings_listings_and_tables() -> None:
    assert kinds_and_texts(PLAIN) == [
        ("heading", "Install"),
        ("sentence", "Run the installer."),
        ("sentence", "It asks for a port:"),
        ("code", "setup --port 8080\nsetup --check"),
        ("row", "name | default"),
        ("row", "PORT | 8080"),
        ("heading", "Remove"),
        ("sentence", "Delete the folder."),
    ]


def test_a_paragraph_alone_is_prose_whatever_it_looks_like() -> None:
    assert kinds_and_texts("Delivery times") == [("sentence", "Delivery times")]


def test_a_record_stays_together() -> None:
    text = "name: Lamp\nprice: 20 EUR\nstock: 4"
    assert kinds_and_texts(text) == [("record", text)]


def test_an_open_fence_runs_to_the_end() -> None:
    assert kinds_and_texts("Run:\n\n```\nmake\n\nmake demo")[-1] == ("code", "make\n\nmake demo")


@given(st.text(alphabet=st.sampled_from("ab A.:|-#1`\n $"), max_size=120))
def test_segments_are_in_order_apart_and_within_the_text(text: str) -> None:
    segments = split_segments(text)
    places = [0, *(place for segment in segments for place in (segment.start, segment.end)), len(text)]
    assert places == sorted(places)
    assert all(text[segment.start : segment.end].strip() for segment in segments)

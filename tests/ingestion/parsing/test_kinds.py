"""Each kind of file becomes the blocks that its reader sees, and every block lies in the text where it says."""

import pytest

from ingestion.parsing.document import BlockKind, DocumentKind, ParsedDocument
from ingestion.parsing.parse import parse
from tests.ingestion import files


def shapes(document: ParsedDocument) -> list[tuple[str, int, str]]:
    """The blocks, after a check that each is where it says."""
    for block in document.blocks:
        assert document.text[block.char_start : block.char_end] == block.text
    return [(block.kind.value, block.level, block.text) for block in document.blocks]


def test_markdown() -> None:
    document = parse(files.MARKDOWN.encode(), name="returns.md")
    assert (document.kind, document.title, document.language) == (DocumentKind.MARKDOWN, "Returns and refunds", "en")
    assert shapes(document) == [
        ("heading", 1, "Returns and refunds"),
        ("paragraph", 0, "You may return goods within 30 days. Write to returns@acme.example."),
        ("heading", 2, "How to send something back"),
        ("list", 0, "1. Print the label.\n2. Put it on the parcel.\n  - Keep the receipt."),
        ("paragraph", 0, "See shipping for rates."),
        ("heading", 2, "Fees"),
        ("table", 0, "Country | Fee\nGermany | free\nFrance | 4 €"),
        ("code", 0, "rapport returns --list"),
        ("heading", 2, "Fees"),
        ("paragraph", 0, "Second section of the same name."),
    ]


def test_markdown_headings_have_the_anchors_of_github() -> None:
    document = parse(files.MARKDOWN.encode(), name="returns.md")
    anchors = [block.anchor for block in document.blocks if block.kind is BlockKind.HEADING]
    assert anchors == ["returns-and-refunds", "send-back", "fees", "fees-1"]


def test_markdown_links_are_kept_as_written() -> None:
    assert "shipping.md#rates" in [link.target for link in parse(files.MARKDOWN.encode(), name="r.md").links]


def test_html_without_scripts_navigation_and_hidden_parts() -> None:
    document = parse(files.HTML.encode(), name="shipping.html")
    assert (document.title, document.language) == ("Shipping", "en")
    assert shapes(document) == [
        ("heading", 1, "Shipping"),
        ("paragraph", 0, "We ship to all of Europe and\nNorway. Rates"),
        ("heading", 2, "How fast is it?"),
        ("paragraph", 0, "Express: Next day."),
        ("paragraph", 0, "Standard: Three days."),
        ("list", 0, "- Monday\n- Tuesday\n  - Morning"),
        ("table", 0, "Weight | Price\n1 kg | 5 €"),
        ("code", 0, "track   --now\ntwo lines"),
    ]


def test_html_anchors_links_and_directives() -> None:
    document = parse(files.HTML.encode(), name="shipping.html")
    anchors = {block.text: block.anchor for block in document.blocks}
    assert anchors["Shipping"] == "top"
    assert anchors["How fast is it?"] == "speed"
    assert anchors["Express: Next day."] == "express"
    assert {link.target: link.is_content for link in document.links} == {"/rates": True, "/": False, "/shop": False}
    assert document.metadata == {"canonical": "/shipping", "robots": "noindex, nofollow"}


def test_html_whose_content_is_all_in_its_frame_is_kept() -> None:
    document = parse(b"<html><body><nav><p>The only words here.</p></nav></body></html>", name="a.html")
    assert document.text == "The only words here."


def test_html_that_lies_deep_is_read() -> None:
    page = "<div>" * 900 + "<p>Deep down.</p>" + "</div>" * 900
    assert "Deep down." in parse(f"<html><body><p>Top.</p>{page}</body></html>".encode(), name="deep.html").text


def test_text_keeps_its_lines_and_finds_lists() -> None:
    document = parse(b"Opening hours\n\nMonday: nine\nTuesday: ten\n\n- bread\n- butter\n", name="hours.txt")
    assert document.title == "Opening hours"
    assert shapes(document) == [
        ("paragraph", 0, "Opening hours"),
        ("paragraph", 0, "Monday: nine\nTuesday: ten"),
        ("list", 0, "- bread\n- butter"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_in_any_encoding(encoding: str) -> None:
    text = "Über die Straße führt der Weg nach Köln.\nEs ist schön dort, und die Züge fahren häufig.\n" * 5
    assert parse(text.encode(encoding), name="weg.txt").text.startswith("Über die Straße führt")


def test_csv_rows_carry_their_columns_names() -> None:
    document = parse(b'Name;Price;\nLamp;"12,50";x\nTable;80;\n', name="goods.csv")
    assert shapes(document) == [
        ("table", 0, "Name: Lamp\nPrice: 12,50\nColumn 3: x"),
        ("table", 0, "Name: Table\nPrice: 80"),
    ]


def test_csv_without_a_header() -> None:
    assert parse(b"1,2\n3,4\n", name="n.csv").text == "Column 1: 1\nColumn 2: 2\n\nColumn 1: 3\nColumn 2: 4"


def test_pdf_with_an_outline() -> None:
    first = "Installation\nThe device is mounted on a wall. It needs four screws and a sur-\nface that is flat.\nHeavy."
    document = parse(
        files.make_pdf(
            first, "Cleaning\nUse a dry cloth only.", title="Manual", outline={"Installation": 0, "Cleaning": 1}
        ),
        name="manual.pdf",
    )
    assert document.title == "Manual"
    assert shapes(document) == [
        ("heading", 1, "Installation"),
        ("paragraph", 0, "The device is mounted on a wall. It needs four screws and a surface that is flat."),
        ("paragraph", 0, "Heavy."),
        ("heading", 1, "Cleaning"),
        ("paragraph", 0, "Use a dry cloth only."),
    ]
    assert document.blocks[-1].anchor == "page=2"


def test_pdf_without_running_headers_and_page_numbers() -> None:
    pages = [f"Acme manual\nThis is the text of chapter {word}.\nPage {number}" for number, word in enumerate("abcde")]
    text = parse(files.make_pdf(*pages), name="manual.pdf").text
    assert "Acme manual" not in text
    assert "Page 3" not in text
    assert "chapter d" in text


def test_pdf_that_needs_no_password_to_read() -> None:
    assert "readable" in parse(files.make_encrypted_pdf("This is readable.", ""), name="a.pdf").text


def test_docx() -> None:
    document = parse(files.make_docx(), name="warranty.docx")
    assert document.title == "Warranty"
    assert shapes(document) == [
        ("heading", 1, "Warranty"),
        ("paragraph", 0, "Every device has a warranty of two years."),
        ("heading", 2, "What is covered?"),
        ("list", 0, "- Parts\n- Labour"),
        ("table", 0, "Part | Years\nScreen | 2"),
        ("paragraph", 0, "Seen."),
    ]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (files.make_pdf("A PDF under another name."), "notes.txt", DocumentKind.PDF),
        (files.make_docx(), "notes", DocumentKind.DOCX),
        (files.HTML.encode(), "page.txt", DocumentKind.HTML),
        (b"Just words, no tags at all.", "page.html", DocumentKind.TEXT),
        (b"# Title\n\nWords", "README", DocumentKind.TEXT),
        (b"MZ is the beginning of this sentence.", "mz.txt", DocumentKind.TEXT),
    ],
)
def test_content_wins_over_the_name(content: bytes, name: str, kind: DocumentKind) -> None:
    assert parse(content, name=name).kind is kind


def test_the_servers_type_counts_where_the_address_says_nothing() -> None:
    assert parse(b"# Title\n\nWords", name="guide", content_type="text/markdown; charset=utf-8").title == "Title"
    page = "<html><body><p>Grüße aus Köln, schöne Stadt</p></body></html>".encode("cp1252")
    assert "Grüße" in parse(page, name="https://a.example/x", content_type="text/html; charset=windows-1252").text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The agent answers from what the company knows, and it says where that is written.", "en"),
        ("Der Agent antwortet aus dem, was die Firma weiß, und er sagt, wo es steht.", "de"),
        ("L'agent répond avec ce que les documents de la société disent, et il cite la page.", "fr"),
        ("12345 67890", ""),
    ],
)
def test_language(text: str, language: str) -> None:
    assert parse(text.encode(), name="a.txt").language == language

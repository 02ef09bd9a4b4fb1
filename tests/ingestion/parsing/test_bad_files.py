"""Each bad file fails with its own code and a sentence that says what to do."""

from pathlib import Path

import pytest

from ingestion.parsing.errors import ParsingError
from ingestion.parsing.parse import parse
from tests.ingestion import files

MIXED = "Grüße aus Köln\n".encode() + "Grüße aus Köln\n".encode("cp1252")
SCRIPTS = (
    b"<!doctype html><html><body><div id='app'></div>" + b"<script>render('words')</script>" * 200 + b"</body></html>"
)

BAD = {
    "empty": (b"", "a.txt", "file_empty"),
    "only spaces": (b" \n\t ", "a.md", "file_empty"),
    "text called PDF": (b"Hello, I am text.", "a.pdf", "wrong_extension"),
    "text called DOCX": (b"Hello, I am text.", "a.docx", "wrong_extension"),
    "picture called PDF": (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.pdf", "unsupported_type"),
    "picture": (b"\xff\xd8\xff\xe0" + bytes(100), "photo.jpg", "unsupported_type"),
    "junk": (bytes(range(256)) * 40, "a.txt", "unsupported_type"),
    "junk without a name": (bytes(range(256)) * 40, "a", "unsupported_type"),
    "zip": (files.make_zip(readme=b"hello"), "a.zip", "unsupported_type"),
    "workbook": (files.make_zip(**{"xl/workbook.xml": b"<x/>"}), "a.xlsx", "unsupported_type"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "unsupported_type"),
    "encrypted DOCX": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "a.docx",
        "docx_encrypted",
    ),
    "broken PDF": (b"%PDF-1.7\n" + b"nothing of use here\n" * 20, "a.pdf", "file_broken"),
    "half a PDF": (files.make_pdf("words " * 50)[:300], "a.pdf", "file_broken"),
    "encrypted PDF": (files.make_encrypted_pdf("secret", "pass"), "a.pdf", "pdf_encrypted"),
    "scanned PDF": (files.make_pdf("", "", ""), "scan.pdf", "pdf_no_text"),
    "broken DOCX": (files.make_docx()[:2000], "a.docx", "file_broken"),
    "DOCX without text": (
        files.make_zip(
            **{
                "word/document.xml": b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>"
            }
        ),
        "a.docx",
        "no_text",
    ),
    "DOCX of broken XML": (files.make_zip(**{"word/document.xml": b"<w:document"}), "a.docx", "file_broken"),
    "zip bomb": (files.make_docx_bomb(600_000_000), "a.docx", "archive_too_large"),
    "lying zip bomb": (files.make_lying_docx_bomb(80_000_000), "a.docx", "file_broken"),
    "mixed encodings": (MIXED, "a.txt", "mixed_encodings"),
    "page of scripts": (SCRIPTS, "app.html", "no_text"),
    "CSV with an endless field": (b'a,b\n"' + b"x" * 1_100_000, "a.csv", "file_broken"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_says_what_to_do(what: str) -> None:
    content, name, code = BAD[what]
    with pytest.raises(ParsingError) as caught:
        parse(content, name=name)
    assert caught.value.code == code
    assert caught.value.message.rstrip().endswith(".")
    assert not caught.value.is_retryable


def test_external_entities_are_not_read() -> None:
    body = (
        b"<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
        b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        b"<w:body><w:p><w:r><w:t>before &x; after</w:t></w:r></w:p></w:body></w:document>"
    )
    secret = Path("/etc/hostname").read_text().strip()
    text = parse(files.make_zip(**{"word/document.xml": body}), name="a.docx").text
    assert not secret or secret not in text


def test_entities_that_multiply_do_not_explode() -> None:
    lines = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    body = f"<!DOCTYPE w [<!ENTITY e0 'ha'>{lines}]><w>&e9;</w>".encode()
    with pytest.raises(ParsingError):
        parse(files.make_zip(**{"word/document.xml": body}), name="a.docx")

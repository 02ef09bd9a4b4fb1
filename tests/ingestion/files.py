"""Files of every kind, good and bad, made here: nothing binary is kept in the repository."""

import io
import zipfile

from docx import Document as Word
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

MARKDOWN = """\
---
title: Returns and refunds
---

# Returns and refunds

You may return goods within 30 days. Write to <returns@acme.example>.

## How to send something back {#send-back}

1. Print the label.
2. Put it on the parcel.
   - Keep the receipt.

See [shipping](shipping.md#rates) for rates.

## Fees

| Country | Fee |
|---|---|
| Germany | free |
| France | 4 € |

```sh
rapport returns --list
```

## Fees

Second section of the same name.
"""

HTML = """\
<!doctype html><html lang="en"><head><title>Shipping – Acme</title><link rel="canonical" href="/shipping">
<meta name="robots" content="noindex, nofollow"><style>p { color: red }</style></head><body>
<nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
<div class="cookie-banner">We use cookies for everything.</div>
<main><h1 id="top">Shipping<a href="#top">#</a></h1>
<p>We ship to <b>all of Europe</b> and<br>Norway. <a href="/rates">Rates</a></p>
<script>alert("never shown")</script><noscript>no script</noscript>
<section id="speed"><h2>How fast is it?</h2><p hidden>hidden words</p>
<dl><dt id="express">Express</dt><dd>Next day.</dd><dt>Standard</dt><dd>Three days.</dd></dl>
<ul><li>Monday</li><li>Tuesday<ul><li>Morning</li></ul></li></ul>
<table><tr><th>Weight</th><th>Price</th></tr><tr><td>1 kg</td><td>5 €</td></tr></table>
<pre>track   --now
two lines</pre></section></main>
<footer>© Acme, all rights reserved</footer></body></html>
"""


def make_pdf(*pages: str, title: str = "", outline: dict[str, int] | None = None) -> bytes:
    """A PDF whose pages show these lines; `outline` is heading → page index."""
    writer = PdfWriter()
    for text in pages:
        _add_page(writer, text)
    for heading, page in (outline or {}).items():
        writer.add_outline_item(title=heading, page_number=page)
    if title:
        writer.add_metadata({"/Title": title})
    return _written(writer)


def make_encrypted_pdf(text: str, password: str) -> bytes:
    writer = PdfWriter()
    _add_page(writer, text)
    writer.encrypt(password, algorithm="AES-256")
    return _written(writer)


def _add_page(writer: PdfWriter, text: str) -> None:
    page = writer.add_blank_page(width=595, height=842)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    lines = [line.replace("(", r"\(").replace(")", r"\)") for line in text.split("\n")]
    drawn = "".join(f"({line}) Tj 0 -16 Td\n" if line else "0 -16 Td\n" for line in lines)
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 50 780 Td\n{drawn}ET".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(stream)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def make_docx() -> bytes:
    document = Word()
    document.core_properties.title = "Warranty"
    document.add_heading("Warranty", level=1)
    document.add_paragraph("Every device has a warranty of two years.")
    document.add_heading("What is covered?", level=2)
    document.add_paragraph("Parts", style="List Number")
    document.add_paragraph("Labour", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ["Part", "Years", "Screen", "2"], strict=True
    ):
        cell.text = text
    hidden = document.add_paragraph("Seen. ").add_run("Hidden.")
    hidden.font.hidden = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_docx_bomb(unpacked_bytes: int) -> bytes:
    """A Word file of some kilobytes whose text part unpacks to this many bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        part.write(b"<w:document>")
        for _ in range(unpacked_bytes // 1_000_000):
            part.write(b" " * 1_000_000)
    return out.getvalue()


def make_lying_docx_bomb(unpacked_bytes: int) -> bytes:
    """The same, but the archive's directory says that the part is small."""
    bomb = bytearray(make_docx_bomb(unpacked_bytes))
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = (1_000).to_bytes(4, "little")
    return bytes(bomb)


def make_zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()

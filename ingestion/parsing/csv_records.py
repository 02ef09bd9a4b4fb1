"""CSV → one block a record, each value beside its column's name, so that a record is understood on its own."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import PurePosixPath

from ingestion.parsing.charset import decode_text
from ingestion.parsing.document import BlockKind, DocumentKind, Draft, ParsedDocument, lay_out
from ingestion.parsing.errors import FileBroken, FileHasNoText, FileTooLong
from ingestion.parsing.language import detect_language

_MOST_RECORDS = 200_000
_LONGEST_FIELD = 1_000_000  # characters
_DELIMITERS = ",;\t|"


def parse_csv(content: bytes, *, name: str) -> ParsedDocument:
    """Delimiter by frequency; the first row names the columns unless it looks like data."""
    rows = list(_rows(decode_text(content)))
    header, records = _split_header(rows)
    text, blocks = lay_out([Draft(BlockKind.TABLE, _record_text(header, record)) for record in records])
    if not text:
        raise FileHasNoText("This table has no records. Add rows to it and upload it again.")
    return ParsedDocument(DocumentKind.CSV, PurePosixPath(name).stem or name, detect_language(text), text, blocks)


def _rows(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for number, row in enumerate(reader):
            if number > _MOST_RECORDS:
                raise FileTooLong(f"This table has more than {_MOST_RECORDS:,} rows. Split it into several files.")
            if any(cell.strip() for cell in row):
                yield [" ".join(cell.split()) for cell in row]
    except csv.Error as error:
        raise FileBroken(
            f"Line {reader.line_num} of this table cannot be read ({error}). "
            "Check its quotation marks and upload it again."
        ) from error


def _delimiter(text: str) -> str:
    """The mark that splits the first lines most evenly."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:20]

    def fitness(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        return (sum(count == counts[0] and count > 0 for count in counts), counts[0]) if counts else (0, 0)

    return max(_DELIMITERS, key=fitness)


def _split_header(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    first = rows[0] if rows else []
    named = [cell for cell in first if cell]
    looks_named = len(set(named)) == len(named) and not any(_is_number(cell) or len(cell) > 60 for cell in named)
    if len(rows) > 1 and looks_named:
        return first, rows[1:]
    return [], rows


def _is_number(cell: str) -> bool:
    return cell.replace(".", "").replace(",", "").replace("-", "").strip("€$%£ ").isdigit()


def _record_text(header: list[str], record: list[str]) -> str:
    lines = []
    for position, value in enumerate(record):
        column = header[position] if position < len(header) and header[position] else f"Column {position + 1}"
        if value:
            lines.append(f"{column}: {value}")
    return "\n".join(lines)

"""CSV that people open in a spreadsheet: written line by line, and nothing in it is run as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.http import StreamingHttpResponse

# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: full width


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download, sent as its rows are read. `name` is the file's, of letters, digits and hyphens."""
    response = StreamingHttpResponse(write_csv(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Line by line, the names of the columns first."""
    writer = csv.writer(_Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: object) -> str:
    """Spreadsheets run what begins like a formula, also behind blanks: such text gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)  # a negative number is a number
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    begins = text.lstrip(" \u00a0").startswith(_FORMULAS) or text.startswith(_FORMULAS)
    return f"'{text}" if begins else text


class _Echo:
    """A file whose write gives the text back: what csv needs to make lines one by one."""

    def write(self, text: str) -> str:
        return text

"""What a document is called on pages and beside an answer: one line, however it came to its name."""

from ingestion.models import Document

LONGEST: int = Document._meta.get_field("title").max_length or 500


def readable_title(text: str) -> str:
    """One line, without characters that steer the line instead of standing in it (line breaks, a turned direction)."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line[:LONGEST] or "unnamed"

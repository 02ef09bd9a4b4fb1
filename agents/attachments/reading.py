"""The text of an attached file, read once by ingestion's own parsers in their limited process, and kept with its row.

Called where an answer is made, outside any scope: a hostile file costs a child process some seconds, and nothing else.
"""

from uuid import UUID

from agents.attachments.files import read_file
from agents.attachments.kinds import KINDS
from agents.models import Attachment
from ingestion.parsing.errors import ParsingError
from ingestion.parsing.sandbox import parse_limited
from ingestion.parsing.wire import Limits
from tenants.context import tenant_scope

MOST_CHARACTERS = 200_000  # that are kept of one
LIMITS = Limits(memory_bytes=300 * 1024 * 1024, cpu_seconds=8, wall_seconds=10)


def read_text(*, tenant_id: UUID, attachment: Attachment) -> str:
    """ "" for a picture, and for what cannot be read."""
    if KINDS[attachment.kind].is_picture:
        return ""
    if attachment.text is not None:
        return attachment.text
    text = _parsed(tenant_id, attachment)
    if text is not None:
        with tenant_scope(tenant_id):
            Attachment.objects.filter(id=attachment.id, text=None).update(text=text)
    return text or ""


def _parsed(tenant_id: UUID, attachment: Attachment) -> str | None:
    """None where another attempt may do better."""
    content = read_file(tenant_id, attachment.id)
    if content is None:
        return None
    try:
        document = parse_limited(content, name=attachment.name, limits=LIMITS)
    except ParsingError as error:
        return None if error.is_retryable else ""
    return document.text.replace("\x00", "")[:MOST_CHARACTERS]

"""Documents as MCP resources: `rapport://documents/doc_…`, the text that answers now."""

from dataclasses import dataclass

from agents.channels.mcp.caller import McpCaller
from ingestion.selectors import get_document_detail, list_documents
from rapport.errors import NotFound
from rapport.ids import Prefix, decode, encode
from tenants.permissions import Permission

SCHEME = "rapport://documents/"
PAGE = 100


@dataclass(frozen=True, slots=True)
class DocumentResource:
    uri: str
    name: str
    title: str
    description: str


def list_resources(caller: McpCaller, *, cursor: str) -> tuple[list[DocumentResource], str]:
    """A page of documents that answer, and the cursor behind it ("" at the end). Raises PermissionDenied."""
    caller.require(Permission.KNOWLEDGE_READ)
    offset = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 8 else 0
    rows = list_documents(tenant_id=caller.tenant_id, limit=PAGE + 1, offset=offset)
    shown = [
        DocumentResource(f"{SCHEME}{encode(Prefix.DOCUMENT, row.id)}", row.name, row.title or row.name, row.url)
        for row in rows[:PAGE]
        if row.is_answering
    ]
    return shown, str(offset + PAGE) if len(rows) > PAGE else ""


def read_resource(caller: McpCaller, *, uri: str) -> str:
    """The document's text. Raises NotFound, PermissionDenied."""
    caller.require(Permission.KNOWLEDGE_READ)
    if not uri.startswith(SCHEME):
        raise NotFound("There is no such resource.")
    document_id = decode(Prefix.DOCUMENT, uri.removeprefix(SCHEME))
    return get_document_detail(tenant_id=caller.tenant_id, document_id=document_id).text

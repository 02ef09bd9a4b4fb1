"""Where a citation leads on the dashboard: the document here, at its passage."""

from urllib.parse import urlencode

from django.urls import reverse

from agents.selectors import CitationView
from rapport.ids import Prefix, encode


def citation_href(citation: CitationView) -> str:
    """ "" for what is cited from memory, which has no document."""
    if citation.document_id is None:
        return ""
    path = reverse("document", args=[encode(Prefix.DOCUMENT, citation.document_id)])
    query: dict[str, str | int] = {}
    if citation.chunk_id is not None:
        query["chunk"] = encode(Prefix.CHUNK, citation.chunk_id)
    if citation.char_end > citation.char_start:
        query |= {"from": citation.char_start, "to": citation.char_end}
    return f"{path}?{urlencode(query)}" if query else path

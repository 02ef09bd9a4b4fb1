"""Messages as the API and the live frames show them: one shape for both. See the widget's contract."""

from agents.selectors.conversations import CitationView, MessageView
from rapport.ids import Prefix, encode

Json = dict[str, object]


def message_json(view: MessageView) -> Json:
    """{"id", "role", "text", "citations", "created_at", "turn_id"}."""
    return {
        "id": encode(Prefix.MESSAGE, view.id),
        "role": view.role,
        "text": view.text,
        "citations": [citation_json(each) for each in view.citations],
        "created_at": view.created_at.isoformat(),
        "turn_id": encode(Prefix.TURN, view.turn_id) if view.turn_id else None,
    }


def citation_json(view: CitationView) -> Json:
    """{"marker", "title", "url", "quote", "document_id", "origin"}; `url` None when the source has no address."""
    return {
        "marker": view.marker,
        "title": view.title,
        "url": view.url or None,
        "quote": view.quote,
        "document_id": encode(Prefix.DOCUMENT, view.document_id) if view.document_id else None,
        "origin": view.origin,
    }

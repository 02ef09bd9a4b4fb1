"""Messages as the API and the live frames show them: one shape for both. See the widget's contract."""

from agents.attachments.views import AttachmentView
from agents.models import Turn
from agents.selectors.conversations import CitationView, MessageView
from rapport.ids import Prefix, encode

Json = dict[str, object]


def message_json(view: MessageView) -> Json:
    """{"id", "role", "text", "citations", "author_name", "created_at", "turn_id", "rating", "attachments"}."""
    return {
        "id": encode(Prefix.MESSAGE, view.id),
        "role": view.role,
        "text": view.text,
        "citations": [citation_json(each) for each in view.citations],
        "author_name": view.author_name,
        "created_at": view.created_at.isoformat(),
        "turn_id": encode(Prefix.TURN, view.turn_id) if view.turn_id else None,
        "rating": {True: "good", False: "bad", None: None}[view.is_good],
        "attachments": [attachment_json(each) for each in view.attachments],
    }


def attachment_json(view: AttachmentView) -> Json:
    """{"id", "name", "kind", "media_type", "size_bytes", "is_picture", "message_id"}."""
    return {
        "id": encode(Prefix.ATTACHMENT, view.id),
        "name": view.name,
        "kind": view.kind,
        "media_type": view.media_type,
        "size_bytes": view.size_bytes,
        "is_picture": view.is_picture,
        "message_id": encode(Prefix.MESSAGE, view.message_id) if view.message_id else None,
    }


def suggestion_json(turn: Turn) -> Json:
    """What the agent would say, in the shape of the message that it is not: without an id."""
    stored = turn.suggestion or {}
    return {
        "id": None,
        "role": "agent",
        "text": stored.get("text", ""),
        "citations": [citation_json(CitationView.from_stored(each)) for each in stored.get("citations", [])],
        "author_name": "",
        "created_at": turn.finished_at.isoformat() if turn.finished_at else None,
        "turn_id": encode(Prefix.TURN, turn.id),
        "rating": None,
        "attachments": [],
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

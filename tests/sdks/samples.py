"""What the API answers, as the OpenAPI document has it."""

from typing import Any

AGENT: dict[str, Any] = {
    "id": "agt_1",
    "name": "Ada",
    "instructions": "",
    "greeting": "Hello",
    "suggested_questions": ["How?"],
    "color": "#4f46e5",
    "model": "",
    "version": 1,
    "digest": "0" * 64,
    "config": {},
    "created_at": "2026-11-26T08:00:00.5Z",
    "updated_at": "2026-11-26T08:00:00+00:00",
}
CITATION = {
    "marker": 1,
    "title": "Returns",
    "url": None,
    "quote": "30 days",
    "document_id": "doc_1",
    "origin": "document",
}
ATTACHMENT = {
    "id": "att_1",
    "name": "receipt.png",
    "kind": "png",
    "media_type": "image/png",
    "size_bytes": 48,
    "is_picture": True,
    "message_id": "msg_1",
}
MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "role": "agent",
    "text": "Thirty days [1].",
    "citations": [CITATION],
    "author_name": "",
    "rating": None,
    "attachments": [ATTACHMENT],
    "created_at": "2026-11-26T08:00:00Z",
    "turn_id": "trn_1",
}
POSTED = {"message_id": "msg_0", "turn_id": "trn_1", "stream_url": "/v1/turns/trn_1/stream"}


def page(*rows: object, cursor: str | None = None) -> dict[str, object]:
    return {"data": [*rows], "has_more": cursor is not None, "next_cursor": cursor}


DOCUMENT: dict[str, Any] = {
    "id": "doc_1",
    "source_id": "src_1",
    "name": "a.txt",
    "title": "",
    "url": "",
    "language": "en",
    "size_bytes": 7,
    "state": "ready",
    "stage": "",
    "error_code": "",
    "error_message": "",
    "chunks": 1,
    "tokens": 2,
    "is_answering": True,
    "created_at": "2026-11-26T08:00:00Z",
    "updated_at": "2026-11-26T08:00:00Z",
}

"""Frames as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from rapport.streams.port import Frame

CONTENT_TYPE = "text/event-stream; charset=utf-8"
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
HEARTBEAT = b": \n\n"


def opening(*, retry_milliseconds: int = 1000) -> bytes:
    """The first bytes of a response: how long a browser waits before it connects again."""
    return f"retry: {retry_milliseconds}\n\n".encode()


def encode(frame: Frame | None) -> bytes:
    """One frame, or a heartbeat for None. JSON has no raw line breaks, so the body is one `data:` line."""
    if frame is None:
        return HEARTBEAT
    return f"id: {frame.sequence}\nevent: {frame.event}\ndata: {frame.body}\n\n".encode()


def last_event_id(header: str | None, query: str | None = None) -> int:
    """Where to go on, from `Last-Event-ID` or `?after=`; 0 (the beginning) for anything that is no number."""
    text = (header or query or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

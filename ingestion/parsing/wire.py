"""What crosses the border of the parser process, as JSON: requests in, documents or errors out. Never pickles: the
parser reads hostile files, so what it sends back is data."""

import json
from dataclasses import dataclass
from typing import Any

from ingestion.parsing.document import Block, BlockKind, DocumentKind, Link, ParsedDocument
from ingestion.parsing.errors import ParsingError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use. CPU and wall clock in seconds, memory in bytes beyond what the idle parser has."""

    memory_bytes: int = 700 * 1024 * 1024
    cpu_seconds: int = 60
    wall_seconds: int = 120


DEFAULT_LIMITS = Limits()


def frame(message: bytes) -> bytes:
    """A message behind its length, so that several can follow one another."""
    return len(message).to_bytes(4, "big") + message


def split_frames(stream: bytes) -> list[bytes]:
    """The whole messages at the beginning of a stream; one that was cut short is left out."""
    messages, place = [], 0
    while place + 4 <= len(stream):
        end = place + 4 + int.from_bytes(stream[place : place + 4], "big")
        if end > len(stream):
            break
        messages.append(stream[place + 4 : end])
        place = end
    return messages


def pack_request(content: bytes, *, name: str, content_type: str) -> bytes:
    head = json.dumps({"name": name, "content_type": content_type}).encode()
    return len(head).to_bytes(4, "big") + head + content


def unpack_request(message: bytes) -> tuple[bytes, str, str]:
    """Content, name, content type."""
    size = int.from_bytes(message[:4], "big")
    head = json.loads(message[4 : 4 + size])
    return message[4 + size :], head["name"], head["content_type"]


def pack_document(document: ParsedDocument) -> bytes:
    """Blocks go without their text, which is a slice of the document's."""
    facts = {
        "kind": document.kind,
        "title": document.title,
        "language": document.language,
        "text": document.text,
        "blocks": [[each.kind, each.level, each.char_start, each.char_end, each.anchor] for each in document.blocks],
        "links": [[each.target, each.text, each.is_content] for each in document.links],
        "metadata": document.metadata,
    }
    return json.dumps({"document": facts}).encode()


def pack_error(error: ParsingError) -> bytes:
    return json.dumps({"error": {"code": error.code, "message": error.message}}).encode()


def unpack_reply(message: bytes) -> ParsedDocument | tuple[str, str]:
    """The document, or (code, message) of the error. Raises ValueError when the reply was cut short."""
    reply: dict[str, Any] = json.loads(message)
    if "error" in reply:
        return str(reply["error"]["code"]), str(reply["error"]["message"])
    facts = reply["document"]
    text: str = facts["text"]
    return ParsedDocument(
        kind=DocumentKind(facts["kind"]),
        title=facts["title"],
        language=facts["language"],
        text=text,
        blocks=tuple(_block(block, text) for block in facts["blocks"]),
        links=tuple(Link(str(target), str(shown), bool(is_content)) for target, shown, is_content in facts["links"]),
        metadata=dict(facts["metadata"]),
    )


def _block(facts: list[Any], text: str) -> Block:
    kind, level, start, end, anchor = facts
    return Block(BlockKind(kind), int(level), text[int(start) : int(end)], int(start), int(end), str(anchor))

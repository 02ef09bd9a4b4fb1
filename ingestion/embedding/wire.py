"""How the embedder's process and its clients talk: frames on a stream Unix socket, one answer per request, in order.

A frame is a little-endian uint32 (length of what follows), one byte (its kind) and a body. Requests carry JSON, answers
raw arrays. Both ends are of one installation, so there is no versioning. Must not import Django.
"""

import hashlib
import json
import os
import socket
import struct
import tempfile
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingestion.embedding.errors import EmbeddingUnavailable, TextTooLong
from ingestion.embedding.port import TokenStates
from rapport.errors import InvalidRequest, RapportError

MAX_FRAME_BYTES = 256 * 1024 * 1024
HEARTBEAT_SECONDS = 2.0  # the server says so while a request waits or runs
_HEAD = struct.Struct("<IB")
_MAX_ADDRESS_BYTES = 100  # 107 on Linux, 103 on macOS, and the name that is bound first is a little longer


class Kind(IntEnum):
    EMBED_QUERIES = 1
    EMBED_PASSAGES = 2
    EMBED_TOKENS = 3
    COUNT_TOKENS = 4
    WORKING = 16  # a heartbeat; the answer is still to come
    VECTORS = 17
    TOKEN_STATES = 18
    COUNTS = 19
    REFUSED = 20


def socket_address(path: Path) -> str:
    """The address for this path: itself, or a short name in the temporary folder where the system allows no longer."""
    text = str(path.absolute())
    if len(os.fsencode(text)) <= _MAX_ADDRESS_BYTES - 12:
        return text
    digest = hashlib.sha256(os.fsencode(text)).hexdigest()[:16]
    return str(Path(tempfile.gettempdir()) / f"rapport-{os.getuid()}-{digest}.sock")


def send_frame(connection: socket.socket, kind: Kind, *parts: bytes | memoryview) -> None:
    """Raises OSError when the other side is gone."""
    size = sum(len(part) for part in parts)
    connection.sendall(b"".join((_HEAD.pack(size, kind), *parts)))


def receive_frame(connection: socket.socket) -> tuple[Kind, bytearray]:
    """Raises ConnectionError when the other side is gone or speaks another language."""
    size, kind = _HEAD.unpack(_receive(connection, _HEAD.size))
    if size > MAX_FRAME_BYTES or kind not in Kind.__members__.values():
        raise ConnectionError("not an embedder's frame")
    return Kind(kind), _receive(connection, size)


def _receive(connection: socket.socket, size: int) -> bytearray:
    buffer = bytearray(size)
    view, have = memoryview(buffer), 0
    while have < size:
        read = connection.recv_into(view[have:])
        if not read:
            raise ConnectionError("the other side closed the connection")
        have += read
    return buffer


def pack_texts(texts: Sequence[str]) -> bytes:
    """Half surrogates, which no tokenizer takes, become question marks of the same length."""
    return json.dumps(list(texts), ensure_ascii=False).encode("utf-8", "replace")


def unpack_texts(body: bytearray) -> list[str]:
    texts = json.loads(body)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ConnectionError("not a list of texts")
    return texts


def pack_array(array: NDArray[np.float32] | NDArray[np.int32]) -> bytes:
    return np.ascontiguousarray(array).tobytes()


def pack_token_states(found: Sequence[TokenStates]) -> bytes:
    """Token counts, then all states, then all offsets."""
    counts = np.array([len(one.states) for one in found], np.int32)
    parts = [one.states.tobytes() for one in found] + [one.offsets.tobytes() for one in found]
    return b"".join((counts.tobytes(), *parts))


def unpack_token_states(body: bytearray, texts: int, dimensions: int) -> list[TokenStates]:
    counts = np.frombuffer(body, np.int32, texts)
    total = int(counts.sum())
    states = np.frombuffer(body, np.float16, total * dimensions, 4 * texts).reshape(total, dimensions)
    offsets = np.frombuffer(body, np.int32, total * 2, 4 * texts + states.nbytes).reshape(total, 2)
    ends = np.cumsum(counts).tolist()
    return [TokenStates(states[end - n : end], offsets[end - n : end]) for n, end in zip(counts, ends, strict=True)]


def pack_error(error: RapportError) -> bytes:
    details = {name: getattr(error, name, 0) for name in ("index", "tokens", "max_tokens")}
    return json.dumps({"code": error.code, "message": error.message, **details}).encode()


def unpack_error(body: bytearray) -> RapportError:
    found = json.loads(body)
    if found["code"] == TextTooLong.code:
        return TextTooLong(index=found["index"], tokens=found["tokens"], max_tokens=found["max_tokens"])
    if found["code"] == InvalidRequest.code:
        return InvalidRequest(found["message"])
    return EmbeddingUnavailable(found["message"])

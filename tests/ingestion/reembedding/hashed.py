"""A small model of other dimensions: words hashed into 64 places (Weinberger et al. 2009). Deterministic, and good
enough to find a passage by its words. Served over OpenAI's embeddings call for real processes."""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import numpy as np

from ingestion.embedding.port import EmbeddingModel, Purpose, Vectors

DIMENSIONS = 64
WORD = re.compile(r"\w+")


def embed(texts: Sequence[str], dimensions: int = DIMENSIONS) -> Vectors:
    vectors = np.zeros((len(texts), dimensions), np.float32)
    for place, text in enumerate(texts):
        for word in WORD.findall(text.lower()) or [""]:
            digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
            vectors[place, digest[0] % dimensions] += 1 if digest[1] % 2 else -1
            vectors[place, digest[2] % dimensions] += 0.5
    vectors[~vectors.any(axis=1), 0] = 1
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class HashedWords:
    """Implements `Embedder`; remembers what it was asked to embed."""

    def __init__(self, *, key: str = "hashed-64", max_tokens: int = 8191) -> None:
        self.model = EmbeddingModel(key=key, dimensions=DIMENSIONS, max_tokens=max_tokens)
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        if purpose == "passage":
            self.embedded += texts
        return embed(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [2 + len(WORD.findall(text)) for text in texts]


class _Handler(BaseHTTPRequestHandler):
    """The model's name says its dimensions, and how long it takes for a text: "hashed-32-10ms"."""

    protocol_version = "HTTP/1.1"
    sizes: list[int]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _, dimensions, milliseconds = request["model"].removesuffix("ms").split("-")
        if int(milliseconds):
            self.sizes.append(len(request["input"]))
            time.sleep(int(milliseconds) / 1000 * len(request["input"]))
        vectors = embed(request["input"], int(dimensions))
        body = json.dumps(
            {"data": [{"index": place, "embedding": row.tolist()} for place, row in enumerate(vectors)]}
        ).encode()
        with suppress(BrokenPipeError, ConnectionResetError):  # the one who asked was killed
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def hashed_server() -> Iterator[tuple[str, list[int]]]:
    """(its address, to which a model's name is put; how many texts each request had to a model that takes time)."""
    sizes: list[int] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"sizes": sizes}))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1?model=", sizes
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)

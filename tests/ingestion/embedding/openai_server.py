"""A small real HTTP server that speaks OpenAI's embeddings call, answered by the built-in model in this process.

Its behaviour is in the model's name: "minilm", "minilm-shuffled", "broken-429", "broken-500", "broken-400",
"broken-html", "broken-zeros".
"""

import contextlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.ingestion.embedding.processes import load_model

KEY = "key-for-tests"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[dict[str, object]]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append({"path": self.path, **request})
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self._answer(401, {"error": {"message": "no such key"}})
        name = str(request["model"])
        if name.startswith(("broken-4", "broken-5")):
            return self._answer(int(name.removeprefix("broken-")), {"error": {"message": "as asked"}})
        if name == "broken-html":
            return self._answer(200, "<html>")
        return self._answer(200, {"data": _rows(name, request["input"]), "model": name})

    def _answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def _rows(name: str, texts: list[str]) -> list[dict[str, object]]:
    vectors = load_model().encode(texts) * (0 if name == "broken-zeros" else 3)
    rows: list[dict[str, object]] = [{"index": i, "embedding": row.tolist()} for i, row in enumerate(vectors)]
    return rows[::-1] if name == "minilm-shuffled" else rows


@contextlib.contextmanager
def openai_server() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """(address with the key, the requests it saw)."""
    seen: list[dict[str, object]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"seen": seen}))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://:{KEY}@127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)

"""An OpenAI-compatible server that stops in the middle of an answer, so that there is time to die there."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = [f"{word} " for word in ("so it goes and goes on " * 5).split()]
PAUSE_SECONDS = 0.05
HELD = len(WORDS) // 2  # words after which it waits
HELD_SECONDS = 60.0


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.path.endswith("/embeddings"):
            rows = [{"index": index, "embedding": [1.0] * 384} for index in range(len(body["input"]))]
            self.wfile.write(json.dumps({"data": rows, "model": body["model"]}).encode())
        else:
            self._speak()

    def _speak(self) -> None:
        for place, word in enumerate(WORDS):
            if place == HELD:
                self.server.go_on.wait(HELD_SECONDS)  # type: ignore[attr-defined]
            self._send({"choices": [{"delta": {"content": word}, "finish_reason": None}]})
            time.sleep(PAUSE_SECONDS)
        self._send({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self._send({"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 30}})
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, value: object) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Silent: the tests speak."""


class SlowServer(ThreadingHTTPServer):
    """`go_on`: while it is not set, answers stop in their middle."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.go_on = threading.Event()

    @property
    def settings(self) -> dict[str, str]:
        """Those that name it."""
        url = f"http://127.0.0.1:{self.server_port}/v1"
        return {"LLM_URL": f"{url}?model=slow", "EMBEDDINGS_URL": f"{url}?model=flat&dimensions=384"}


@contextmanager
def slow_server() -> Iterator[SlowServer]:
    server = SlowServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

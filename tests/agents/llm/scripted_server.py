"""A real HTTP server that speaks OpenAI's streaming chat protocol; what it does is in the model's name.

`say-N` cites passage 1 after N words; `days-N` says how long
delivery takes; `no-answer` says the agreed word; `greet` greets; `status-N` refuses;
`stall-N` falls silent after N words; `cut-N` drops the connection after N words;
`length` stops early; `tool-NAME` calls the tool NAME, and when it is told what came of it, says that; `slow-N` says N
words, one in a tenth of a second.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STALL_SECONDS = 3.0


class Handler(BaseHTTPRequestHandler):
    requests: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append({"path": self.path, "authorization": self.headers.get("Authorization", ""), **body})
        self.body = body
        name, _, argument = body["model"].partition("-")
        if name == "status":
            self._refuse(int(argument))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        getattr(self, f"_{name}")(argument)

    def _refuse(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _piece(self, text: str, finish: str | None = None) -> None:
        self._data({"choices": [{"delta": {"content": text}, "finish_reason": finish}]})

    def _data(self, value: dict[str, Any] | str) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def _finish(self, reason: str = "stop") -> None:
        self._piece("", reason)
        usage = {
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "prompt_tokens_details": {"cached_tokens": 60},
            "completion_tokens_details": {"reasoning_tokens": 5},
        }
        self._data({"choices": [], "usage": usage})
        self._data("[DONE]")

    def _words(self, count: str) -> None:
        for number in range(int(count)):
            self._piece(f"word{number} ")

    def _say(self, count: str) -> None:
        self._words(count)
        for piece in ("fifty megabytes ", "[", "1", "]", ". And [9] more [1]."):
            self._piece(piece)
        self._finish()

    def _days(self, count: str) -> None:
        for piece in ("Delivery takes ", count, " days", " [1]."):
            self._piece(piece)
        self._finish()

    def _no(self, _: str) -> None:
        for piece in ("NO", "_ANS", "WER", "."):
            self._piece(piece)
        self._finish()

    def _greet(self, _: str) -> None:
        self._piece("No worries, hello!")
        self._finish()

    def _claim(self, _: str) -> None:
        self._piece("It costs 12 dollars.")
        self._finish()

    def _length(self, _: str) -> None:
        self._words("2")
        self._finish("length")

    def _tool(self, name: str) -> None:
        results = [each["content"] for each in self.body["messages"] if each["role"] == "tool"]
        if results:
            self._piece(f"The tool says: {results[-1]}.")
            self._finish()
            return
        function: dict[str, Any] = {"name": name, "arguments": ""}
        self._call({"index": 0, "id": "call_1", "type": "function", "function": function})
        for piece in ('{"order"', ': "A-', '7"}'):
            self._call({"index": 0, "function": {"arguments": piece}})
        self._finish("tool_calls")

    def _call(self, call: dict[str, Any]) -> None:
        self._data({"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": None}]})

    def _slow(self, count: str) -> None:
        for number in range(int(count)):
            self._piece(f"word{number} ")
            time.sleep(0.1)
        self._finish()

    def _stall(self, count: str) -> None:
        self._words(count)
        time.sleep(STALL_SECONDS)

    def _cut(self, count: str) -> None:
        self._words(count)

    def _garbage(self, _: str) -> None:
        self._data("{not json")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silent: the tests speak."""


@contextmanager
def scripted_server() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(base URL, the requests as they come)."""
    requests: list[dict[str, Any]] = []
    handler = type("ThisHandler", (Handler,), {"requests": requests})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", requests
    finally:
        server.shutdown()
        server.server_close()

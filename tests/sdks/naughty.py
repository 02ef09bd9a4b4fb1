"""A real HTTP server on a free port that answers what a test tells it, one thing after the other, and breaks what it is
told to break. It keeps what it was asked."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ERROR = {"type": "t", "code": "some_code", "message": "Do this.", "param": "name", "request_id": "req_1"}


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Callable[["Handler"], None]


@dataclass
class Naughty:
    """`answers` are given in their order, the last one again and again."""

    url: str = ""
    answers: deque[Answer] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def will(self, *answers: Answer) -> None:
        self.answers.extend(answers)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    naughty: Naughty

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.naughty.asked.append(Asked(self.command, self.path, headers, body))
        answers = self.naughty.answers
        (answers.popleft() if len(answers) > 1 else answers[0])(self)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()


def says(body: object, status: int = 200, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        text = "" if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.begin(status, {"Content-Type": "application/json", "Content-Length": str(len(text)), **named})
        handler.write(text)

    return answer


def refuses(status: int, code: str = "some_code", **headers: str) -> Answer:
    return says({"error": {**ERROR, "code": code}}, status, **headers)


def drops(handler: Handler) -> None:
    """Hangs up without a word, after the request was read."""
    handler.close_connection = True
    handler.connection.close()


def hangs(handler: Handler) -> None:
    """Says nothing until the test is over."""
    handler.naughty.over.wait(30)
    handler.close_connection = True


def streams(*pieces: str, then: Answer | None = None) -> Answer:
    """Events piece by piece; without `then` the connection ends behind them, wherever they end."""

    def answer(handler: Handler) -> None:
        handler.begin(200, {"Content-Type": "text/event-stream", "Connection": "close"})
        for piece in pieces:
            handler.write(piece)
            time.sleep(0.01)
        if then:
            then(handler)
        handler.close_connection = True

    return answer


@contextmanager
def misbehaving() -> Iterator[Naughty]:
    naughty = Naughty()
    handler = type("OneHandler", (Handler,), {"naughty": naughty})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    naughty.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield naughty
    finally:
        naughty.over.set()
        server.shutdown()
        thread.join()
        server.server_close()

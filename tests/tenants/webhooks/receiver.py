"""A customer's server: takes webhooks, checks their signatures with the published library, answers as it is told."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


@dataclass
class Receiver:
    """`secrets`: with which it checks; what no secret verifies is answered with 401. `answers`: (status, body, headers)
    for the next requests, the last one for all that follow."""

    port: int = 0
    secrets: list[str] = field(default_factory=list)
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=lambda: [(200, b"thanks", {})])
    got: list[dict[str, Any]] = field(default_factory=list)  # verified payloads, with "webhook-id"
    seconds: float = 0.0  # that each answer takes
    requests: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def will_answer(self, *statuses: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.answers[:] = [(status, body, headers or {}) for status in statuses]

    def types(self) -> list[str]:
        return [each["type"] for each in self.got]

    def ids(self) -> list[str]:
        return [each["webhook-id"] for each in self.got]

    def take(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        self.requests += 1
        for secret in self.secrets:
            try:
                payload = Webhook(secret).verify(body, headers)
            except WebhookVerificationError:
                continue
            self.got.append({**payload, "webhook-id": headers["webhook-id"]})
            time.sleep(self.seconds)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return 401, b"bad signature", {}


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status, answer, headers = self.receiver.take(
            body, {name.lower(): value for name, value in self.headers.items()}
        )
        self.send_response(status)
        for name, value in {"content-length": str(len(answer)), "connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Silent."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"receiver": receiver}))
    server.daemon_threads = True
    receiver.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()

"""Twilio's Calls API as its documentation describes it: one call a second for an account, more are refused with 429."""

import json
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

PAUSE_SECONDS = 0.25  # its second, so that tests do not wait for real ones


@dataclass
class OutgoingCarrier:
    """`placed`: the forms of the calls that it took, `sids` what it named them, and when; `redirected`: calls
    that were to go on with another document; `does`: what it does instead of answering."""

    account: str
    secret: str
    placed: list[dict[str, str]] = field(default_factory=list)
    sids: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    redirected: list[tuple[str, str]] = field(default_factory=list)
    refused: int = 0
    does: str = ""
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            now = time.monotonic()
            if self.moments and now - self.moments[-1] < PAUSE_SECONDS:
                self.refused += 1
                return 429, {"code": 20429}
            self.moments.append(now)
            self.sids.append(f"CA{uuid4().hex}")
            self.placed.append(form)
            return 201, {"sid": self.sids[-1], "status": "queued"}


class _Handler(BaseHTTPRequestHandler):
    carrier: OutgoingCarrier

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        word = b64decode(self.headers["authorization"].removeprefix("Basic ")).decode()
        if word != f"{self.carrier.account}:{self.carrier.secret}":
            return self._answer(401, {"code": 20003})
        calls = f"/2010-04-01/Accounts/{self.carrier.account}/Calls"
        if self.path.startswith(f"{calls}/") and self.carrier.does != "refuse":
            self.carrier.redirected.append((self.path.removeprefix(f"{calls}/"), form["Twiml"][0]))
            return self._answer(200, {"status": "in-progress"})
        if self.path != f"{calls}.json":
            return self._answer(404, {})
        if self.carrier.does == "refuse":
            return self._answer(400, {"code": 21211})
        status, told = self.carrier.take({name: values[0] for name, values in form.items()})
        if self.carrier.does == "hang up":  # after it placed the call
            self.connection.close()
            return None
        return self._answer(status, told)

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def outgoing_carrier(account: str, secret: str) -> Iterator[OutgoingCarrier]:
    carrier = OutgoingCarrier(account, secret)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"carrier": carrier}))
    carrier.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield carrier
    finally:
        server.shutdown()
        server.server_close()

"""Twilio's Calls API, and Telnyx' for TeXML, as their documentation describes them: one call a second for an account,
more are refused with 429."""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote
from uuid import uuid4

PAUSE_SECONDS = 0.25  # its second, so that tests do not wait for real ones


@dataclass
class OutgoingCarrier:
    """`placed`: what it was asked for each call that it took, `sids` what it named them, and when; `redirected`: calls
    that were to go on with another document; `does`: what it does instead of answering.
    It is Telnyx where it has an `application`; `api`: the product's door to it."""

    account: str
    secret: str
    application: str = ""
    api: Any = None
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

    def take(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            now = time.monotonic()
            if self.moments and now - self.moments[-1] < PAUSE_SECONDS:
                self.refused += 1
                return 429, {"code": 20429}
            self.moments.append(now)
            self.sids.append(f"CA{uuid4().hex}")
            self.placed.append(asked)
            name = "call_sid" if self.application else "sid"
            named = {} if self.does == "nameless" else {name: self.sids[-1]}
            return 201, {**named, "from": asked["From"], "to": asked["To"], "status": "queued"}


class _Handler(BaseHTTPRequestHandler):
    carrier: OutgoingCarrier

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        is_telnyx = bool(self.carrier.application)
        if self.headers["authorization"] != (self._bearer() if is_telnyx else self._basic()):
            return self._answer(401, {"code": 20003})
        account = self.carrier.account
        calls = f"/v2/texml/Accounts/{account}/Calls" if is_telnyx else f"/2010-04-01/Accounts/{account}/Calls"
        orders = f"/v2/texml/calls/{self.carrier.application}" if is_telnyx else f"{calls}.json"
        if self.carrier.does == "refuse":
            return self._answer(400, {"code": 21211})
        if self.path.startswith(f"{calls}/"):
            document = parse_qs(body)["Texml" if is_telnyx else "Twiml"][0]
            which = unquote(self.path.removeprefix(f"{calls}/")).removesuffix(".json")
            self.carrier.redirected.append((which, document))
            return self._answer(200, {"status": "in-progress"})
        if self.path != orders:
            return self._answer(404, {})
        status, told = self.carrier.take(_read_json(body) if is_telnyx else _read_form(body))
        if self.carrier.does == "hang up":  # after it placed the call
            self.connection.close()
            return None
        return self._answer(status, told)

    def _basic(self) -> str:
        words = f"{self.carrier.account}:{self.carrier.secret}"
        return f"Basic {b64encode(words.encode()).decode()}"

    def _bearer(self) -> str:
        return f"Bearer {self.carrier.secret}"

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _read_form(body: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body).items()}


def _read_json(body: str) -> dict[str, str]:
    return {name: str(value) for name, value in json.loads(body).items()}


@contextmanager
def outgoing_carrier(account: str, secret: str, application: str = "") -> Iterator[OutgoingCarrier]:
    carrier = OutgoingCarrier(account, secret, application)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"carrier": carrier}))
    carrier.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield carrier
    finally:
        server.shutdown()
        server.server_close()

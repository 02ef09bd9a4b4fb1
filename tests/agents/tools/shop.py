"""A shop's API on this machine, for tests of tools: it keeps what it was asked, and does what its paths say."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Shop:
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    failures: int = 0  # so many answers are 503 first
    every: int = 0  # of so many answers one is 503
    failed: int = 0
    note: str = ""  # stands in each order

    @property
    def writes(self) -> list[Asked]:
        return [each for each in self.asked if each.method != "GET"]


@contextmanager
def shop_running() -> Iterator[Shop]:
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(size)
            headers = {name.lower(): value for name, value in self.headers.items()}
            shop.asked.append(Asked(self.command, self.path, headers, json.loads(raw) if raw else None))
            if shop.failures or (shop.every and len(shop.asked) % shop.every == 0):
                shop.failures, shop.failed = max(0, shop.failures - 1), shop.failed + 1
                return self.say(503, {"error": "busy"})
            if self.path.startswith("/echo"):
                return self.say(200, {"headers": headers, "path": self.path})
            if self.path.startswith("/away"):
                self.send_response(302)
                self.send_header("location", "/orders/1")
                self.end_headers()
                return None
            if self.path.startswith("/slow"):
                time.sleep(1.2)
            if self.path.startswith("/broken"):
                return self.say(200, {"nothing": "of this"})
            if self.path.startswith("/missing"):
                return self.say(404, {"error": "no such order"})
            return self.say(200, {"order": self.path.rpartition("/")[2], "state": "sent", "note": shop.note})

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do  # noqa: N815  the server's names

        def say(self, status: int, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    shop.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()

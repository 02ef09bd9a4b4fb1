"""One product for every page, with Acme in it, that may send webhooks to this machine."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e.product import Product, running_product, tail


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the docs: where Rapport is, a key, a key that was found in the open, and a free port for a receiver."""

    product: Product
    key: str
    found_key: str
    port: int

    def fill(self, text: str) -> str:
        """What a reader puts in the place of what the docs can only sketch."""
        text = text.replace("https://rapport.example", self.product.app).replace("9000", str(self.port))
        return text.replace("rp_sk_live_…", self.key)


@pytest.fixture(scope="package")
def reader() -> Iterator[Reader]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"OUTBOUND_ALLOWED_PRIVATE_HOSTS": f"127.0.0.1:{port}"}
    with running_product(settings, prepare="tests.docs.company") as product:
        keys = json.loads((product.data_dir / "keys.json").read_text())
        yield Reader(product, keys["key"], keys["found"], port)


@pytest.fixture(autouse=True)
def _show_the_log(request: pytest.FixtureRequest, reader: Reader) -> Iterator[None]:
    """What the processes wrote is the first thing to look at when a step fails."""
    failed_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failed_before:
        print(tail(reader.product))

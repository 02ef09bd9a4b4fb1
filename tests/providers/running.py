"""The server inside a test's own process, on a port of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from tests.providers.app import Providers


@dataclass(frozen=True)
class Running:
    """`openai`, `anthropic` and `google` are base addresses as each provider's settings have them."""

    url: str
    providers: Providers

    @property
    def openai(self) -> str:
        return f"{self.url}/v1"

    @property
    def anthropic(self) -> str:
        return self.url

    @property
    def google(self) -> str:
        return self.url


def server_of(providers: Providers) -> uvicorn.Server:
    config = uvicorn.Config(providers, log_level="critical", lifespan="off", access_log=False, timeout_keep_alive=5)
    return uvicorn.Server(config)


@contextmanager
def providers_running() -> Iterator[Running]:
    """Listens until the block ends."""
    providers = Providers()
    server = server_of(providers)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", providers)
    finally:
        server.should_exit = server.force_exit = True
        thread.join(5)
        listening.close()

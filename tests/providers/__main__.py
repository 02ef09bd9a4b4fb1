"""Run the scripted providers: `python -m tests.providers --port 9100`."""

import argparse
import socket

from tests.providers.app import Providers
from tests.providers.running import server_of


def main() -> None:
    parser = argparse.ArgumentParser(description="A server that speaks as OpenAI, Anthropic and Google do.")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--host", default="127.0.0.1")
    arguments = parser.parse_args()
    listening = socket.create_server((arguments.host, arguments.port), backlog=512)
    print(f"OpenAI:    http://{arguments.host}:{listening.getsockname()[1]}/v1", flush=True)
    print("Anthropic and Google: the same without /v1. What came and what it costs: /asked, /served", flush=True)
    server_of(Providers()).run(sockets=[listening])


if __name__ == "__main__":
    main()

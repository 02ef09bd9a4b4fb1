"""VECTORS_URL taken apart. The key never shows in what this prints.

weaviate://:API_KEY@host:8080?grpc_port=50051&prefix=Rapport — weaviates:// for TLS; grpc_host where it is another.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from rapport.config import ConfigError

HTTP_PORT = 8080
GRPC_PORT = 50051
OPTIONS = ("grpc_port", "grpc_host", "prefix")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """`prefix` begins the name of every collection."""

    host: str
    port: int
    grpc_host: str
    grpc_port: int
    is_encrypted: bool
    prefix: str = ""
    key: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return f"{self.host}:{self.port}"


def read_address(url: str) -> ServerAddress:
    """Raises ConfigError naming VECTORS_URL."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if unknown := options.keys() - set(OPTIONS):
        raise ConfigError(f"VECTORS_URL has options that Rapport does not know: {', '.join(sorted(unknown))}.")
    try:
        host, port, grpc_port = parts.hostname, parts.port or HTTP_PORT, int(options.get("grpc_port", GRPC_PORT))
    except ValueError:
        host, port, grpc_port = None, 0, 0
    prefix = options.get("prefix", "")
    if not host or (prefix and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", prefix)):
        raise ConfigError("VECTORS_URL looks like weaviate://:API_KEY@host:8080?grpc_port=50051 (&prefix=Letters).")
    return ServerAddress(
        host=host,
        port=port,
        grpc_host=options.get("grpc_host", host),
        grpc_port=grpc_port,
        is_encrypted=parts.scheme == "weaviates",
        prefix=prefix[:1].upper() + prefix[1:],
        key=unquote(parts.password or parts.username or ""),
    )

"""GRAPH_URL taken apart. The password never shows in what this prints."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from ingestion.graph.errors import GraphStoreMisconfigured

DEFAULT_PORT = 7687
DEFAULT_DATABASE = "neo4j"
SCHEMES = ("bolt", "bolt+s", "neo4j", "neo4j+s")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """`database` is always named: the driver would ask the server for the user's home database at every session."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str

    @property
    def place(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.uri).netloc


def read_address(url: str) -> ServerAddress:
    """Raises GraphStoreMisconfigured when it is no `bolt://user:password@host[:port][?database=name]`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or DEFAULT_PORT
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if parts.scheme not in SCHEMES or not host or not parts.username or not parts.password:
        raise GraphStoreMisconfigured(
            "GRAPH_URL is incomplete: it looks like bolt://user:password@host:7687, with ?database=name for a database "
            "that is not called neo4j, or bolt+s://, neo4j://, neo4j+s://."
        )
    named = parse_qs(parts.query).get("database", [DEFAULT_DATABASE])[0]
    netloc = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return ServerAddress(
        uri=f"{parts.scheme}://{netloc}",
        user=unquote(parts.username),
        password=unquote(parts.password),
        database=named,
    )

"""What `status` prints: one line a server."""

from collections.abc import Sequence

from infra.local import process
from infra.local.errors import ServicesError
from infra.local.running import unhealthy
from infra.local.servers.base import Server

HEADER = ("server", "version", "address", "pid", "memory", "healthy")


def write_table(servers: Sequence[Server]) -> tuple[str, bool]:
    """The table, and whether all servers are well."""
    rows = [HEADER, *map(_row, servers)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines), all(row[-1] == "yes" for row in rows[1:])


def _row(server: Server) -> tuple[str, ...]:
    pid = server.pid
    if not pid:
        return (server.title, server.version, server.address, "-", "-", "not running")
    memory = f"{process.memory_bytes(pid) >> 20} MB"
    return (server.title, server.version, server.address, str(pid), memory, _health(server))


def _health(server: Server) -> str:
    try:
        return unhealthy(server) or "yes"
    except ServicesError as error:
        return str(error)

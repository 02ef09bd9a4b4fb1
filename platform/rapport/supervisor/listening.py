"""The web's sockets, opened once by the supervisor: while the web process starts again, browsers wait, not fail."""

import errno
import socket
from collections.abc import Sequence

from rapport.config import Config

BACKLOG = 256


class PortTaken(SystemExit):
    """The message says which port, and what to do."""


def open_sockets(config: Config) -> Sequence[socket.socket]:
    """The product's port and, unless it is 0, the demo customer's. Raises PortTaken."""
    opened = [_open(config.bind_address, config.port, "PORT")]
    if config.demo_site_port:
        opened.append(_open(config.bind_address, config.demo_site_port, "DEMO_SITE_PORT"))
    return opened


def _open(address: str, port: int, setting: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((address, port))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        what = "is already in use" if error.errno == errno.EADDRINUSE else f"cannot be opened ({error.strerror})"
        raise PortTaken(
            f"Port {port} {what}. Choose another one with {setting}, for example {setting}={port + 80}."
        ) from None
    opened.listen(BACKLOG)
    return opened

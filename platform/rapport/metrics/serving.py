"""The port where Prometheus asks. It is never a route of the product: who reaches METRICS_PORT is the operator.

Every process tries to open it; the first one answers for all of the machine. When that one dies another takes over.
"""

import errno
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from django.db import connections
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from rapport import logs
from rapport.config import get_config
from rapport.metrics.folder import metrics_folder
from rapport.metrics.pulls import Pulls

RETRY_SECONDS = 5.0
CLIENT_SECONDS = 10.0

log = logs.get_logger(__name__)


def offer_metrics() -> None:
    """Does nothing while METRICS_PORT is 0. Must come after a fork."""
    if get_config().metrics_port:
        threading.Thread(target=_keep_offering, name="metrics", daemon=True).start()


def _keep_offering() -> None:
    waiting = threading.Event()
    while True:
        try:
            open_server().serve_forever()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:  # else another process of this machine has it
                log.warning("metrics_port_not_opened", reason=error.strerror)
            waiting.wait(RETRY_SECONDS)
        except Exception:
            log.exception("metrics_server_ended")
            waiting.wait(RETRY_SECONDS)


def open_server() -> HTTPServer:
    """Raises OSError when the port is taken."""
    config = get_config()
    return HTTPServer((config.metrics_bind_address, config.metrics_port), _Handler)


def exposition() -> bytes:
    """All figures, as Prometheus reads them."""
    return _own_figures() + generate_latest(_only(Pulls()))


def _own_figures() -> bytes:
    folder = metrics_folder(get_config())
    if folder is None:
        return generate_latest(REGISTRY)
    shared = MultiProcessCollector(None, path=str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(_only(shared))


def _only(collector: Any) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry


class _Handler(BaseHTTPRequestHandler):
    """One request after the other, in one thread with one database connection."""

    timeout = CLIENT_SECONDS
    server_version = "rapport"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            self.send_error(404)
            return
        try:
            body = exposition()
        finally:
            connections.close_all()
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(
        self,
        format: str,  # noqa: A002  the base class named it so
        *args: Any,
    ) -> None:
        """Scrapes are no news."""

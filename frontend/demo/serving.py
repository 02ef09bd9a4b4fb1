"""Starting the product for a demo, waiting until it answers, and stopping it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic, sleep

import httpx
from django.core.management.base import CommandError

from rapport.config import ROOT, get_config
from rapport.health import check_health

START_SECONDS = 90
MANAGE = str(ROOT / "manage.py")
CHILD = "RAPPORT_DEMO_CHILD"


def start_product() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, MANAGE, "run"], start_new_session=True)  # noqa: S603  our own command


def in_a_fresh_folder(*command: str) -> int:
    """Run this command of ours on an empty folder and free ports, so that it proves something and disturbs nothing."""
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        port, demo_port = free_port(), free_port()
        environment = os.environ | {
            CHILD: "1",
            "DATA_DIR": str(Path(folder) / "d"),
            "PORT": str(port),
            "DEMO_SITE_PORT": str(demo_port),
            "PUBLIC_URL": f"http://localhost:{port}",
        }
        return subprocess.call([sys.executable, MANAGE, *command], env=environment)  # noqa: S603  our own command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refuse_taken_ports() -> None:
    config = get_config()
    for name, port in (("PORT", config.port), ("DEMO_SITE_PORT", config.demo_site_port)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise CommandError(f"Port {port} is already in use. Choose another one: {name}={port + 100} make demo")


def await_ready(server: "subprocess.Popen[bytes]") -> None:
    """Wait until every part says that it is ready."""
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        if server.poll() is not None:
            raise CommandError("Rapport stopped while starting; the lines above say why.")
        try:
            if httpx.get(f"{get_config().public_url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        sleep(0.2)
    reasons = [f"\n  {part.name}: {part.message}" for part in check_health() if not part.is_ready]
    raise CommandError(f"Rapport was not ready after {START_SECONDS} s.{''.join(reasons)}")


def stop_product(server: "subprocess.Popen[bytes]") -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)

"""The real product as a user starts it: `manage.py run`, every process, an empty database, free ports.

Nothing of it is imported here: the tests see it through HTTP and the browser only.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.prepared import prepare_folder

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Product:
    """`app` is Rapport's origin, `shop` the demo customer's; `log` holds what every process wrote."""

    app: str
    shop: str
    data_dir: Path
    log: Path
    pid: int


@contextmanager
def running_product(settings: Mapping[str, str] | None = None, *, prepare: str = "") -> Iterator[Product]:
    """Start on an empty database and wait until the pages answer; at the end nothing is left running. `prepare`: a
    module that runs first, in the same settings."""
    folder = Path(tempfile.mkdtemp(prefix="rp-e2e-"))  # short: sockets live in it
    port, shop_port = _free_ports()
    environment = {
        **_clean_environment(),
        "DATA_DIR": str(folder / "d"),
        "PORT": str(port),
        "DEMO_SITE_PORT": str(shop_port),
        **(settings or {}),
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    log = folder / "log"
    try:
        if "DATABASE_URL" in environment:
            subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, cwd=ROOT, check=True)
        else:
            prepare_folder(folder / "d")
        if prepare:
            subprocess.run([sys.executable, "-m", prepare], env=environment, cwd=ROOT, check=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*manage, "run"], env=environment, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
            )
        product = Product(f"http://localhost:{port}", f"http://localhost:{shop_port}", folder / "d", log, process.pid)
        try:
            _wait_until_it_answers(product, process)
            yield product
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clean_environment() -> dict[str, str]:
    """The tests' own settings are not the product's."""
    ours = (
        "DATA_DIR",
        "SECRET_KEY",
        "DATABASE_URL",
        "EVENTS_URL",
        "LLM_URL",
        "EMBEDDINGS_URL",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
    )
    return {name: value for name, value in os.environ.items() if name not in ours}


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _wait_until_it_answers(product: Product, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{product.app}/accounts/login/", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the product did not start; it wrote:\n{tail(product)}")


def tail(product: Product, lines: int = 60) -> str:
    """The end of what the processes wrote, for a failure's report."""
    return "\n".join(product.log.read_text(errors="replace").splitlines()[-lines:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

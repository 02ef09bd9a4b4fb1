"""The embedder's real parts for tests: files built once a run, and a server that is stopped again."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ingestion.embedding.client import BuiltinEmbedder
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.weights import Precision
from rapport.config import get_config


def models_folder() -> Path:
    return get_config().data_dir / "models"


@cache
def load_model(precision: Precision = "int8") -> MiniLM:
    return MiniLM(models_folder(), precision=precision)


def start_server(path: Path, *options: str) -> subprocess.Popen[bytes]:
    load_model()  # builds the files, so that the server starts at once
    command = [sys.executable, "-m", "ingestion.embedding.server", "--socket", str(path)]
    return subprocess.Popen([*command, "--models", str(models_folder()), *options])


@contextlib.contextmanager
def running_server(path: Path) -> Iterator[BuiltinEmbedder]:
    """A server and a client of it."""
    server = start_server(path)
    client = BuiltinEmbedder(path, patience_seconds=30)
    try:
        yield client
    finally:
        client.close()
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def wait_until_gone(path: Path, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while path.exists():
        assert time.monotonic() < deadline, f"{path} is still there"
        time.sleep(0.05)

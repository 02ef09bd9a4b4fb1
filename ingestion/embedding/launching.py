"""Starts the embedder's process for a client that finds none: in commands, tests and benchmarks.

Under the supervisor the process is there already. However many clients start one, a lock leaves one running.
"""

import subprocess
import sys
from pathlib import Path

from ingestion.embedding.weights import Precision, locate_model

_children: list[subprocess.Popen[bytes]] = []


def launch_server(path: Path, models: Path, precision: Precision) -> None:
    """Start a server that ends with this process, unless one serves this socket. Raises EmbeddingModelMissing."""
    locate_model()
    _children[:] = [child for child in _children if child.poll() is None]
    command = [sys.executable, "-m", "ingestion.embedding.server", "--socket", str(path), "--models", str(models)]
    child = subprocess.Popen(  # noqa: S603
        [*command, "--precision", precision, "--exit-with-parent", "--unless-served"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C meant for this process would stop it in the middle of an answer
    )
    _children.append(child)

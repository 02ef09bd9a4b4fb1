"""The built-in embedder's own process: `python -m ingestion.embedding.server --socket PATH`.

A loaded web process must not slow a query's embedding, and the model must be in memory once, not once per process.
It must not import Django nor structlog. The socket appears when the model is ready, and is readable by its owner only.
"""

import argparse
import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TextIO

from ingestion.embedding.wire import socket_address

PARENT_CHECK_SECONDS = 0.5
_M_ARENA_MAX = -8  # glibc's mallopt


def main() -> None:
    """Exit status: 0 when told to stop or when another serves this socket (--unless-served), 1 on a missing model."""
    options = _parse()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        _run(options)
    except KeyboardInterrupt:
        os._exit(0)  # threads inside the model cannot be joined
    except Exception:
        traceback.print_exc()
        os._exit(1)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _run(options: argparse.Namespace) -> None:
    if options.exit_with_parent:
        threading.Thread(target=_exit_with_parent, args=(os.getppid(),), daemon=True).start()
    path: Path = options.socket
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("a") as lock:
        if _acquire(lock, wait=not options.unless_served):
            _serve(path, options)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--socket", type=Path, required=True, help="where to listen")
    parser.add_argument("--models", type=Path, help="folder of built files (default: models/ beside the socket)")
    parser.add_argument("--precision", choices=("float32", "int8"), default="int8")
    parser.add_argument("--threads", type=int, default=0, help="texts that run at once (default: one per core)")
    parser.add_argument("--exit-with-parent", action="store_true", help="stop when the process that started it ends")
    parser.add_argument("--unless-served", action="store_true", help="stop at once when another serves this socket")
    return parser.parse_args()


def _acquire(lock: TextIO, *, wait: bool) -> bool:
    """One process serves a socket; the system lets go of the lock when it dies, however it dies."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _serve(path: Path, options: argparse.Namespace) -> None:
    _limit_malloc_arenas()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from ingestion.embedding.minilm import MiniLM
    from ingestion.embedding.service import EmbedderService, available_cores
    from rapport.errors import RapportError

    try:
        model = MiniLM(options.models or path.parent / "models", precision=options.precision)
        service = EmbedderService(model, threads=options.threads or available_cores())
    except RapportError as error:
        sys.exit(error.message)
    with _listen(socket_address(path)) as listener:
        try:
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=service.serve, args=(connection,), daemon=True).start()
        finally:
            Path(socket_address(path)).unlink(missing_ok=True)


def _listen(address: str) -> socket.socket:
    """Bind under another name and rename: a socket of a killed server is replaced, and none is seen half open."""
    partial = f"{address}.{os.getpid() % 10**7}"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    Path(partial).unlink(missing_ok=True)
    old_mask = os.umask(0o177)
    try:
        listener.bind(partial)
    finally:
        os.umask(old_mask)
    listener.listen(128)
    Path(partial).replace(address)
    return listener


def _exit_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def _limit_malloc_arenas() -> None:
    """Each arena keeps its own freed memory; with a thread per client that is most of what the process would hold."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


if __name__ == "__main__":
    main()

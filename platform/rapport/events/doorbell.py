"""Waking another process at once: best effort. A poll is always the guarantee, a lost ring costs only latency.

Unix datagram sockets in DATA_DIR/bells: `<name>.<pid>.<n>`; a ring goes to every listener of the name. With a shared
broker it also goes to the other machines (`far_bells`).
"""

import contextlib
import itertools
import os
import select
import socket
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rapport.config import get_config

_counter = itertools.count()


def _folder() -> Path:
    return get_config().data_dir / "bells"


def ring(name: str) -> None:
    """Wake every listener of `name`, on every machine. Never raises."""
    ring_here(name)
    if get_config().celery_broker_url.startswith("redis"):
        from rapport.events.far_bells import ring_elsewhere

        ring_elsewhere(name)


def ring_here(name: str) -> None:
    """Wake every listener on this machine; never blocks, never raises. Sockets of dead listeners are swept away."""
    with contextlib.suppress(OSError):
        paths = [each.path for each in os.scandir(_folder()) if each.name.startswith(f"{name}.")]
        if paths:
            _send(paths)


def _send(paths: Sequence[str]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for path in paths:
            try:
                sender.sendto(b"!", path)
            except ConnectionRefusedError:
                Path(path).unlink(missing_ok=True)
            except OSError:
                continue  # a full socket has a ring waiting already


class Bell:
    """A listener. `wait(seconds)` returns True when it was rung, False when the time passed."""

    def __init__(self, name: str) -> None:
        _folder().mkdir(parents=True, exist_ok=True)
        self.path = _folder() / f"{name}.{os.getpid()}.{next(_counter)}"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.path.unlink(missing_ok=True)
        self.socket.bind(str(self.path))
        self.socket.setblocking(False)
        self._poll = select.poll()  # select() itself takes no descriptor above 1023
        self._poll.register(self.socket, select.POLLIN)

    def wait(self, seconds: float) -> bool:
        return self.silence() if self._poll.poll(seconds * 1000) else False

    def silence(self) -> bool:
        """Take in every ring so far; True when there was one. For event loops that watch `fileno()`."""
        was_rung = False
        with contextlib.suppress(BlockingIOError):
            while self.socket.recv(16):
                was_rung = True
        return was_rung

    def fileno(self) -> int:
        return self.socket.fileno()

    def close(self) -> None:
        self.socket.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

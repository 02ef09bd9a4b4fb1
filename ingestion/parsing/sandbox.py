"""Parsing at arm's length: `parse_limited` has the parser process do it, under limits; every end becomes an error.

One parser process per calling process, started when first needed; it ends itself when idle and is started again.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import PurePosixPath

from ingestion.parsing import wire
from ingestion.parsing.document import DocumentKind, ParsedDocument
from ingestion.parsing.errors import ParseLimitReached, ParserCrashed, ParserUnavailable, error_for
from ingestion.parsing.process import CRASHED, OUT_OF_MEMORY

_GRACE_SECONDS = 5  # the child's own alarm comes first; this is for a parser process that is stuck itself


class ParserProcess:
    """A handle on the parser process. Safe to use from several threads; each document has its own child."""

    def __init__(self, *, idle_seconds: float = 20) -> None:
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def parse(
        self, content: bytes, *, name: str, content_type: str = "", limits: wire.Limits = wire.DEFAULT_LIMITS
    ) -> ParsedDocument:
        """Blocks until done. Raises a ParsingError of any kind."""
        request = wire.pack_request(content, name=PurePosixPath(name).name or name, content_type=content_type)
        for _ in range(3):
            ended = self._run(request, _hint(content), limits)
            if ended is not None:
                return _document(*ended, limits)
        raise ParserUnavailable(
            "The document parser could not be started. Try again; if it stays so, look at the worker's log."
        )

    def close(self) -> None:
        """End the parser process; documents in work there are lost to their callers (ParserCrashed)."""
        with self._lock:
            self._drop()

    def _run(self, request: bytes, hint: str, limits: wire.Limits) -> tuple[bytes, int, float] | None:
        """(reply, exit status, seconds), or None when the parser process was gone before it took the request."""
        with ExitStack() as stack:
            ours, theirs = (stack.enter_context(end) for end in socket.socketpair())
            status_in, status_out = os.pipe()
            status = stack.enter_context(os.fdopen(status_in, "rb"))
            try:
                sent = self._send(hint, limits, [theirs.fileno(), status_out])
            finally:
                os.close(status_out)
                theirs.close()
            started = time.monotonic()
            reply = _exchange(ours, request, limits.wall_seconds + _GRACE_SECONDS) if sent else None
            if reply is None:
                self.close()  # stuck, or gone
                return None if not sent else (b"", signal.SIGALRM, time.monotonic() - started)
            exit_status = status.read(4)
            if not exit_status:
                return None
            return reply, int.from_bytes(exit_status, "big"), time.monotonic() - started

    def _send(self, hint: str, limits: wire.Limits, descriptors: list[int]) -> bool:
        message = f"{hint} {limits.memory_bytes} {limits.cpu_seconds} {limits.wall_seconds}".encode()
        with self._lock:
            try:
                socket.send_fds(self._connected(), [message.ljust(64)], descriptors)
            except OSError:
                self._drop()
                return False
        return True

    def _connected(self) -> socket.socket:
        if self._control is None or self._owner != os.getpid():
            self._start()
        assert self._control is not None
        return self._control

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        command = [sys.executable, "-m", "ingestion.parsing.process"]
        command += ["--control-fd", str(theirs.fileno()), "--idle-seconds", str(self._idle_seconds)]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 — our own module, our own arguments
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        self._control, self._owner = ours, os.getpid()

    def _drop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            self._process.terminate()
            self._process.wait()
        self._control = self._process = None


def _hint(content: bytes) -> str:
    """What the parser process may load before it forks; the kind itself is decided in the child."""
    return DocumentKind.PDF if b"%PDF-" in content[:1024] else "any"


def _exchange(connection: socket.socket, request: bytes, seconds: float) -> bytes | None:
    """Send and receive to the end; None when it takes longer than that. A child that dies early just ends the reply."""
    connection.settimeout(seconds)
    parts = []
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before it ended
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(1024 * 1024):
            parts.append(part)
    except TimeoutError:
        return None
    except OSError:
        pass
    return b"".join(parts)


def _document(reply: bytes, status: int, seconds: float, limits: wire.Limits) -> ParsedDocument:
    try:
        answer = wire.unpack_reply(reply)
    except ValueError:
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if number in {signal.SIGALRM, signal.SIGXCPU} or (number == signal.SIGKILL and seconds >= limits.cpu_seconds):
            raise ParseLimitReached(
                f"Reading this document took longer than the {limits.cpu_seconds} seconds allowed. "
                "Split it into smaller files, or save it as text."
            ) from None
        if number == signal.SIGKILL:  # the system's own memory guard
            raise ParseLimitReached(OUT_OF_MEMORY) from None
        raise ParserCrashed(CRASHED) from None
    if isinstance(answer, ParsedDocument):
        return answer
    raise error_for(*answer)


_PARSER = ParserProcess()


def parse_limited(content: bytes, *, name: str, content_type: str = "") -> ParsedDocument:
    """Parse in this process's parser process, under the default limits. Raises ParsingError."""
    return _PARSER.parse(content, name=name, content_type=content_type)

"""Parsing at arm's length: `parse_limited` has the parser process do it, under limits; every end becomes an error.

A child costs more than most documents, so several of one tenant may share one. One that ends its child is read again
in a child of its own, and those behind it go on in another.

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
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import NamedTuple

from ingestion.parsing import wire
from ingestion.parsing.document import DocumentKind, ParsedDocument
from ingestion.parsing.errors import ParseLimitReached, ParserCrashed, ParserUnavailable, ParsingError, error_for
from ingestion.parsing.process import CRASHED, OUT_OF_MEMORY

_GRACE_SECONDS = 5  # the child's own alarm comes first; this is for a parser process that is stuck itself


class File(NamedTuple):
    """`content_type` as whoever sent it says, if at all."""

    content: bytes
    name: str
    content_type: str = ""


class _Ended(NamedTuple):
    """How a child ended, after how many seconds, and the replies that it gave before."""

    replies: list[bytes]
    status: int
    seconds: float


class ParserProcess:
    """A handle on the parser process. Safe to use from several threads; each call has its own children."""

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
        (result,) = self.parse_all([File(content, name, content_type)], limits=limits)
        if isinstance(result, ParsingError):
            raise result
        return result

    def parse_all(
        self, files: Sequence[File], *, limits: wire.Limits = wire.DEFAULT_LIMITS
    ) -> list[ParsedDocument | ParsingError]:
        """One result each, in order; the limits are each file's own. Raises ParserUnavailable."""
        results: list[ParsedDocument | ParsingError] = []
        while len(results) < len(files):
            rest = files[len(results) :]
            ended = self._run_again(rest, limits)
            replies = [_result(reply, ended, limits) for reply in ended.replies]
            # A child that ended early with nothing to show was ended by its first file.
            results += replies or [_result(b"", ended, limits)]
        return results

    def _run_again(self, files: Sequence[File], limits: wire.Limits) -> _Ended:
        requests = b"".join(
            wire.frame(
                wire.pack_request(
                    file.content, name=PurePosixPath(file.name).name or file.name, content_type=file.content_type
                )
            )
            for file in files
        )
        hint = DocumentKind.PDF if any(b"%PDF-" in file.content[:1024] for file in files) else "any"
        for _ in range(3):
            ended = self._run(requests, hint, limits, len(files))
            if ended is not None:
                return ended
        raise ParserUnavailable(
            "The document parser could not be started. Try again; if it stays so, look at the worker's log."
        )

    def close(self) -> None:
        """End the parser process; documents in work there are lost to their callers (ParserCrashed)."""
        with self._lock:
            self._drop()

    def _run(self, requests: bytes, hint: str, limits: wire.Limits, files: int) -> _Ended | None:
        """None when the parser process was gone before it took the request."""
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
            if not sent:
                self.close()
                return None
            replies, is_stuck = _exchange(ours, requests, limits.wall_seconds + _GRACE_SECONDS, files)
            seconds = time.monotonic() - started
            if is_stuck:
                self.close()
                return _Ended(replies, signal.SIGALRM, seconds)
            exit_status = status.read(4)
            return _Ended(replies, int.from_bytes(exit_status, "big"), seconds) if exit_status else None

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


def _exchange(connection: socket.socket, requests: bytes, seconds: float, files: int) -> tuple[list[bytes], bool]:
    """Send and receive to the end: the replies, and whether one took longer than that many seconds. A child that dies
    early just ends the replies."""
    connection.settimeout(seconds)
    stream = bytearray()
    is_stuck = False
    until = time.monotonic() + seconds * files
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before it ended
            connection.sendall(requests)
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(1024 * 1024):
            stream += part
            connection.settimeout(min(seconds, max(until - time.monotonic(), 0.001)))
    except TimeoutError:
        is_stuck = True
    except OSError:
        pass
    return wire.split_frames(bytes(stream)), is_stuck


def _result(reply: bytes, ended: _Ended, limits: wire.Limits) -> ParsedDocument | ParsingError:
    try:
        answer = wire.unpack_reply(reply)
    except ValueError:
        return _why(ended, limits)
    return answer if isinstance(answer, ParsedDocument) else error_for(*answer)


def _why(ended: _Ended, limits: wire.Limits) -> ParsingError:
    """What ended a child before its first answer."""
    number = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else 0
    is_late = number == signal.SIGKILL and ended.seconds >= limits.cpu_seconds
    if number in {signal.SIGALRM, signal.SIGXCPU} or is_late:
        return ParseLimitReached(
            f"Reading this document took longer than the {limits.cpu_seconds} seconds allowed. "
            "Split it into smaller files, or save it as text."
        )
    if number == signal.SIGKILL:  # the system's own memory guard
        return ParseLimitReached(OUT_OF_MEMORY)
    return ParserCrashed(CRASHED)


_PARSER = ParserProcess()


def parse_limited(
    content: bytes, *, name: str, content_type: str = "", limits: wire.Limits = wire.DEFAULT_LIMITS
) -> ParsedDocument:
    """Parse in this process's parser process. Raises ParsingError."""
    return _PARSER.parse(content, name=name, content_type=content_type, limits=limits)


def parse_all_limited(files: Sequence[File]) -> list[ParsedDocument | ParsingError]:
    """`parse_limited` for files of one tenant; one result each, in order. Raises ParserUnavailable."""
    return _PARSER.parse_all(files)

"""The parser process: warm and light, it forks one limited child a request and reports how each child ended.

`python -m ingestion.parsing.process --control-fd N`. A request is one document or several of one tenant, which a child
reads one after the other, each under limits of its own. For each the caller sends two descriptors: a socket that the
child answers on, and a pipe on which this process writes the child's exit status. It must not import Django, open
a file or a connection, or keep anything of a document. It ends when its caller does, and when idle.
"""

import argparse
import contextlib
import gc
import os
import resource
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.parsing import wire
from ingestion.parsing.document import DocumentKind
from ingestion.parsing.errors import ParseLimitReached, ParserCrashed, ParsingError
from ingestion.parsing.parse import load_parser, parse

_REQUEST_BYTES = 64  # "<kind hint> <memory> <cpu> <wall>"
_MOST_CHILDREN = 8


@dataclass
class Nursery:
    """The children that run now: process id → the pipe that hears of their end."""

    control: socket.socket
    idle_seconds: float
    reports: dict[int, int] = field(default_factory=dict)

    def serve(self) -> None:
        """Until the caller closes its end, or nothing was asked for `idle_seconds`."""
        with _death_bell() as bell, selectors.DefaultSelector() as selector:
            selector.register(self.control, selectors.EVENT_READ)
            selector.register(bell, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select(self.idle_seconds)}
                if bell in ready:
                    bell.recv(4096)
                self._bury()
                if self.control in ready and not self._accept():
                    return
                if not ready and not self.reports:
                    return

    def _accept(self) -> bool:
        """Take one request; False when the caller is gone."""
        message, descriptors, _, _ = socket.recv_fds(self.control, _REQUEST_BYTES, 2)
        if not message or len(descriptors) != 2:
            return False
        hint, memory, cpu, wall = message.decode().split()
        if hint in set(DocumentKind):
            load_parser(DocumentKind(hint))
        limits = wire.Limits(memory_bytes=int(memory), cpu_seconds=int(cpu), wall_seconds=int(wall))
        self._fork(descriptors[0], descriptors[1], limits)
        return True

    def _fork(self, answer: int, report: int, limits: wire.Limits) -> None:
        while len(self.reports) >= _MOST_CHILDREN:
            self._bury(wait=True)
        child = os.fork()
        if child:
            os.close(answer)
            self.reports[child] = report
            return
        status = 1
        try:
            os.close(report)
            self.control.close()
            for other in self.reports.values():
                os.close(other)
            _answer(socket.socket(fileno=answer), limits)
            status = 0
        finally:
            os._exit(status)

    def _bury(self, *, wait: bool = False) -> None:
        while self.reports:
            try:
                child, status = os.waitpid(-1, 0 if wait else os.WNOHANG)
            except ChildProcessError:
                return
            if not child:
                return
            wait = False
            report = self.reports.pop(child)
            with contextlib.suppress(BrokenPipeError):
                os.write(report, status.to_bytes(4, "big"))
            os.close(report)


@contextlib.contextmanager
def _death_bell() -> Iterator[socket.socket]:
    """A socket that becomes readable whenever a child ends."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        yield ours
    finally:
        signal.set_wakeup_fd(-1)
        ours.close()
        theirs.close()


def _answer(connection: socket.socket, limits: wire.Limits) -> None:
    """In the child: read the requests to their end, parse each under limits, send each reply when it is there."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    requests = wire.split_frames(_read_all(connection))
    _limit(limits, documents=len(requests))
    for request in requests:
        _limit_next(limits)
        connection.sendall(wire.frame(_reply(request)))


def _reply(request: bytes) -> bytes:
    try:
        content, name, content_type = wire.unpack_request(request)
        return wire.pack_document(parse(content, name=name, content_type=content_type))
    except ParsingError as error:
        return wire.pack_error(error)
    except MemoryError:
        return wire.pack_error(ParseLimitReached(OUT_OF_MEMORY))
    except Exception as error:
        # Whatever a hostile file made a parser raise is a fact about the file: only the error's kind leaves here.
        return wire.pack_error(ParserCrashed(f"{CRASHED} ({type(error).__name__})"))


OUT_OF_MEMORY = (
    "Reading this document took more memory than is allowed. Split it into smaller files, or save it as PDF or text."
)
CRASHED = (
    "This document made its parser stop, so it was skipped. Export it again, or save it as PDF or text, "
    "and upload that copy."
)


def _limit(limits: wire.Limits, *, documents: int) -> None:
    """For the whole child. Best effort: macOS knows no address-space limit."""
    os.nice(5)
    memory = _address_space() + limits.memory_bytes
    cpu = limits.cpu_seconds * documents + _used_cpu_seconds()
    ceilings = {
        resource.RLIMIT_CPU: (cpu, cpu),
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }
    for name, ceiling in ceilings.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, ceiling)


def _limit_next(limits: wire.Limits) -> None:
    """For the next document: from now on. The alarm works everywhere, in C code too."""
    signal.alarm(limits.wall_seconds)
    with contextlib.suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (min(_used_cpu_seconds() + limits.cpu_seconds, most), most))


def _used_cpu_seconds() -> int:
    """Rounded down: a limit that is a second short would blame the wrong document."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_utime + usage.ru_stime)


def _address_space() -> int:
    """Bytes mapped now; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[0]
        return int(pages) * resource.getpagesize()
    except OSError:
        return 4 * 1024**3


def _read_all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(1024 * 1024):
        parts.append(part)
    return b"".join(parts)


# Read once before any fork, so that tables which libraries fill on first use are filled for every child.
_WARM = b"<html><body><h1 id='a'>A</h1><p>Some <b>words</b>, <a href='/b'>b</a>.</p><ul><li>c</li></ul></body></html>"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--control-fd", type=int, required=True)
    arguments.add_argument("--idle-seconds", type=float, default=20)
    options = arguments.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, whose end is noticed
    for kind in set(DocumentKind) - {DocumentKind.PDF}:
        load_parser(kind)  # before any fork, so that no child has to; PDF's is large and waits until it is wanted
    for name in ("warm.html", "warm.md"):
        parse(_WARM, name=name)
    gc.freeze()  # a collection in a child would otherwise copy the pages that all share
    with socket.socket(fileno=options.control_fd) as control:
        Nursery(control, options.idle_seconds).serve()


if __name__ == "__main__":
    main()
    sys.exit(0)

"""Starting, stopping and asking servers: in order, with time limits, and with one sentence for each failure."""

import signal
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial

from infra.local import process
from infra.local.errors import NotHealthy, ServicesError, WrongCredentials
from infra.local.installing import say
from infra.local.machine import refuse_full_disk
from infra.local.servers.base import Server

TAIL_LINES = 12
LEAVING_SECONDS = 5.0


def start(servers: Sequence[Server]) -> None:
    """Start those that do not run, then wait until all are well. One that fails does not hold the others up."""
    started = time.monotonic()
    failures: list[str] = []
    launched: list[Server] = []
    for server in servers:
        _attempt(failures, server, _launch)
        launched.append(server)
    for server in launched:
        if server.pid:
            _attempt(failures, server, _await)
    if failures:
        raise ServicesError("\n".join(failures))
    say(f"All well after {time.monotonic() - started:.1f} s.")


def refuse_moved_ports(servers: Sequence[Server]) -> None:
    """A server that runs keeps its ports until it is stopped."""
    for server in servers:
        if server.pid and any(
            server.machine.ports[name] != server.machine.kept_ports.get(name) for name in server.ports
        ):
            raise ServicesError(f"{server.title} runs on another port than the one asked for: stop it first.")


def _attempt(failures: list[str], server: Server, step: Callable[[Server], None]) -> None:
    try:
        step(server)
    except (ServicesError, OSError) as error:
        failures.append(f"{server.title}: {error}")


def _launch(server: Server) -> None:
    if server.pid:
        return
    refuse_full_disk(server.machine)
    _refuse_taken_ports(server)
    server.prepare()
    process.launch(server.command(), log=server.log, pid_file=server.machine.pid_file(server.name))


def _refuse_taken_ports(server: Server) -> None:
    """One that was killed a moment ago keeps its ports until it is all gone, so they are tried for some seconds."""
    deadline = time.monotonic() + LEAVING_SECONDS
    for name in server.ports:
        port = server.machine.ports[name]
        while not _is_free(port):
            if time.monotonic() > deadline:
                raise ServicesError(
                    f"Port {port} is in use by another program. Stop that, or choose another port: "
                    f"SERVICES_{name.upper()}_PORT=…"
                )
            time.sleep(0.1)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _await(server: Server) -> None:
    deadline = time.monotonic() + server.start_seconds
    while reason := unhealthy(server):
        if not server.pid:
            raise ServicesError(f"it ended while starting. {_explain(server)}")
        if time.monotonic() > deadline:
            raise ServicesError(f"not ready after {server.start_seconds:.0f} s: {reason}. {_explain(server)}")
        time.sleep(0.2)
    server.settle()


def unhealthy(server: Server) -> str:
    """Why a server is not well; empty when it is. A refused password is raised: waiting would not help."""
    try:
        server.check()
    except WrongCredentials:
        raise
    except (NotHealthy, OSError) as error:
        return str(error)
    return ""


def _explain(server: Server) -> str:
    tail = server.log.read_text(errors="replace").splitlines()[-TAIL_LINES:] if server.log.exists() else []
    said = server.explain("\n".join(tail))
    return f"{said} Its log is {server.log}, ending with:\n    " + "\n    ".join(tail)


def stop(servers: Sequence[Server]) -> None:
    for server in reversed(servers):
        pid = server.pid
        if pid:
            obeyed = process.stop(pid, polite=server.polite_signal, patience_seconds=server.stop_seconds)
            say(f"{server.title} {'stopped' if obeyed else 'did not stop by itself and was killed'}.")
        server.machine.pid_file(server.name).unlink(missing_ok=True)


def kill(servers: Sequence[Server]) -> None:
    """kill -9, as a crash would: nothing is said to the server, its pid file stays."""
    for server in servers:
        if pid := server.pid:
            process.send(pid, signal.SIGKILL)
            process.wait_until(partial(process.is_gone, pid), 10)
            say(f"{server.title} killed.")

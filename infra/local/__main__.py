"""`python -m infra.local COMMAND [SERVER…]`: without a name, all five."""

import argparse
import fcntl
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from infra.local import running
from infra.local.addresses import write_env
from infra.local.errors import ServicesError, explain_os_error
from infra.local.installing import install_packages, say
from infra.local.machine import Machine, open_machine
from infra.local.servers import KINDS, all_servers
from infra.local.servers.base import Server
from infra.local.table import write_table

COMMANDS = {
    "install": "fetch what is missing, start nothing",
    "start": "install what is missing, start what does not run, wait until it is well",
    "stop": "stop in order; nothing is left running",
    "status": "a table; fails unless all are well",
    "kill": "kill -9, to see what happens",
}


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    try:
        machine = open_machine()
        chosen = [server for server in all_servers(machine) if server.name in (options.servers or _names())]
        return _perform(options.command, machine, chosen)
    except ServicesError as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        sys.stderr.write(f"{explain_os_error(error)}\n")
    return 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, meaning in COMMANDS.items():
        command = commands.add_parser(name, help=meaning, description=meaning)
        command.add_argument("servers", nargs="*", metavar="SERVER", help=", ".join(_names()))
    options = parser.parse_args(arguments)
    if unknown := set(options.servers) - set(_names()):
        parser.error(f"no such server: {', '.join(sorted(unknown))}; there are {', '.join(_names())}")
    return options


def _names() -> list[str]:
    return [kind.name for kind in KINDS]


def _perform(command: str, machine: Machine, servers: list[Server]) -> int:
    if command == "status":
        table, well = write_table(servers)
        say(table)
        return 0 if well else 1
    with _alone(machine):
        if command in {"install", "start"}:
            _install(servers)
        if command == "start":
            write_env(machine)
            running.start(servers)
            say(f"Their addresses and passwords are in {machine.env_file}")
        elif command == "stop":
            running.stop(servers)
        elif command == "kill":
            running.kill(servers)
    return 0


def _install(servers: Sequence[Server]) -> None:
    wanted = {
        package for server in servers for program, package in server.programs().items() if not shutil.which(program)
    }
    install_packages(sorted(wanted))
    for server in servers:
        server.install()


@contextmanager
def _alone(machine: Machine) -> Iterator[None]:
    """Two of these commands at once would start a server twice."""
    with (machine.root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

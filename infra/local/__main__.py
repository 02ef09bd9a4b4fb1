"""`python -m infra.local COMMAND [SERVER…]`: without a name, all five."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from infra.local import running
from infra.local.addresses import COMPOSE_ENV, write_compose_env, write_env
from infra.local.errors import ServicesError, explain_os_error
from infra.local.installing import compile_otelcol, install_packages, offer_packages, say
from infra.local.machine import Machine, alone, keep, open_machine
from infra.local.servers import KINDS, all_servers
from infra.local.servers.base import Server
from infra.local.table import write_table

COMMANDS = {
    "install": "fetch what is missing, start nothing",
    "start": "install what is missing, start what does not run, wait until it is well",
    "stop": "stop in order; nothing is left running",
    "status": "a table; fails unless all are well",
    "kill": "kill -9, to see what happens",
    "otelcol": "start nothing, compile OpenTelemetry's Collector, which tests of trace export talk to",
    "compose-env": "start nothing, write passwords and ports for infra/compose.yaml",
}
ALONE = {"install", "start", "stop", "otelcol", "compose-env"}


def main(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    try:
        with alone() if options.command in ALONE else nullcontext():
            machine = open_machine()
            chosen = [server for server in all_servers(machine) if server.name in (options.servers or _names())]
            return _perform(options.command, machine, chosen)
    except ServicesError as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        sys.stderr.write(f"{explain_os_error(error)}\n")
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. What was started goes on; the same command takes up where it was.\n")
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
    match command:
        case "status":
            table, well = write_table(servers)
            say(table)
            return 0 if well else 1
        case "install":
            keep(machine)
            _install(servers)
        case "start":
            running.refuse_moved_ports(servers)
            keep(machine)
            _install(servers)
            write_env(machine)
            running.start(servers)
            say(f"Their addresses and passwords are in {machine.env_file}")
        case "otelcol":
            keep(machine)
            compile_otelcol(machine)
        case "compose-env":
            keep(machine)
            write_env(machine)
            write_compose_env(machine)
            say(f"Wrote {COMPOSE_ENV}; the addresses of the servers are in {machine.env_file}")
        case "stop":
            running.stop(servers)
        case "kill":
            running.kill(servers)
    return 0


def _install(servers: Sequence[Server]) -> None:
    install_packages(sorted(set().union(*(server.missing_packages() for server in servers))))
    for server in servers:
        server.install()
    offer_packages(sorted(set().union(*(server.useful_packages() for server in servers))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

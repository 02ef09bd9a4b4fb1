"""`python -m infra.local.within COMMAND…`: run a command with the product's settings for this machine's servers.

It adds what the product asks for beside a database server: a key of this machine, local hosts, mails kept in a folder.
"""

import os
import shutil
import sys
from collections.abc import Sequence

from infra.local.addresses import settings
from infra.local.machine import ROOT, Machine, open_machine


def environment(machine: Machine) -> dict[str, str]:
    """The caller's own settings win (PORT=9000 make demo-real), except for the addresses of the servers."""
    port = os.environ.get("PORT", "8000")
    defaults = {
        "SECRET_KEY": machine.passwords["secret_key"],
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "EMAIL_URL": "embedded:",
        "DATA_DIR": str(ROOT / "var" / "real"),
        "DEMO_SITE_PORT": str(int(port) + 1 if port.isdecimal() else 8001),
    }
    return {**defaults, **os.environ, **settings(machine)}


def main(command: Sequence[str]) -> None:
    machine = open_machine()
    if not command:
        sys.exit(__doc__)
    if not machine.env_file.exists():
        sys.exit(f"There is no {machine.env_file} yet: `make services` makes it.")
    program = shutil.which(command[0])
    if not program:
        sys.exit(f"There is no program {command[0]}.")
    os.execve(program, list(command), environment(machine))  # noqa: S606  the caller's own command


if __name__ == "__main__":
    main(sys.argv[1:])

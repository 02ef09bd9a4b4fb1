"""`python -m tests.demo_real`: the demo, once, on the five real servers, in corners that are emptied afterwards."""

import os
import subprocess
import sys

from infra.local.machine import open_machine
from infra.local.within import environment
from tests import servers


def main() -> int:
    os.environ["RAPPORT_REQUIRE_SERVERS"] = "1"
    with servers.corners() as corner:
        command = [sys.executable, str(servers.ROOT / "manage.py"), "demo", "--once"]
        return subprocess.call(command, env={**environment(open_machine()), **corner}, cwd=servers.ROOT)


if __name__ == "__main__":
    sys.exit(main())

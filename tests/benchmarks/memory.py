"""Memory of all processes together, idle and while ingesting: the sum of their proportional set sizes.

`python -m tests.benchmarks.memory [--corpus DIR]`: starts the product on an empty data folder, waits until it is idle,
measures, ingests the folder (the project's own docs by default) and measures the peak. Last line: one JSON object.
Exits non-zero above the targets: 400 MB idle, 900 MB while ingesting.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from tests.running import ROOT, wait_until

IDLE_MB, BUSY_MB = 400, 900


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def megabytes(pid: int) -> float:
    """Pages that processes share are counted once."""
    total = 0
    for process in family(pid):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue  # it ended meanwhile
    return total / 1_000_000


def cpu_seconds(pid: int) -> float:
    return sum(each.user + each.system for each in (process.cpu_times() for process in family(pid)))


class Peak(threading.Thread):
    """The highest of all samples until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.stopping = pid, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self.stopping.wait(0.2):
            self.peak = max(self.peak, megabytes(self.pid))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--corpus", type=Path, default=ROOT / "docs")
    arguments.add_argument("--idle-seconds", type=float, default=10.0)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        os.environ.update(
            DATA_DIR=folder, DATABASE_URL="", PORT=str(free_port()), DEMO_SITE_PORT="0", LOG_LEVEL="WARNING"
        )
        os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
        result = _measure(options)
    print(json.dumps(result))
    sys.exit(result["idle_mb"] > IDLE_MB or result["ingesting_mb"] > BUSY_MB)


def _measure(options: argparse.Namespace) -> dict[str, float]:
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], check=True)
    with subprocess.Popen([*manage, "run"], cwd=ROOT) as running:
        try:
            _visit()
            time.sleep(options.idle_seconds)
            idle, before = megabytes(running.pid), cpu_seconds(running.pid)
            for process in family(running.pid):
                print(f"{process.memory_full_info().pss / 1e6:6.0f} MB  {' '.join(process.cmdline()[1:4])}")
            time.sleep(options.idle_seconds)
            idle_cpu = (cpu_seconds(running.pid) - before) / options.idle_seconds
            peak = Peak(running.pid)
            subprocess.run([*manage, "ingest", str(options.corpus), "--tenant", _sign_up(), "--wait"], check=False)
            peak.stopping.set()
        finally:
            running.terminate()
    return {"idle_mb": round(idle), "idle_cpu_percent": round(idle_cpu * 100, 1), "ingesting_mb": round(peak.peak)}


def _visit() -> None:
    """The first requests load what a visitor needs."""
    import urllib.request

    address = f"http://127.0.0.1:{os.environ['PORT']}"

    def answers() -> bool:
        try:
            return bool(urllib.request.urlopen(f"{address}/healthz", timeout=5).status == 200)
        except OSError:
            return False

    wait_until(answers, seconds=60)
    urllib.request.urlopen(f"{address}/accounts/login/", timeout=30).read()


def _sign_up() -> str:
    """A tenant's slug."""
    import django

    django.setup()
    from tenants.models import Tenant, User
    from tenants.services import create_tenant

    owner = User.objects.create_user("bench@rapport.example", "only for this benchmark")
    return Tenant.objects.get(id=create_tenant(name="Bench", owner_id=owner.id)).slug


if __name__ == "__main__":
    main()

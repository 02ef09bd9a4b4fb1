"""What the API's own checks cost a call: `python -m tests.benchmarks.api [--calls N] [--seconds N]`.

An authenticated read and `POST /v1/events` by a secret key, beside the same work in plain Django views without any
middleware (`bare`), and beside those views served by the product's handler (`ours`), on PostgreSQL: three web processes
of the product's kind (uvicorn), called in turn over one connection each, then by eight callers at once. Processor time
is the web process's own, and says more than the clock while other programs run. The last line is one JSON object.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests import servers
from tests.benchmarks.figures import percentile

TARGET_MS = 2.0
KEY_TARGET_MS = 1.0
BATCH = 100
CALLERS = 8
WARM_UP = 100
CLOUD_EVENTS = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Company:
    tenant_id: str
    agent_id: str
    agent: str
    key: str


@dataclass(frozen=True, slots=True)
class Web:
    """One web process."""

    port: int
    pid: int

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def cpu_seconds(self) -> float:
        """Of all its threads, also of those that ended, to the hundredth (Linux): each request has a thread."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


Call = Callable[[http.client.HTTPConnection], None]


@dataclass(frozen=True, slots=True)
class Task:
    """`events`: how many one call brings; 1 for a read."""

    name: str
    api: Call
    bare: Call
    events: int = 1


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--calls", type=int, default=1500, help="one after the other, on each side")
    arguments.add_argument("--seconds", type=float, default=8.0, help="of eight callers at once, on each side")
    options = arguments.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-"))
        database = stack.enter_context(servers.fresh_database())
        environment = _environment(folder, database)
        company = _make_company(environment)
        key_ms = _time_keys(company)
        api = stack.enter_context(_serving(environment))
        ids = {"BENCH_TENANT": company.tenant_id, "BENCH_AGENT": company.agent_id}
        bare = stack.enter_context(_serving({**environment, **ids, "BARE": "django"}))
        ours = stack.enter_context(_serving({**environment, **ids, "BARE": "ours"}))
        webs = {"bare": bare, "ours": ours, "api": api}
        found = {task.name: _measure(task, webs, options) for task in _tasks(company)}
    return _show(found, key_ms)


def _environment(folder: str, database: servers.Database) -> dict[str, str]:
    (Path(folder) / "static").mkdir()
    ours = dict(
        database.settings, DATA_DIR=folder, DJANGO_SETTINGS_MODULE="rapport.settings", LOG_LEVEL="ERROR",
        EMAIL_URL="embedded:", ALLOWED_HOSTS="127.0.0.1", SECRET_KEY="only-for-benchmarks-" + "x" * 40,
    )  # fmt: skip
    os.environ.update(ours)
    return dict(os.environ)


def _make_company(environment: dict[str, str]) -> Company:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from rapport.ids import Prefix, encode
    from tenants.actors import SYSTEM
    from tenants.api_keys import create_api_key
    from tenants.permissions import SCOPES
    from tests.cast import assemble

    acme = assemble().acme
    key = create_api_key(tenant_id=acme.tenant_id, name="bench", scopes=SCOPES, actor=SYSTEM).secret
    return Company(str(acme.tenant_id), str(acme.agent_id), encode(Prefix.AGENT, acme.agent_id), key)


def _time_keys(company: Company) -> dict[str, float]:
    """Recognising a key, in milliseconds: its checksum, its HMAC and one question to the database."""
    from tenants.api_keys import authenticate_api_key

    times = []
    for _ in range(2_000):
        began = time.perf_counter()
        authenticate_api_key(company.key)
        times.append(1000 * (time.perf_counter() - began))
    return {"p50_ms": round(statistics.median(times), 3), "p95_ms": round(percentile(times, 95), 3)}


@contextmanager
def _serving(environment: dict[str, str]) -> Iterator[Web]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "tests.benchmarks.api_server:application", "--port", str(port),
        "--log-level", "error", "--no-access-log",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment, cwd=servers.ROOT)
    try:
        _wait_for(port, process)
        yield Web(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("The web process did not start; its words are above.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The web process did not answer within a minute.")


def _tasks(company: Company) -> list[Task]:
    key = {"Authorization": f"Bearer {company.key}"}
    return [
        Task(
            "GET one agent",
            partial(_call, "GET", f"/v1/agents/{company.agent}", key, None),
            partial(_call, "GET", "/agent", {}, None),
        ),
        *(
            Task(
                f"POST {count} event{'s' if count > 1 else ''}",
                partial(_call, "POST", "/v1/events", key, count),
                partial(_call, "POST", "/events", {}, count),
                count,
            )
            for count in (1, BATCH)
        ),
    ]


def _call(
    method: str, path: str, headers: dict[str, str], events: int | None, connection: http.client.HTTPConnection
) -> None:
    kind = CLOUD_EVENTS if events == 1 else CLOUD_EVENTS.replace("+json", "-batch+json")
    body = None if events is None else _events(events)
    connection.request(method, path, body, headers | ({"Content-Type": kind} if body else {}))
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in {200, 202}:
        raise SystemExit(f"{method} {path}: {answer.status} {content[:300]!r}")


def _events(count: int) -> bytes:
    made = [
        {
            "specversion": "1.0", "id": str(uuid4()), "source": "shop", "type": "order.placed",
            "subject": f"customer-{number}", "time": "2026-11-26T08:00:00Z",
            "data": {"order": "A-4711", "total": 4900, "currency": "EUR"},
        }
        for number in range(count)
    ]  # fmt: skip
    return json.dumps(made[0] if count == 1 else made).encode()


def _measure(task: Task, webs: Mapping[str, Web], options: argparse.Namespace) -> dict[str, Any]:
    sides = {side: (web, task.api if side == "api" else task.bare) for side, web in webs.items()}
    calls = options.calls if task.events == 1 else max(100, options.calls // 10)
    times, cpu_ms = _in_turn(sides, calls)
    figures: dict[str, Any] = {}
    for side, (web, call) in sides.items():
        per_second, per_cpu_second = _at_once(web, call, options.seconds)
        figures[side] = {
            "p50_ms": round(statistics.median(times[side]), 3),
            "p95_ms": round(percentile(times[side], 95), 3),
            "cpu_ms": round(cpu_ms[side], 3),
            "calls_per_second": round(per_second, 1),
            "per_core_second": round(per_cpu_second * task.events, 1),
        }
    for kind in ("p50_ms", "cpu_ms"):
        for side in ("bare", "ours"):
            figures[f"checks_beside_{side}_{kind}"] = round(figures["api"][kind] - figures[side][kind], 3)
    return figures


def _in_turn(
    sides: dict[str, tuple[Web, Call]], calls: int
) -> tuple[Mapping[str, Sequence[float]], Mapping[str, float]]:
    """Milliseconds of each call, the sides by turns, so that what else the machine does meets all of them; and the
    processor's, of a call."""
    times: dict[str, list[float]] = {side: [] for side in sides}
    connections = {side: web.connect() for side, (web, _) in sides.items()}
    before: dict[str, float] = {}
    for number in range(-WARM_UP, calls):
        if number == 0:
            before = {side: web.cpu_seconds() for side, (web, _) in sides.items()}
        for side, (_, call) in sides.items():
            began = time.perf_counter()
            call(connections[side])
            if number >= 0:
                times[side].append(1000 * (time.perf_counter() - began))
    return times, {side: 1000 * (web.cpu_seconds() - before[side]) / calls for side, (web, _) in sides.items()}


def _at_once(web: Web, call: Call, seconds: float) -> tuple[float, float]:
    """Calls a second of eight callers, and calls a second of the web process's processor time."""
    counts, until = [0] * CALLERS, time.monotonic() + seconds
    cpu, began = web.cpu_seconds(), time.monotonic()

    def caller(number: int) -> None:
        connection = web.connect()
        while time.monotonic() < until:
            call(connection)
            counts[number] += 1

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began), sum(counts) / max(web.cpu_seconds() - cpu, 1e-9)


def _show(found: dict[str, dict[str, Any]], key_ms: dict[str, float]) -> int:
    print(f"{'':<22} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {'calls/s':>9} {'per core-s':>11}")
    for name, figures in found.items():
        for side in ("bare", "ours", "api"):
            each = figures[side]
            print(
                f"{name + ' · ' + side:<22} {each['p50_ms']:>8.2f} {each['p95_ms']:>8.2f} {each['cpu_ms']:>8.2f} "
                f"{each['calls_per_second']:>9.0f} {each['per_core_second']:>11.0f}"
            )
        for side in ("bare", "ours"):
            wall, cpu = (figures[f"checks_beside_{side}_{kind}"] for kind in ("p50_ms", "cpu_ms"))
            print(f"{'  checks beside ' + side:<22} {wall:>8.2f} {'':>8} {cpu:>8.2f}   target ≤ {TARGET_MS}")
    print(f"{'recognising a key':<22} {key_ms['p50_ms']:>8.2f} {key_ms['p95_ms']:>8.2f}   target ≤ {KEY_TARGET_MS}")
    met = {name: figures["checks_beside_bare_p50_ms"] <= TARGET_MS for name, figures in found.items()}
    print(json.dumps({**found, "key": key_ms, "met": {**met, "key": key_ms["p50_ms"] <= KEY_TARGET_MS}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Events per second, and milliseconds from publishing to handling, through the real processes on the embedded parts.

`python -m tests.benchmarks.events`: outbox → relay → embedded log → consumer → inbox → Celery → drain → handler that
writes one row. The last line is one JSON object.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psutil

from tests.running import Running, wait_until

KEYS = [f"key-{number}" for number in range(40)]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--burst", type=int, default=4000, help="events of the burst")
    arguments.add_argument("--rate", type=int, default=100, help="events a second of the paced part")
    arguments.add_argument("--seconds", type=int, default=10, help="length of the paced part")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder:
        _prepare(folder)
        result = _measure(Path(folder), options)
    print(json.dumps(result))


def _prepare(folder: str) -> None:
    os.environ.update(DATA_DIR=folder, DATABASE_URL="", DJANGO_SETTINGS_MODULE="rapport.settings", LOG_LEVEL="WARNING")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    from tests import listeners

    listeners.create_table()
    with Running(folder) as running:
        _paced(rate=10, seconds=1)  # caches and pools
        warm = _wait_for(10)
        latencies = _paced(rate=options.rate, seconds=options.seconds)
        cpu = _cpu_seconds(running)
        burst_seconds = _burst(options.burst, before=warm + options.rate * options.seconds)
        cpu = _cpu_seconds(running) - cpu
    result = {
        "events": options.burst,
        "events_per_second": round(options.burst / burst_seconds, 1),
        "cpu_ms_per_event": round(cpu / options.burst * 1000, 2),
        "paced_rate": options.rate,
        "p50_ms": round(statistics.median(latencies) * 1000, 1),
        "p95_ms": round(statistics.quantiles(latencies, n=20)[-1] * 1000, 1),
        "load_average": round(os.getloadavg()[0], 1),  # of the machine: above its cores, the clock tells little
        "p99_ms": round(statistics.quantiles(latencies, n=100)[-1] * 1000, 1),
    }
    _show(result)
    return result


def _cpu_seconds(running: Running) -> float:
    """Of worker and events together: on a busy machine this tells more than the clock."""
    times = [psutil.Process(running.pid(name)).cpu_times() for name in ("worker", "events")]
    return sum(each.user + each.system for each in times)


def _paced(*, rate: int, seconds: int) -> list[float]:
    from tests import listeners

    before, tenant = listeners.count_effects(), uuid4()
    start = time.monotonic()
    for number in range(rate * seconds):
        listeners.publish_numbers(tenant, [KEYS[number % len(KEYS)]], range(number, number + 1))
        time.sleep(max(0.0, start + (number + 1) / rate - time.monotonic()))
    _wait_for(before + rate * seconds)
    return [seconds for _, _, _, seconds in listeners.effects()[before:]]


def _burst(count: int, *, before: int) -> float:
    from tests import listeners

    start, tenant = time.monotonic(), uuid4()
    for number in range(0, count // len(KEYS), 5):
        listeners.publish_numbers(tenant, KEYS, range(number, number + 5))
    _wait_for(before + count)
    return time.monotonic() - start


def _wait_for(count: int) -> int:
    from tests import listeners

    wait_until(lambda: listeners.count_effects() >= count, seconds=300)
    return count


def _show(result: dict[str, float]) -> None:
    print(f"burst of {result['events']:.0f}: {result['events_per_second']:.0f} events/s", file=sys.stderr)
    print(
        f"at {result['paced_rate']}/s: p50 {result['p50_ms']} ms, p95 {result['p95_ms']} ms, p99 {result['p99_ms']} ms",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()

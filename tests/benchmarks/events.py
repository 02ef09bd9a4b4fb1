"""Events per second, and milliseconds from publishing to handling, through the real processes.

`python -m tests.benchmarks.events [--real]`: outbox → relay → log → consumer → inbox → Celery → drain → an empty
handler, 1 kB events of 40 keys. On the embedded parts, or with --real on PostgreSQL, Kafka and Redis, beside
kafka-python's bare consumer on the same records. Prints where the time goes; the last line is one JSON object.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import psutil

from tests.benchmarks.event_settings import processor_seconds, server_processes, settings
from tests.benchmarks.stages import read_stages
from tests.running import Running

KEYS = [f"key-{number}" for number in range(40)]
PER_TRANSACTION = 200
PADDING = "x" * 560  # makes the envelope 1 kB
TARGET = 0.1  # of the bare consumer's rate


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--real", action="store_true", help="on PostgreSQL, Kafka and Redis (make services)")
    arguments.add_argument("--burst", type=int, help="events of the burst (4,000; 20,000 on the real servers)")
    arguments.add_argument("--rate", type=int, default=100, help="events a second of the paced part")
    arguments.add_argument("--seconds", type=int, default=10, help="length of the paced part")
    options = arguments.parse_args()
    options.burst = options.burst or (20_000 if options.real else 4_000)
    with settings(real=options.real) as folder:
        _prepare()
        result = _measure(folder, options)
    print(json.dumps(result))


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(folder: Path, options: argparse.Namespace) -> dict[str, float | str]:
    with Running(
        folder, environment={"DATABASE_URL": os.environ["DATABASE_URL"], "RAPPORT_MEASURE_STAGES": "1"}
    ) as running:
        _paced(rate=50, seconds=2)  # caches, pools, the group's first assignment
        processes = _processes(running, real=options.real)
        paced = Meter(processes, folder)
        latencies = _paced(rate=options.rate, seconds=options.seconds)
        paced.stop()
        burst = Meter(processes, folder)
        burst_seconds = _burst(options.burst)
        burst.stop()
    bare = _bare_consumer() if options.real else None
    result = _result(options, burst_seconds, latencies, burst.spent, bare)
    result["paced_cpu_ms_per_event"] = round(sum(paced.spent.values()) / len(latencies) * 1000, 2)
    _show(result, burst, paced, len(latencies))
    return result


def _processes(running: Running, *, real: bool) -> dict[str, list[psutil.Process]]:
    ours = {name: [psutil.Process(running.pid(name))] for name in ("events", "worker")}
    return ours | {"publisher": [psutil.Process()]} | (server_processes() if real else {})


def _seconds(processes: dict[str, list[psutil.Process]]) -> dict[str, float]:
    return {name: sum(processor_seconds(each) for each in found) for name, found in processes.items()} | {
        "publisher": sum(psutil.Process().cpu_times()[:2])
    }


class Meter:
    """What a part of the run cost: `spent`, processor seconds by process; `steps`, see `read_stages`."""

    def __init__(self, processes: dict[str, list[psutil.Process]], folder: Path) -> None:
        self.processes, self.folder = processes, folder
        self._seconds, self._steps = _seconds(processes), read_stages(folder)

    def stop(self) -> None:
        time.sleep(1.0)  # the processes write their sums twice a second
        self.spent = {name: after - self._seconds[name] for name, after in _seconds(self.processes).items()}
        self.steps = {
            name: [after - before for after, before in zip(sums, self._steps[name], strict=True)]
            for name, sums in read_stages(self.folder).items()
        }


def _paced(*, rate: int, seconds: int) -> list[float]:
    """Seconds from publishing to the mark that it is handled, of each event."""
    tenant, start = uuid4(), time.monotonic()
    for number in range(rate * seconds):
        _publish(tenant, [(KEYS[number % len(KEYS)], number)])
        time.sleep(max(0.0, start + (number + 1) / rate - time.monotonic()))
    _wait_for(tenant, rate * seconds)
    return _latencies(tenant)


def _burst(count: int) -> float:
    start, tenant = time.monotonic(), uuid4()
    for first in range(0, count, PER_TRANSACTION):
        _publish(
            tenant, [(KEYS[number % len(KEYS)], number) for number in range(first, min(first + PER_TRANSACTION, count))]
        )
    _wait_for(tenant, count)
    return time.monotonic() - start


def _publish(tenant: UUID, each: list[tuple[str, int]]) -> None:
    from django.db import transaction

    from rapport.events.envelope import Event
    from rapport.events.outbox import publish_all
    from tests import listeners

    with transaction.atomic():
        publish_all(
            listeners.EMPTY_TOPIC,
            [Event(listeners.EMPTY, tenant, key, {"number": number, "padding": PADDING}) for key, number in each],
        )


def _wait_for(tenant: UUID, count: int) -> None:
    from rapport.events.models import InboxEvent, InboxState

    done = InboxEvent.objects.filter(tenant_id=tenant, state=InboxState.DONE)
    deadline = time.monotonic() + 300
    while done.count() < count:
        time.sleep(0.2)  # asking costs the database what the events could have
        if time.monotonic() > deadline:
            raise TimeoutError(f"{done.count()} of {count} events were handled.")


def _latencies(tenant: UUID) -> list[float]:
    from rapport.events.models import InboxEvent

    rows = InboxEvent.objects.filter(tenant_id=tenant).values_list("payload", "finished_at")
    return [
        (finished - datetime.fromisoformat(payload["time"])).total_seconds() for payload, finished in rows if finished
    ]


def _bare_consumer() -> dict[str, float]:
    """kafka-python alone on the records of this run."""
    from kafka import KafkaConsumer

    from rapport.config import get_config
    from rapport.events.kafka_address import read_kafka_address
    from tests import listeners

    address = read_kafka_address(get_config().events_url)
    topic, group = address.prefix + listeners.EMPTY_TOPIC, f"{address.prefix}bare"
    client = KafkaConsumer(
        topic, **address.client_settings(), group_id=group, auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        count, size, start, last, silent = 0, 0, 0.0, 0.0, 0
        while silent < 3:
            found = [record for batch in client.poll(timeout_ms=1000).values() for record in batch]
            silent = 0 if found or not count else silent + 1
            if found:
                last = time.monotonic()
                start = start or last
                count += len(found)
                size += sum(len(record.value) for record in found)
    finally:
        client.close()
    return {"per_second": count / (last - start), "bytes": size / count}


def _result(
    options: argparse.Namespace,
    burst_seconds: float,
    latencies: list[float],
    spent: dict[str, float],
    bare: dict[str, float] | None,
) -> dict[str, float | str]:
    rate = options.burst / burst_seconds
    ours = spent["events"] + spent["worker"]
    result: dict[str, float | str] = {
        "parts": "PostgreSQL, Kafka, Redis" if options.real else "embedded",
        "events": options.burst,
        "events_per_second": round(rate, 1),
        "cpu_ms_per_event": round(ours / options.burst * 1000, 3),
        "paced_rate": options.rate,
        "p50_ms": round(statistics.median(latencies) * 1000, 1),
        "p95_ms": round(statistics.quantiles(latencies, n=20)[-1] * 1000, 1),
        "p99_ms": round(statistics.quantiles(latencies, n=100)[-1] * 1000, 1),
        "load_average": round(os.getloadavg()[0], 1),  # of the machine: above its cores, the clock tells little
    }
    if bare:
        result |= {
            "event_bytes": round(bare["bytes"]),
            "bare_consumer_per_second": round(bare["per_second"]),
            "ratio": round(rate / bare["per_second"], 3),
            "target_ratio": TARGET,
        }
    return result


def _show(result: dict[str, float | str], burst: Meter, paced: Meter, paced_count: int) -> None:
    count = float(result["events"])
    lines = [f"{'step':<36}{'calls':>8}{'seconds':>9}{'cpu s':>8}{'cpu us/event':>14}{'paced: us/event':>17}"]
    for name, (calls, wall, cpu) in burst.steps.items():
        alone = paced.steps[name][2] / paced_count
        lines.append(f"{name:<36}{calls:>8.0f}{wall:>9.2f}{cpu:>8.2f}{cpu / count * 1e6:>14.0f}{alone * 1e6:>17.0f}")
    lines += ["", f"{'process':<53}{'cpu s':>8}{'cpu us/event':>14}{'paced: us/event':>17}"]
    for name, cpu in sorted(burst.spent.items(), key=lambda each: -each[1]):
        alone = paced.spent[name] / paced_count
        lines.append(f"{name:<53}{cpu:>8.2f}{cpu / count * 1e6:>14.0f}{alone * 1e6:>17.0f}")
    lines += [
        "",
        f"burst of {count:.0f}: {result['events_per_second']} events/s",
        f"at {result['paced_rate']}/s: p50 {result['p50_ms']} ms, p95 {result['p95_ms']} ms, p99 {result['p99_ms']} ms",
    ]
    if "ratio" in result:
        bare, ratio = result["bare_consumer_per_second"], result["ratio"]
        lines.append(f"bare consumer: {bare}/s of {result['event_bytes']} bytes: ratio {ratio} (target {TARGET})")
    sys.stderr.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

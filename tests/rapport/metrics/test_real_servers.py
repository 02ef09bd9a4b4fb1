"""Figures of the processes on the real servers: all of them, the log's lag too; the rest while Kafka is away."""

import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.rapport.metrics.test_figures import Figures, figures, free_port, value
from tests.running import Running, prepare, wait_until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def environment(server_environment: dict[str, str]) -> dict[str, str]:
    return {
        **server_environment,
        "EMAIL_URL": "embedded:",
        "ALLOWED_HOSTS": "localhost",
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "METRICS_PORT": str(free_port()),
    }


@pytest.fixture
def folder() -> Iterator[Path]:
    """Its name is short, since sockets live in it."""
    made = Path(tempfile.mkdtemp(prefix="rapport-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def scrape(environment: dict[str, str]) -> tuple[Figures, float]:
    """Nothing while nobody answers; and how many seconds it took."""
    started = time.monotonic()
    try:
        address = f"http://127.0.0.1:{environment['METRICS_PORT']}/metrics"
        text = urllib.request.urlopen(address, timeout=30).read().decode()
    except OSError:
        return {}, 0.0
    return figures(text), time.monotonic() - started


def test_every_process_and_the_logs_lag(environment: dict[str, str], folder: Path) -> None:
    prepare(folder, environment)
    with Running(folder, only="worker,ingest,events", environment=environment) as running:
        running.publish(str(uuid4()), ["a", "b"], range(20))
        wait_until(lambda: len(running.effects()) == 40, seconds=60)
        wait_until(lambda: value(scrape(environment)[0], "rapport_event_seconds_count", queue="live") == 40, seconds=20)
        found, seconds = scrape(environment)
        print(f"a scrape took {seconds * 1000:.0f} ms")
        assert value(found, "rapport_readable", part="log") == value(found, "rapport_readable", part="database") == 1
        lags = {dict(labels)["topic"]: lag for (name, labels), lag in found.items() if name == "rapport_consumer_lag"}
        assert lags["tests.effects"] == 0
        assert "ingestion.documents" in lags
        assert value(found, "rapport_outbox_waiting") == 0


def test_while_kafka_is_away_the_rest_is_told(environment: dict[str, str], folder: Path) -> None:
    environment |= {"EVENTS_URL": f"kafka://127.0.0.1:{free_port()}?prefix=gone."}
    prepare(folder, environment)
    with Running(folder, only="worker,events", environment=environment):
        wait_until(lambda: bool(scrape(environment)[0]), seconds=60)
        found, seconds = scrape(environment)
        print(f"a scrape took {seconds:.1f} s")
        assert value(found, "rapport_readable", part="database") == 1
        assert ("rapport_readable", (("part", "log"),)) in found
        assert value(found, "rapport_readable", part="log") == 0

"""The real processes on PostgreSQL, Kafka and Redis together: killed one after another, nothing is lost or doubled."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.kill.test_kill import KEYS, SECONDS, order_is_kept
from tests.running import Running, prepare, wait_until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def running(server_environment: dict[str, str]) -> Iterator[Running]:
    """Its folder's name is short, since sockets live in it."""
    folder = Path(tempfile.mkdtemp(prefix="rapport-"))
    environment = {
        **server_environment,
        "EMAIL_URL": "embedded:",
        "ALLOWED_HOSTS": "localhost",
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "LEASE_SECONDS": "3",
    }
    try:
        prepare(folder, environment)
        with Running(folder, only="worker,ingest,events", environment=environment) as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_nothing_is_lost_or_doubled(running: Running) -> None:
    tenant = str(uuid4())
    for start, victim in ((0, "worker"), (30, "events"), (60, "worker")):
        running.publish(tenant, KEYS, range(start, start + 30))
        wait_until(lambda start=start: len(running.effects()) > start * len(KEYS), seconds=SECONDS)  # type: ignore[misc]
        running.kill(victim)
    wait_until(lambda: len(running.effects()) >= 90 * len(KEYS), seconds=SECONDS)
    wait_until(lambda: running.pending() == 0, seconds=SECONDS)
    effects = running.effects()
    assert len(effects) == len(set(effects)) == 90 * len(KEYS)
    assert order_is_kept(effects)

"""Several threads ask brokers that are away: the process waits for them once, not once a thread."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rapport.events import kafka_admin
from rapport.events.errors import BusUnavailable
from rapport.events.kafka_address import read_kafka_address
from rapport.events.kafka_admin import KafkaAdmin
from tests.rapport.metrics.test_figures import free_port

THREADS = 4


class Counting(KafkaAdmin):
    """Lets go of the first try when all threads wait behind it."""

    tries = 0
    asking = 0
    all_ask = threading.Event()

    def _connect(self) -> Any:
        self.tries += 1
        self.all_ask.wait(30)
        return super()._connect()

    def ask(self, _: int) -> str:
        self.asking += 1
        if self.asking == THREADS:
            threading.Timer(0.2, self.all_ask.set).start()
        try:
            self.partition_counts(["some"])
        except BusUnavailable as error:
            return error.message
        return ""


def test_who_waited_while_another_tried_in_vain_is_told_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_admin, "PATIENCE_MS", 300)
    admin = Counting(read_kafka_address(f"kafka://127.0.0.1:{free_port()}"), retention_hours=1)
    with ThreadPoolExecutor(THREADS) as threads:
        told = list(threads.map(admin.ask, range(THREADS)))
    assert len(told) == THREADS
    assert all(each.startswith("EVENTS_URL: ") for each in told)
    assert admin.tries == 1
    assert admin.ask(0).startswith("EVENTS_URL: ")
    assert admin.tries == 2, "whoever asks later has another try made"

"""What goes on while everything is killed: events of many keys, and documents that come and change.

Whoever writes does what a client should: when it does not know whether something was taken, it says the same again.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID, uuid5

from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, transaction

from ingestion.services import NewDocument, ensure_upload_source, submit_documents
from rapport.events.envelope import Event
from rapport.events.outbox import publish_all
from tenants.actors import SYSTEM
from tests.listeners import STEADY, TOPIC

T = TypeVar("T")
EVENTS_AT_ONCE = 100
DOCUMENTS_AT_ONCE = 2
KEYS_OF_A_TENANT = 10
PADDING = "x" * 700  # about a kilobyte in all


@dataclass
class Load:
    """`seconds`: over how long it is spread."""

    tenants: list[UUID]
    events: int
    documents: int
    seconds: float
    refused: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for work in (self._publish, self._submit):
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self._threads.append(thread)

    def is_over(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _publish(self) -> None:
        batches = list(_batches(self.tenants, self.events))
        for batch in _paced(batches, self.seconds):
            self._insist(lambda batch=batch: _publish_once(batch))  # type: ignore[misc]

    def _submit(self) -> None:
        sources: dict[UUID, UUID] = {}
        rounds = [
            (self.tenants[number % len(self.tenants)], number) for number in range(0, self.documents, DOCUMENTS_AT_ONCE)
        ]
        for tenant_id, first in _paced(rounds, self.seconds):
            numbers = range(first, min(first + DOCUMENTS_AT_ONCE, self.documents))
            self._insist(lambda tenant_id=tenant_id, numbers=numbers: _submit_once(sources, tenant_id, list(numbers)))  # type: ignore[misc]

    def _insist(self, write: Callable[[], None]) -> None:
        while True:
            try:
                write()
                return
            except DatabaseError:
                self.refused += 1
                connection.close()
                time.sleep(0.5)


def _paced(items: list[T], seconds: float) -> Iterator[T]:
    started = time.monotonic()
    for place, item in enumerate(items):
        pause = started + seconds * place / len(items) - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        yield item


def _batches(tenants: list[UUID], count: int) -> Iterator[list[Event]]:
    """Numbers of a key rise from 0; ids say what they are, so that saying it again is the same event."""
    batch: list[Event] = []
    for place in range(count):
        number, turn = divmod(place, len(tenants) * KEYS_OF_A_TENANT)
        tenant_id = tenants[turn % len(tenants)]
        key = f"{tenant_id}-{turn // len(tenants)}"
        batch.append(
            Event(
                STEADY, tenant_id, key, {"number": number, "padding": PADDING}, id=uuid5(tenant_id, f"{key}:{number}")
            )
        )
        if len(batch) == EVENTS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _publish_once(events: list[Event]) -> None:
    try:
        with transaction.atomic():
            publish_all(TOPIC, events)
    except IntegrityError:
        return  # it was taken; only the answer was lost


def _submit_once(sources: dict[UUID, UUID], tenant_id: UUID, numbers: list[int]) -> None:
    """Every third document comes twice, with other words."""
    if tenant_id not in sources:
        sources[tenant_id] = ensure_upload_source(tenant_id=tenant_id, actor=SYSTEM)
    for words in ("water", "oil"):
        documents = [
            NewDocument(f"device-{number}.md", _text(number, words).encode())
            for number in numbers
            if words == "water" or number % 3 == 0
        ]
        submit_documents(tenant_id=tenant_id, actor=SYSTEM, source_id=sources[tenant_id], documents=documents)


def _text(number: int, words: str) -> str:
    sentence = f"Device {number} is cleaned with {words}. See [next](device-{number + 1}.md). "
    parts = [f"## Part {part}\n\n{sentence * 9}" for part in range(3)]
    return f"# Device {number}\n\n" + "\n\n".join(parts)

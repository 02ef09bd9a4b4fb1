"""Subscriptions that exist only in tests and benchmarks, and the table that they write to.

`tests.running` starts the real processes with these in them: children are forked, so what it imports they have.
"""

import time
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from rapport.config import get_config
from rapport.database import role_of
from rapport.events.envelope import Event
from rapport.events.outbox import publish_all
from rapport.events.topics import declare_topic, subscribe
from tests.running import wait_until

TOPIC = "tests.effects"
STEADY = "rapport.tests.steady.happened.v1"  # its handler commits with its mark
SLOW = "rapport.tests.slow.happened.v1"  # its handler runs outside a transaction, for a while
POISON = "rapport.tests.poison.happened.v1"  # its handler kills its worker
TOUCHY = "rapport.tests.touchy.happened.v1"  # so does this one, of one key, and its handler commits with its mark

EMPTY_TOPIC = "tests.empty"
EMPTY = "rapport.tests.empty.happened.v1"  # its handler does nothing: what is left is the machinery

declare_topic(TOPIC)
declare_topic(EMPTY_TOPIC)


@subscribe("tests.empty", topic=EMPTY_TOPIC, types={EMPTY}, queue="live")
def do_nothing(event: Event) -> None:
    pass


@subscribe("tests.steady", topic=TOPIC, types={STEADY}, queue="live")
def record_steady(event: Event) -> None:
    record(event)


@subscribe("tests.slow", topic=TOPIC, types={SLOW}, queue="ingest", is_transactional=False)
def record_slow(event: Event) -> None:
    """Says that it has begun, and waits until the test lets it go on."""
    folder = get_config().data_dir
    (folder / "slow.begun").touch()
    wait_until((folder / "slow.go").exists, seconds=60)
    record(event)


@subscribe("tests.poison", topic=TOPIC, types={POISON}, queue="bulk", is_transactional=False, max_attempts=2)
def end_the_worker(event: Event) -> None:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


@subscribe("tests.touchy", topic=TOPIC, types={TOUCHY}, max_attempts=2)
def record_or_end_the_worker(event: Event) -> None:
    record(event)
    if event.partition_key == "deadly":
        end_the_worker(event)


def create_table() -> None:
    is_postgres = connection.vendor == "postgresql"
    key = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY" if is_postgres else "integer PRIMARY KEY"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS effect (id {key}, event_id text, key text, number integer, seconds real)"
        )
        if is_postgres:
            role = connection.ops.quote_name(role_of(get_config().database_url))
            cursor.execute(f"GRANT SELECT, INSERT ON effect TO {role}")


def record(event: Event) -> None:
    """One row per handling: a doubled handling is a second row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO effect (event_id, key, number, seconds) VALUES (%s, %s, %s, %s)",
            [str(event.id), event.partition_key, event.data["number"], time.time() - event.time.timestamp()],
        )


def effects() -> list[tuple[str, str, int, float]]:
    """(event id, key, number, seconds from publishing to handling), in the order of handling."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id, key, number, seconds FROM effect ORDER BY id")
        return list(cursor.fetchall())


def count_effects() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM effect")
        return int(cursor.fetchone()[0])


def publish_numbers(
    tenant_id: UUID, keys: list[str], numbers: Sequence[int], *, event_type: str = STEADY, **data: object
) -> None:
    """In one transaction: each number for each key."""
    with transaction.atomic():
        publish_all(
            TOPIC,
            [Event(event_type, tenant_id, key, {"number": number, **data}) for number in numbers for key in keys],
        )

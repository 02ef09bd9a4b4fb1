"""The same event handled by several workers at once is one fact in the ledger."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from billing.events import TURN_COMPLETED, bill_turn
from billing.prices import TokenCounts
from billing.selectors import list_usage
from billing.usage import UsageFact
from rapport.events.envelope import Event
from rapport.ids import new_id
from tests.cast import assemble
from tests.file_database import file_database as file_database

WORKERS = 4


@pytest.mark.usefixtures("file_database")
def test_workers_that_bill_one_turn_at_once_bill_it_once() -> None:
    cast = assemble()
    ids = {name: str(new_id()) for name in ("agent_id", "conversation_id", "turn_id")}
    usage = [UsageFact("chat", "builtin-extractive-1", TokenCounts(input=1000), counts={"messages": 1}).to_json()]
    event = Event(TURN_COMPLETED, cast.acme.tenant_id, "k", {**ids, "usage": usage})
    start = Barrier(WORKERS)

    def bill(_: int) -> None:
        try:
            start.wait(timeout=30)
            bill_turn(event)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as threads:
        list(threads.map(bill, range(WORKERS)))
    rows = list_usage(tenant_id=cast.acme.tenant_id)
    assert sorted((row.meter, row.quantity) for row in rows) == [
        ("conversations", 1),
        ("input_tokens", 1000),
        ("messages", 1),
    ]

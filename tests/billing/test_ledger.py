"""The ledger: one row per fact, an event twice adds nothing, sums are those of its rows, strangers see nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from billing.events import DOCUMENT_EMBEDDED, TURN_COMPLETED, bill_document, bill_turn
from billing.prices import TokenCounts
from billing.selectors import iterate_usage, list_usage, usage_by, usage_by_day, usage_total
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from rapport.events.envelope import Event
from rapport.ids import new_id
from tests.cast import Cast

MODEL = "builtin-extractive-1"


def _turn_event(cast: Cast, conversation_id: UUID | None = None) -> Event:
    chat = UsageFact("chat", MODEL, TokenCounts(input=1000, output=50), counts={"messages": 1})
    embed = UsageFact("embed_query", "minilm-l6-v2-int8-1", TokenCounts(embedding=12))
    data = {
        "agent_id": str(cast.acme.agent_id),
        "conversation_id": str(conversation_id or new_id()),
        "turn_id": str(new_id()),
        "usage": [chat.to_json(), embed.to_json()],
    }
    return Event(TURN_COMPLETED, cast.acme.tenant_id, "k", data)


def test_the_same_event_twice_is_one_fact(cast: Cast) -> None:
    event = _turn_event(cast)
    bill_turn(event)
    bill_turn(event)
    rows = list_usage(tenant_id=cast.acme.tenant_id)
    assert {(row.step, row.meter, row.quantity, row.cost_micros) for row in rows} == {
        ("chat", "input_tokens", 1000, 20),
        ("chat", "output_tokens", 50, 1),
        ("chat", "messages", 1, 0),
        ("embed_query", "embedding_tokens", 12, 1),
    }
    assert usage_total(tenant_id=cast.acme.tenant_id).cost_micros == 22


def test_embedding_a_document_costs_what_was_embedded(cast: Cast) -> None:
    data = {"document_id": str(new_id()), "model": "minilm-l6-v2-int8-1", "tokens": 150_000, "chunks": 400}
    bill_document(Event(DOCUMENT_EMBEDDED, cast.acme.tenant_id, "k", data))
    total = usage_total(tenant_id=cast.acme.tenant_id)
    assert (total.embedding_tokens, total.cost_micros) == (150_000, 1500)


def test_sums_by_day_and_by_dimension_agree_with_the_total(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    for _ in range(3):
        bill_turn(_turn_event(cast))
    total = usage_total(tenant_id=tenant_id)
    days = usage_by_day(tenant_id=tenant_id, days=7)
    assert len(days) == 7
    assert sum(day.usage.cost_micros for day in days) == total.cost_micros
    for dimension in ("agent_id", "model", "step", "meter"):
        lines = usage_by(tenant_id=tenant_id, dimension=dimension)
        assert sum(line.usage.cost_micros for line in lines) == total.cost_micros
    assert usage_by(tenant_id=tenant_id, dimension="model")[0].key == MODEL
    assert total.messages == 3


def test_usage_of_one_conversation(cast: Cast) -> None:
    conversation_id = new_id()
    bill_turn(_turn_event(cast, conversation_id))
    bill_turn(_turn_event(cast))
    assert usage_total(tenant_id=cast.acme.tenant_id, conversation_id=conversation_id).messages == 1


def test_days_are_the_tenants_own(cast: Cast) -> None:
    record_usage(
        tenant_id=cast.acme.tenant_id,
        source_event_id=new_id(),
        facts=[UsageFact("chat", MODEL, TokenCounts(input=1))],
        subject=UsageSubject(),
        occurred_at=timezone.now() - timedelta(days=40),
    )
    assert usage_total(tenant_id=cast.acme.tenant_id, days=30).input_tokens == 0
    assert usage_total(tenant_id=cast.acme.tenant_id).input_tokens == 1
    assert list(iterate_usage(tenant_id=cast.acme.tenant_id)) == []


@pytest.mark.parametrize("page", [1, 2, 1000])
def test_an_export_reads_every_row_once(cast: Cast, page: int) -> None:
    bill_turn(_turn_event(cast))
    rows = list(iterate_usage(tenant_id=cast.acme.tenant_id, page=page))
    assert len({row.id for row in rows}) == len(rows) == 4


def test_a_stranger_sees_no_usage(cast: Cast) -> None:
    bill_turn(_turn_event(cast))
    stranger = cast.other.tenant_id
    assert list_usage(tenant_id=stranger) == []
    assert usage_total(tenant_id=stranger).cost_micros == 0
    assert usage_by(tenant_id=stranger, dimension="model") == []

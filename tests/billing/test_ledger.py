"""The ledger: one row per fact, an event twice adds nothing, sums are those of its rows, strangers see nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from billing.errors import InvalidPeriod, InvalidUsage
from billing.events import DOCUMENT_EMBEDDED, TURN_COMPLETED, bill_document, bill_turn
from billing.prices import INCLUDED, UNPRICED, TokenCounts
from billing.selectors import (
    iterate_usage,
    list_usage,
    read_usage,
    usage_by,
    usage_by_day,
    usage_of_conversations,
    usage_total,
)
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact, turn_cost
from rapport.events.envelope import Event
from rapport.ids import new_id
from tenants.models import Tenant
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
        ("embed_query", "embedding_tokens", 12, 0),
        ("", "conversations", 1, 0),
    }
    assert usage_total(tenant_id=cast.acme.tenant_id).cost_micros == 21


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
    assert len({row.id for row in rows}) == len(rows) == 5


def test_two_calls_in_one_step_are_one_row_that_costs_both(cast: Cast) -> None:
    """25 tokens are half a micro-unit and cost 1: rounding stays per call, so that the ledger equals the spans."""
    calls = [UsageFact("chat", MODEL, TokenCounts(input=25)), UsageFact("chat", MODEL, TokenCounts(input=25))]
    event = _turn_event(cast)
    bill_turn(replace(event, data={**event.data, "usage": [call.to_json() for call in calls]}))
    (row,) = [row for row in list_usage(tenant_id=cast.acme.tenant_id) if row.step == "chat"]
    assert (row.quantity, row.cost_micros) == (50, 2)
    assert usage_total(tenant_id=cast.acme.tenant_id).cost_micros == turn_cost(calls)


def test_a_conversation_is_counted_once_whatever_its_turns(cast: Cast) -> None:
    conversation_id = new_id()
    for _ in range(3):
        bill_turn(_turn_event(cast, conversation_id))
    total = usage_total(tenant_id=cast.acme.tenant_id)
    assert (total.messages, total.conversations) == (3, 1)


def test_a_model_without_a_price_is_seen_as_such(cast: Cast) -> None:
    event = _turn_event(cast)
    unknown = UsageFact("chat", "somebodys-own-model", TokenCounts(input=300, output=7), counts={"messages": 1})
    bill_turn(replace(event, data={**event.data, "usage": [unknown.to_json()]}))
    total = usage_total(tenant_id=cast.acme.tenant_id)
    assert (total.cost_micros, total.unpriced_tokens, total.input_tokens) == (0, 307, 300)
    rows = list_usage(tenant_id=cast.acme.tenant_id)
    assert {row.meter for row in rows if row.price_version == UNPRICED} == {"input_tokens", "output_tokens"}
    assert {row.meter for row in rows if row.price_version == INCLUDED} == {"messages", "conversations"}


def test_a_day_begins_at_the_tenants_midnight(cast: Cast) -> None:
    Tenant.objects.filter(id=cast.acme.tenant_id).update(time_zone="Pacific/Auckland")
    days = usage_by_day(tenant_id=cast.acme.tenant_id, days=7)
    midnight_here = datetime.combine(days[3].day, datetime.min.time(), tzinfo=UTC) - timedelta(hours=12)
    for minutes in (-90, 90):  # 12 or 13 hours ahead of UTC: 90 minutes clear either way
        event = _turn_event(cast)
        moment = midnight_here + timedelta(minutes=minutes)
        bill_turn(replace(event, data={**event.data, "occurred_at": moment.isoformat()}))
    seen = {day.day: day.usage.messages for day in usage_by_day(tenant_id=cast.acme.tenant_id, days=7)}
    assert (seen[days[2].day], seen[days[3].day]) == (1, 1)


def test_series_have_every_day_and_the_same_sum(cast: Cast) -> None:
    bill_turn(_turn_event(cast))
    series = read_usage(tenant_id=cast.acme.tenant_id, days=5).series("step")
    assert [each.key for each in series] == ["chat", "", "embed_query"]
    assert {len(each.days) for each in series} == {5}
    cost = sum(day.usage.cost_micros for each in series for day in each.days)
    assert cost == usage_total(tenant_id=cast.acme.tenant_id).cost_micros
    assert all(isinstance(day.day, date) for day in series[0].days)


def test_a_page_of_conversations_is_summed_at_once(cast: Cast) -> None:
    one, other, silent = new_id(), new_id(), new_id()
    bill_turn(_turn_event(cast, one))
    bill_turn(_turn_event(cast, other))
    bill_turn(_turn_event(cast, other))
    sums = usage_of_conversations(tenant_id=cast.acme.tenant_id, conversation_ids=[one, other, silent])
    assert {key: usage.messages for key, usage in sums.items()} == {one: 1, other: 2}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("turn_id", None),
        ("agent_id", "agt"),
        ("usage", None),
        ("occurred_at", "2026-11-23T10:00:00"),
        ("occurred_at", ""),
    ],
)
def test_a_turn_that_cannot_be_billed_is_refused_whole(cast: Cast, name: str, value: object) -> None:
    event = _turn_event(cast)
    with pytest.raises(InvalidUsage):
        bill_turn(replace(event, data={**event.data, name: value}))
    assert list_usage(tenant_id=cast.acme.tenant_id) == []


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_a_period_has_its_limits(cast: Cast, days: int) -> None:
    with pytest.raises(InvalidPeriod):
        usage_by_day(tenant_id=cast.acme.tenant_id, days=days)


def test_a_stranger_sees_no_usage(cast: Cast) -> None:
    conversation_id = new_id()
    bill_turn(_turn_event(cast, conversation_id))
    stranger = cast.other.tenant_id
    assert usage_of_conversations(tenant_id=stranger, conversation_ids=[conversation_id]) == {}
    assert read_usage(tenant_id=stranger).series("model") == []
    assert list(iterate_usage(tenant_id=stranger)) == []
    assert list_usage(tenant_id=stranger) == []
    assert usage_total(tenant_id=stranger).cost_micros == 0
    assert usage_by(tenant_id=stranger, dimension="model") == []

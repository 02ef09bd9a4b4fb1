"""The running period comes to the same from sums by day as from its rows, also what it bears of other periods."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from django.utils import timezone

from billing.explained import Rows, iterate_rows, list_rows, sum_parts, sum_rows
from billing.models import UsageRecord
from billing.periods import current_period, get_statement, statement_of
from billing.quotas import list_quotas
from billing.rollups import roll_up
from tenants.context import tenant_scope
from tenants.models import Tenant
from tests.cast import Cast

AGENTS = (uuid4(), uuid4(), None)


def write(dice: Random, count: int) -> None:
    """In the open scope: of this month and the last, some of one moment, some borne by another than their own."""
    period, now = current_period(), timezone.now()
    borne = (None, None, None, period.starts_at, period.ends_at)
    UsageRecord.objects.bulk_create(
        UsageRecord(
            source_event_id=uuid4(),
            meter=dice.choice(("input_tokens", "messages", "tool_calls", "stored_chunks")),
            quantity=dice.randint(1, 500),
            cost_micros=dice.randint(0, 900),
            price_micros=dice.randint(0, 900),
            currency=dice.choice(("USD", "EUR")),
            price_version="7",
            agent_id=dice.choice(AGENTS),
            conversation_id=UUID(int=dice.randint(1, 20)),
            occurred_at=now - timedelta(days=max(0, dice.uniform(-5, 45))),
            billed_at=dice.choice(borne),
        )
        for _ in range(count)
    )


def told(tenant_id: UUID) -> Mapping[str, object]:
    return {
        "statement": get_statement(tenant_id=tenant_id),
        "quotas": [(each.meter, each.used) for each in list_quotas(tenant_id=tenant_id)],
        **{part: sum_parts(tenant_id=tenant_id, part=part) for part in ("day", "agent", "meter")},
    }


def test_sums_say_what_the_rows_of_the_running_period_say(cast: Cast) -> None:
    tenant_id, dice = cast.acme.tenant_id, Random(7)
    with tenant_scope(tenant_id):
        write(dice, 400)
        by_rows = statement_of(current_period())
    before = told(tenant_id)
    assert before["statement"] == by_rows
    assert by_rows.records > 100
    roll_up(tenant_id=tenant_id)
    assert told(tenant_id) == before
    for which in (
        Rows(),
        Rows(line="model_tokens"),
        Rows(line="messages", agent=AGENTS[0]),
        Rows(agent=""),
        Rows(day=(timezone.now() - timedelta(days=2)).date()),
    ):
        rows = list_rows(tenant_id=tenant_id, which=which, limit=1_000)
        sums = len(rows), sum(row.cost_micros for row in rows), sum(row.price_micros for row in rows)
        found = sum_rows(tenant_id=tenant_id, which=which)
        assert (found.records, found.cost_micros, found.price_micros) == sums, which
    Tenant.objects.filter(id=tenant_id).update(time_zone="Asia/Kathmandu")
    with tenant_scope(tenant_id):
        by_rows = statement_of(current_period())
    assert get_statement(tenant_id=tenant_id) == by_rows, "sums of days of another time zone are not asked"
    other = told(cast.other.tenant_id)
    assert (other["statement"].records, other["day"]) == (0, [])  # type: ignore[attr-defined]


def test_rows_come_page_by_page_latest_first(cast: Cast) -> None:
    tenant_id, which = cast.acme.tenant_id, Rows()
    with tenant_scope(tenant_id):
        write(Random(8), 200)
        borne = {row.id for row in current_period().rows()}
    pages = iterate_rows(tenant_id=tenant_id, which=which, page=7)
    found = [(row.occurred_at, row.id) for row in pages]
    assert found == sorted(found, reverse=True)
    assert len(found) == len(borne) > 50
    assert {id_ for _, id_ in found} == borne
    assert list_rows(tenant_id=cast.other.tenant_id, which=which, before=found[0][1]) == []


def test_the_dearest_parts_are_the_first_of_all(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    with tenant_scope(tenant_id):
        write(Random(9), 100)
    whole = sum_parts(tenant_id=tenant_id, part="conversation")
    assert len(whole) > 10
    assert sum_parts(tenant_id=tenant_id, part="conversation", most=10) == whole[:10]
    assert sum_parts(tenant_id=tenant_id, part="agent", most=2) == sum_parts(tenant_id=tenant_id, part="agent")[:2]

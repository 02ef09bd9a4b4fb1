"""Periods: closed once they are over, one after the other, and never changed; corrections are rows of their own."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from agents.services.trace_export import ExportSettings, set_trace_export
from billing.errors import InvalidPlan, InvalidUsage, NotInPlan, PeriodNotOver, PlanNotFound
from billing.ledger import month_start
from billing.models import UsageRecord, UsageRollup
from billing.periods import (
    Period,
    close_due_periods,
    close_period,
    correct_usage,
    get_statement,
    list_periods,
    next_month,
)
from billing.plans import Entitlement
from billing.prices import TokenCounts
from billing.rollups import compare, roll_up
from billing.selectors import list_usage
from billing.services import UsageSubject, record_count, record_resolution, record_storage, record_usage
from billing.terms import current_term, require_entitlement, set_plan
from billing.usage import UsageFact
from rapport.errors import NotFound
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast

NO_GRACE = timedelta()


def _months_ago(count: int) -> datetime:
    start = month_start(timezone.now(), ZoneInfo("UTC"))
    for _ in range(count):
        start = (start - timedelta(days=1)).replace(day=1)
    return start


def _tell(tenant_id: UUID, at: datetime, messages: int = 10, source: UUID | None = None) -> None:
    record_count(
        tenant_id=tenant_id,
        source_event_id=source or new_id(),
        step="",
        counts={"messages": messages},
        occurred_at=at,
    )


def test_a_company_that_nobody_put_on_a_plan_has_everything_and_pays_nothing(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    _tell(tenant_id, timezone.now())
    statement = get_statement(tenant_id=tenant_id)
    assert (statement.plan, statement.due_micros, statement.records) == ("self-hosted", 0, 1)
    require_entitlement(tenant_id=tenant_id, to=Entitlement.PHONE)


def test_what_is_agreed_later_takes_the_place_of_all_that_was_planned(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    set_plan(tenant_id=tenant_id, plan="team", is_trial=True, actor=SYSTEM)
    assert current_term(tenant_id=tenant_id).is_trial
    _tell(tenant_id, timezone.now(), messages=9_000)
    assert get_statement(tenant_id=tenant_id).due_micros == 0
    set_plan(tenant_id=tenant_id, plan="payg", rates={"messages": 7_000_000}, actor=SYSTEM)
    _tell(tenant_id, timezone.now(), messages=3)
    rows = {row.quantity: (row.price_micros, row.rate_version) for row in list_usage(tenant_id=tenant_id)}
    assert rows[9_000] == (0, "trial")
    assert rows[3][0] == 21
    assert rows[3][1].startswith("payg-")
    for plan, coupon in (("gold", ""), ("team", "FREE")):
        with pytest.raises(PlanNotFound):
            set_plan(tenant_id=tenant_id, plan=plan, coupon=coupon, actor=SYSTEM)
    for bad in ({"seats": -1}, {"starts_at": timezone.now() - timedelta(days=1)}, {"included": {"messages": -1}}):
        with pytest.raises(InvalidPlan):
            set_plan(tenant_id=tenant_id, plan="team", actor=SYSTEM, **bad)
    call_command("billing", "plan", str(tenant_id), "free")
    with pytest.raises(NotInPlan):
        require_entitlement(tenant_id=tenant_id, to=Entitlement.PHONE)
    with pytest.raises(NotInPlan):
        set_trace_export(tenant_id=tenant_id, settings=ExportSettings("https://93.184.216.34"), actor=SYSTEM)


def test_what_is_told_late_is_borne_by_the_next_period(cast: Cast) -> None:
    tenant_id, source = cast.acme.tenant_id, new_id()
    _tell(tenant_id, _months_ago(2), source=source)
    closed = close_due_periods(tenant_id=tenant_id, actor=SYSTEM, grace=NO_GRACE)
    assert [each.starts_at for each in closed] == [_months_ago(2), _months_ago(1)]
    assert [each.records for each in closed] == [1, 0]
    _tell(tenant_id, _months_ago(2), source=source)
    _tell(tenant_id, _months_ago(1), messages=4)
    statement = get_statement(tenant_id=tenant_id)
    assert [(line.key, line.quantity) for line in statement.lines] == [("messages", 4)]
    assert [each.records for each in list_periods(tenant_id=tenant_id)] == [0, 1]
    assert close_due_periods(tenant_id=tenant_id, actor=SYSTEM, grace=NO_GRACE) == []


def test_a_period_is_closed_when_it_is_over_and_in_its_turn(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    _tell(tenant_id, _months_ago(2))
    for start in (_months_ago(0), _months_ago(1)):
        with pytest.raises(PeriodNotOver):
            close_period(tenant_id=tenant_id, period=Period(start, next_month(start)), actor=SYSTEM)


def test_a_correction_is_a_row_that_takes_back_no_more_than_there_is(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    set_plan(tenant_id=tenant_id, plan="payg", actor=SYSTEM)
    _tell(tenant_id, timezone.now(), messages=10)
    [row] = list_usage(tenant_id=tenant_id)
    take = {"tenant_id": tenant_id, "record_id": row.id, "cost_micros": 0, "actor": SYSTEM}
    correct_usage(**take, quantity=-4, price_micros=-16_000, reason="told by a test")  # type: ignore[arg-type]
    assert get_statement(tenant_id=tenant_id).due_micros == 24_000
    with pytest.raises(InvalidUsage):
        correct_usage(**take, quantity=-7, price_micros=0, reason="too much")  # type: ignore[arg-type]
    with pytest.raises(InvalidUsage):
        correct_usage(**take, quantity=-1, price_micros=0, reason=" ")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        correct_usage(**{**take, "tenant_id": cast.other.tenant_id}, quantity=-1, price_micros=0, reason="a stranger")  # type: ignore[arg-type]


def test_tokens_by_a_key_of_the_companys_own_are_counted_and_not_charged(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    set_plan(tenant_id=tenant_id, plan="payg", actor=SYSTEM)
    for is_own in (False, True):
        costs = {"input_tokens": 1_000}
        fact = UsageFact("chat", "m", TokenCounts(input=500), "v", {"messages": 1}, costs, is_own)
        told = UsageFact.from_json(fact.to_json())
        record_usage(
            tenant_id=tenant_id,
            source_event_id=new_id(),
            facts=[told],
            subject=UsageSubject(),
            occurred_at=timezone.now(),
        )
    found = {(row.meter, row.cost_micros, row.price_micros) for row in list_usage(tenant_id=tenant_id)}
    assert found == {("input_tokens", 1_000, 1_200), ("input_tokens", 1_000, 0), ("messages", 0, 4_000)}


def test_negative_facts_are_refused_by_the_database_too(cast: Cast) -> None:
    with pytest.raises(InvalidUsage):
        _tell(cast.acme.tenant_id, timezone.now(), messages=-1)
    row = {"source_event_id": new_id(), "meter": "messages", "currency": "USD", "occurred_at": timezone.now()}
    with tenant_scope(cast.acme.tenant_id), pytest.raises(IntegrityError), transaction.atomic():
        UsageRecord.objects.create(**row, quantity=-1, cost_micros=0, price_version="")


def test_a_clock_that_runs_ahead_tells_of_now(cast: Cast) -> None:
    _tell(cast.acme.tenant_id, timezone.now() + timedelta(days=40))
    [row] = list_usage(tenant_id=cast.acme.tenant_id)
    assert row.occurred_at <= timezone.now()


def test_storage_counts_once_a_day_and_a_resolution_once_in_a_conversation(cast: Cast) -> None:
    tenant_id, conversation_id = cast.acme.tenant_id, new_id()
    for passages in (7, 9):
        record_storage(tenant_id=tenant_id, day=timezone.now().date(), passages=passages, size=1_000)
        record_resolution(
            tenant_id=tenant_id,
            agent_id=cast.acme.agent_id,
            conversation_id=conversation_id,
            occurred_at=timezone.now(),
        )
    found = {row.meter: (row.quantity, row.unit) for row in list_usage(tenant_id=tenant_id)}
    assert found == {
        "stored_chunks": (7, "passage-day"),
        "stored_bytes": (1_000, "byte-day"),
        "resolutions": (1, "conversation"),
    }


def test_sums_are_mended_and_made_anew(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    for days in (0, 1, 40):
        _tell(tenant_id, timezone.now() - timedelta(days=days))
    assert roll_up(tenant_id=tenant_id) == 6
    assert compare(tenant_id=tenant_id, mends=False).wrong == 0
    with tenant_scope(tenant_id):
        UsageRollup.objects.filter(grain="day").update(quantity=11)
        UsageRollup.objects.filter(grain="hour").first().delete()  # type: ignore[union-attr]
    with pytest.raises(CommandError, match="4 hours or days differ"):
        call_command("billing", "reconcile", "--tenant", str(tenant_id), "--dry-run")
    call_command("billing", "reconcile")
    assert compare(tenant_id=tenant_id, mends=False).wrong == 0
    call_command("billing", "reconcile", "--rebuild", "--json")
    _tell(tenant_id, timezone.now() - timedelta(days=90))  # late
    roll_up(tenant_id=tenant_id)
    assert compare(tenant_id=tenant_id, mends=False).wrong == 0

"""What pages say of the ledger: the same from sums as from rows, wherever the company's days begin."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import get_args
from uuid import UUID, uuid4

from django.utils import timezone

from billing.cells import Kept
from billing.models import Meter, UsageRecord, UsageRollup
from billing.periods import current_period, get_statement, statement_of
from billing.prices import UNPRICED
from billing.rollups import DAY, OPEN, compare, roll_up
from billing.selectors import read_usage, usage_ever, usage_total
from tenants.context import tenant_scope
from tenants.models import Tenant
from tests.cast import Cast

METERS = ("input_tokens", "cached_input_tokens", "output_tokens", "embedding_tokens", "messages", "conversations")
AGENTS = (uuid4(), uuid4(), None)


def write(dice: Random, count: int, *, most_days: float, least_days: float = 0) -> None:
    """In the open scope."""
    now = timezone.now()
    UsageRecord.objects.bulk_create(
        UsageRecord(
            source_event_id=uuid4(),
            meter=dice.choice((*METERS, Meter.CALL_MINUTES.value)),
            model=dice.choice(("large", "small", "")),
            step=dice.choice(("chat", "embed_query", "")),
            quantity=dice.randint(0, 500),
            cost_micros=dice.randint(0, 900),
            currency="USD",
            price_version=dice.choice(("7", UNPRICED)),
            agent_id=dice.choice(AGENTS),
            occurred_at=now - timedelta(days=dice.uniform(least_days, most_days)),
        )
        for _ in range(count)
    )


def told(tenant_id: UUID) -> Mapping[str, object]:
    found = read_usage(tenant_id=tenant_id, days=30)
    folds = {name: (found.by(name), found.series(name)) for name in get_args(Kept)}
    ever = usage_total(tenant_id=tenant_id)
    assert usage_ever(tenant_id=tenant_id, since=found) == ever
    return {"days": found.by_day(), "total": found.total, "ever": ever, **folds}


def test_sums_say_what_rows_say(cast: Cast) -> None:
    tenant_id, dice = cast.acme.tenant_id, Random(5)
    with tenant_scope(tenant_id):
        write(dice, 300, most_days=60)
    from_rows = told(tenant_id)
    roll_up(tenant_id=tenant_id)
    with tenant_scope(tenant_id):
        assert 0 < UsageRollup.objects.filter(grain=DAY).count() < 300
    assert told(tenant_id) == from_rows
    assert usage_total(tenant_id=cast.other.tenant_id).cost_micros == 0
    assert read_usage(tenant_id=cast.other.tenant_id).cells == ()
    with tenant_scope(tenant_id):  # what is said comes from the sums, and today from the rows
        UsageRollup.objects.filter(grain=DAY).delete()
        write(dice, 20, most_days=0)
    only_today = read_usage(tenant_id=tenant_id, days=30)
    assert sum(each.records for each in only_today.cells) >= 20
    assert {each.day for each in only_today.cells} == {only_today.by_day()[-1].day}


def test_days_of_another_time_zone_are_made_anew(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    with tenant_scope(tenant_id):
        write(Random(6), 200, most_days=20)
    Tenant.objects.filter(id=tenant_id).update(time_zone="Pacific/Auckland")
    roll_up(tenant_id=tenant_id)
    Tenant.objects.filter(id=tenant_id).update(time_zone="America/Los_Angeles")
    between = told(tenant_id)  # as the rows have it: these sums are of other days
    roll_up(tenant_id=tenant_id)
    assert told(tenant_id) == between
    found = compare(tenant_id=tenant_id, mends=False)
    assert (found.buckets > 0, found.wrong) == (True, 0)


def test_the_day_that_runs_is_summed_up_to_its_seam(cast: Cast) -> None:
    tenant_id, dice = cast.acme.tenant_id, Random(8)
    ahead = 13 - timezone.now().hour  # there it is early afternoon
    Tenant.objects.filter(id=tenant_id).update(time_zone=f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")
    with tenant_scope(tenant_id):
        write(dice, 300, most_days=0.5)
    from_rows = told(tenant_id)
    roll_up(tenant_id=tenant_id)
    assert told(tenant_id) == from_rows
    with tenant_scope(tenant_id):
        summed = UsageRollup.objects.filter(grain=OPEN)
        assert 0 < sum(each.records for each in summed) < 300
        assert get_statement(tenant_id=tenant_id) == statement_of(current_period())
        write(dice, 10, most_days=1 / 24)
        assert get_statement(tenant_id=tenant_id) == statement_of(current_period())
        assert usage_total(tenant_id=tenant_id) == read_usage(tenant_id=tenant_id).total
        assert sum(each.records for each in read_usage(tenant_id=tenant_id).cells) == 310
        write(dice, 7, least_days=8 / 24, most_days=10 / 24)  # told late: counted when the sums are made next
        assert sum(each.records for each in read_usage(tenant_id=tenant_id).cells) == 310
    assert compare(tenant_id=tenant_id, mends=False).wrong > 0
    roll_up(tenant_id=tenant_id)
    assert sum(each.records for each in read_usage(tenant_id=tenant_id).cells) == 317
    with tenant_scope(tenant_id):
        UsageRollup.objects.filter(id=summed.all()[0].id).update(quantity=1_000_000)
    assert compare(tenant_id=tenant_id, mends=True).wrong == 1
    assert compare(tenant_id=tenant_id, mends=False).wrong == 0
    with tenant_scope(tenant_id):
        from_sums = told(tenant_id)
        UsageRollup.objects.filter(grain=OPEN).delete()
        assert told(tenant_id) == from_sums, "without them the rows of today say the same"

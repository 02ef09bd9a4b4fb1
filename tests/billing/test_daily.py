"""What each day cost: the same from sums as from rows, also before they were made."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from billing.daily import DailyCosts, daily_costs
from billing.models import UsageRecord
from billing.rollups import roll_up
from tenants.context import tenant_scope
from tests.cast import Cast


def _spend(cast: Cast, days_ago: int, model: str, micros: int, *, has_agent: bool = True) -> None:
    UsageRecord.objects.create(
        source_event_id=uuid4(),
        meter="input_tokens",
        model=model,
        quantity=1,
        cost_micros=micros,
        currency="USD",
        price_version="1",
        agent_id=cast.acme.agent_id if has_agent else None,
        occurred_at=timezone.now() - timedelta(days=days_ago),
    )


def test_sums_and_rows_say_the_same_and_strangers_have_neither(cast: Cast) -> None:
    tenant_id, agent = cast.acme.tenant_id, str(cast.acme.agent_id)
    with tenant_scope(tenant_id):
        for days_ago, model, micros in ((2, "large", 70), (2, "small", 5), (1, "small", 7), (40, "large", 999)):
            _spend(cast, days_ago, model, micros)
        _spend(cast, 1, "reader", 3, has_agent=False)
    from_rows = daily_costs(tenant_id=tenant_id, days=3)
    assert from_rows.by_model == {"large": (70, 0, 0), "small": (5, 7, 0), "reader": (0, 3, 0)}
    assert from_rows.by_agent == {agent: (75, 7, 0), "": (0, 3, 0)}
    assert from_rows.total == [75, 10, 0]
    roll_up(tenant_id=tenant_id)
    assert daily_costs(tenant_id=tenant_id, days=3) == from_rows
    with tenant_scope(tenant_id):
        _spend(cast, 0, "large", 11)  # since the sums were made
    now = daily_costs(tenant_id=tenant_id, days=3)
    assert (now.by_model["large"], now.total) == ((70, 0, 11), [75, 10, 11])
    assert daily_costs(tenant_id=cast.other.tenant_id, days=3) == DailyCosts(from_rows.days, {}, {})

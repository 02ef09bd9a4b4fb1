"""What a period's conversations and channels come to is the same as kept and as the rows say it."""

from datetime import timedelta
from random import Random
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from agents.costs import keeping, shares
from agents.costs.shares import PARTS, keep_shares, read_shares
from agents.models import Conversation, PeriodShare
from billing.ledger import month_start
from billing.models import UsageRecord
from billing.periods import close_due_periods
from ingestion.models import Contact
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast

MANY = 1_000_000


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (keeping, shares):
        monkeypatch.setattr(module, "FEW", 10)


def write(cast: Cast, dice: Random, *, months: int = 0, count: int = 300) -> None:
    """Of so many months ago."""
    now = timezone.now()
    zone = ZoneInfo("UTC")
    begins = month_start(now, zone)
    for _ in range(months):
        begins = month_start(begins - timedelta(days=1), zone)
    with tenant_scope(cast.acme.tenant_id):
        contact = Contact.objects.create(name="Anna")
        talks = Conversation.objects.bulk_create(
            Conversation(
                agent_id=cast.acme.agent_id,
                contact_id=contact.id,
                channel=dice.choice(("chat", "phone", "api")),
                message_count=1,
                last_message_at=now,
            )
            for _ in range(60)
        )
        ids = [*(each.id for each in talks), None, uuid4()]  # no conversation, and one that is gone
        UsageRecord.objects.bulk_create(
            UsageRecord(
                source_event_id=uuid4(),
                meter=dice.choice(("input_tokens", "messages")),
                quantity=dice.randint(1, 500),
                cost_micros=dice.randint(0, 900),
                price_micros=dice.randint(0, 900),
                currency="USD",
                price_version="7",
                conversation_id=dice.choice(ids),
                occurred_at=min(now, begins + timedelta(hours=dice.uniform(0, 24))),
            )
            for _ in range(count)
        )


def told(tenant_id: UUID, *, records: int, period_id: UUID | None = None) -> dict[str, shares.Shares]:
    return {part: read_shares(tenant_id=tenant_id, part=part, period_id=period_id, records=records) for part in PARTS}


def sums(found: dict[str, shares.Shares]) -> dict[str, list[object]]:
    return {part: list(each.sums) for part, each in found.items()}


def test_what_is_kept_is_what_the_rows_say(cast: Cast) -> None:
    tenant_id, dice = cast.acme.tenant_id, Random(21)
    write(cast, dice)
    by_rows = told(tenant_id, records=0)
    assert len(by_rows["conversation"].sums) == shares.MOST
    assert {"", "chat", "phone", "api"} == {each.key for each in by_rows["channel"].sums}
    assert sums(told(tenant_id, records=MANY)) == sums(by_rows), "nobody has counted yet"
    assert keep_shares(tenant_id=tenant_id) == 1
    kept = told(tenant_id, records=MANY)
    assert sums(kept) == sums(by_rows)
    assert all(each.counted_at for each in kept.values())
    write(cast, dice, count=50)
    assert keep_shares(tenant_id=tenant_id) == 1
    assert sums(told(tenant_id, records=MANY)) == sums(told(tenant_id, records=0)) != sums(by_rows)
    with tenant_scope(cast.other.tenant_id):
        assert not PeriodShare.objects.exists()
    assert keep_shares(tenant_id=cast.other.tenant_id) == 0
    assert told(cast.other.tenant_id, records=MANY)["channel"].sums == []


def test_a_closed_period_is_counted_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant_id, dice = cast.acme.tenant_id, Random(22)
    write(cast, dice, months=1)
    write(cast, dice)
    [closed] = close_due_periods(tenant_id=tenant_id, actor=SYSTEM, grace=timedelta(0))
    assert keep_shares(tenant_id=tenant_id) == 2
    kept = told(tenant_id, records=closed.records, period_id=closed.id)
    assert sums(kept) == sums(told(tenant_id, records=0, period_id=closed.id))
    assert sums(kept) != sums(told(tenant_id, records=MANY))
    assert sum(each.records for each in kept["channel"].sums) == closed.records
    assert keep_shares(tenant_id=tenant_id) == 1, "the running one: rows of the last hours may have come late"
    monkeypatch.setattr(shares, "is_used_since", lambda **_: False)
    assert keep_shares(tenant_id=tenant_id) == 0
    monkeypatch.setattr(shares, "FEW", MANY)
    assert keep_shares(tenant_id=tenant_id) == 0
    with tenant_scope(tenant_id):
        assert not PeriodShare.objects.exists(), "few rows are counted when they are asked for"


@pytest.mark.parametrize("part", PARTS)
def test_the_page_says_when_they_were_counted(cast: Cast, alice_client: Client, part: str) -> None:
    write(cast, Random(23))
    assert "once an hour" not in alice_client.get(f"/billing/?by={part}").content.decode()
    keep_shares(tenant_id=cast.acme.tenant_id)
    assert "once an hour" in alice_client.get(f"/billing/?by={part}").content.decode()
    assert "once an hour" not in alice_client.get("/billing/?by=agent").content.decode()

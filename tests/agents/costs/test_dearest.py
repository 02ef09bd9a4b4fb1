"""The dearest that are kept are those that the ledger's rows say, and nobody who was erased is among them."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from agents.costs import keeping
from agents.costs.counting import MOST, Dearest
from agents.costs.keeping import PERIODS, keep_dearest, read_dearest
from agents.models import Conversation, CostRank
from billing.models import UsageRecord
from billing.selectors import read_usage
from ingestion.models import Contact
from rapport.days import beginning
from rapport.ids import Prefix, encode
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.privacy.erasure import request_erasure, run_erasure
from tenants.selectors import get_tenant
from tests.cast import Cast

Ranked = list[tuple[UUID, int, int]]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "FEW", 10)


def write(cast: Cast, dice: Random, *, count: int = 500) -> None:
    now = timezone.now()
    with tenant_scope(cast.acme.tenant_id):
        contacts = Contact.objects.bulk_create(Contact(name=str(number)) for number in range(15))
        talks = Conversation.objects.bulk_create(
            Conversation(
                agent_id=cast.acme.agent_id, contact_id=dice.choice(contacts).id, message_count=1, last_message_at=now
            )
            for _ in range(40)
        )
        ids = [*(each.id for each in talks), None, uuid4()]  # no conversation, and one that is gone
        UsageRecord.objects.bulk_create(
            UsageRecord(
                source_event_id=uuid4(),
                meter=dice.choice(("input_tokens", "output_tokens", "messages")),
                quantity=dice.randint(1, 500),
                cost_micros=dice.choice((0, dice.randint(1, 900))),
                currency="USD",
                price_version="7",
                conversation_id=dice.choice(ids),
                occurred_at=now - timedelta(days=dice.uniform(0, 100)),
            )
            for _ in range(count)
        )


def from_rows(tenant_id: UUID, days: int) -> tuple[Ranked, Ranked]:
    """One row after the other."""
    zone = ZoneInfo(get_tenant(tenant_id).time_zone)
    since = beginning(timezone.now().astimezone(zone).date() - timedelta(days=days - 1), zone)
    talks: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    contacts: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    with tenant_scope(tenant_id):
        owners = dict(Conversation.objects.values_list("id", "contact_id"))
        for row in UsageRecord.objects.filter(occurred_at__gte=since):
            if row.conversation_id in owners:
                for sums in (talks[row.conversation_id], contacts[owners[row.conversation_id]]):
                    sums[0] += row.cost_micros
                    sums[1] += row.quantity if row.meter == "input_tokens" else 0
    return ranked(talks), ranked(contacts)


def ranked(sums: dict[UUID, list[int]]) -> Ranked:
    order = sorted(sums, key=lambda each: (-sums[each][0], each))
    return [(each, sums[each][0], sums[each][1]) for each in order[:MOST] if sums[each][0]]


def read(tenant_id: UUID, days: int) -> Dearest:
    return read_dearest(tenant_id=tenant_id, used=read_usage(tenant_id=tenant_id, days=days))


def shown(found: Dearest) -> tuple[Ranked, ...]:
    return tuple(
        [(each.id, each.usage.cost_micros, each.usage.input_tokens) for each in part]
        for part in (found.conversations, found.contacts)
    )


def test_they_are_what_the_rows_say(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant_id, dice = cast.acme.tenant_id, Random(11)
    write(cast, dice)
    told = {days: from_rows(tenant_id, days) for days in PERIODS}
    assert {days: shown(read(tenant_id, days)) for days in PERIODS} == told, "counted on the spot"
    assert keep_dearest(tenant_id=tenant_id)
    assert {days: shown(read(tenant_id, days)) for days in PERIODS} == told
    assert all(read(tenant_id, days).counted_at for days in PERIODS)
    write(cast, dice, count=200)
    assert keep_dearest(tenant_id=tenant_id), "something was used since"
    assert shown(read(tenant_id, 30)) == from_rows(tenant_id, 30) != told[30]
    assert read(cast.other.tenant_id, 30) == Dearest((), ())
    monkeypatch.setattr(keeping, "FEW", 10_000)
    assert read(tenant_id, 30).counted_at is None
    assert keep_dearest(tenant_id=tenant_id)
    with tenant_scope(tenant_id):
        assert not CostRank.objects.exists(), "few rows are counted when they are asked for"


def test_they_are_counted_once_while_nothing_is_used(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    write(cast, Random(12))
    assert keep_dearest(tenant_id=cast.acme.tenant_id)
    monkeypatch.setattr(keeping, "is_used_since", lambda **_: False)
    assert not keep_dearest(tenant_id=cast.acme.tenant_id)


def test_an_erased_contact_is_not_among_them(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    write(cast, Random(13))
    keep_dearest(tenant_id=tenant_id)
    first = read(tenant_id, 90).contacts[0].id
    with tenant_scope(tenant_id):
        talks = set(Conversation.objects.filter(contact_id=first).values_list("id", flat=True))
    erasure_id = request_erasure(tenant_id=tenant_id, contact_id=first, actor=user_actor(cast.alice.id))
    run_erasure(tenant_id=tenant_id, erasure_id=erasure_id)
    with tenant_scope(tenant_id):
        assert not CostRank.objects.filter(subject_id__in={first, *talks}).exists()
    assert keep_dearest(tenant_id=tenant_id)
    with tenant_scope(tenant_id):
        assert not CostRank.objects.filter(subject_id__in={first, *talks}).exists()
        assert CostRank.objects.exists()


def test_the_page_says_when_they_were_counted(cast: Cast, alice_client: Client) -> None:
    tenant_id = cast.acme.tenant_id
    write(cast, Random(14))
    assert "once an hour" not in alice_client.get("/usage/?dearest=1").content.decode()
    keep_dearest(tenant_id=tenant_id)
    page = alice_client.get("/usage/?dearest=1").content.decode()
    assert "once an hour" in page
    assert encode(Prefix.CONTACT, read(tenant_id, 30).contacts[0].id) in page

"""What a company decided not to keep goes at night; what is younger, or another company's, stays."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from agents.models import CachedAnswer, Conversation, Episode, Fact, Message, Span, Trace, Turn
from ingestion.models import ContactEvent
from tenants.context import tenant_scope
from tenants.models import AuditEntry, Tenant
from tenants.privacy import retention
from tenants.privacy.retention import enforce_for, enforce_retention
from tests.cast import Cast
from tests.privacy.conftest import Talk, Talker


def keep(tenant_id: UUID, **days: int) -> None:
    Tenant.objects.filter(id=tenant_id).update(retention=days)


def make_old(talker: Talker, days: int = 40) -> None:
    then = timezone.now() - timedelta(days=days)
    with tenant_scope(talker.tenant_id):
        Conversation.objects.filter(id=talker.conversation_id).update(last_message_at=then, created_at=then)
        Trace.objects.filter(conversation_id=talker.conversation_id).update(started_at=then)


def counts(talker: Talker) -> dict[str, int]:
    with tenant_scope(talker.tenant_id):
        of_talk = {"conversation_id": talker.conversation_id}
        return {
            "conversations": Conversation.objects.filter(id=talker.conversation_id).count(),
            "messages": Message.objects.filter(**of_talk).count(),
            "turns": Turn.objects.filter(**of_talk).count(),
            "traces": Trace.objects.filter(**of_talk).count(),
            "spans": Span.objects.filter(trace__conversation_id=talker.conversation_id).count(),
            "episodes": Episode.objects.filter(**of_talk).count(),
            "facts": Fact.objects.filter(contact_id=talker.contact_id).count(),
            "answers": CachedAnswer.objects.filter(turn_id=talker.turn_id).count(),
        }


def test_old_conversations_go_with_all_that_hangs_on_them(cast: Cast, talk: Talk) -> None:
    old, young, other = talk(), talk(name="wombat-2"), talk(company=cast.other)
    make_old(old)
    make_old(other)
    keep(cast.acme.tenant_id, conversations_days=30)
    before = counts(young), counts(other)
    assert all(before[0].values())
    assert enforce_retention() == {"conversations_days": 1}
    assert not any(counts(old).values())
    assert (counts(young), counts(other)) == before
    with tenant_scope(cast.acme.tenant_id):
        entry = AuditEntry.objects.get(action="retention.enforced")
    assert entry.details == {"conversations_days": 1}


def test_a_fact_that_was_said_elsewhere_too_stays(cast: Cast, talk: Talk) -> None:
    from agents.models import FactSource
    from rapport.ids import new_id

    old = talk()
    make_old(old)
    with tenant_scope(old.tenant_id):
        fact = Fact.objects.filter(contact_id=old.contact_id).latest("id")
        FactSource.objects.create(fact=fact, message_id=new_id(), conversation_id=new_id(), char_start=0, char_end=1)
    keep(cast.acme.tenant_id, conversations_days=30)
    enforce_for(old.tenant_id)
    assert counts(old)["facts"] == 1


def test_old_traces_go_and_their_conversations_stay(cast: Cast, talk: Talk) -> None:
    old = talk()
    make_old(old)
    keep(cast.acme.tenant_id, traces_days=30)
    assert enforce_for(old.tenant_id) == {"traces_days": 1}
    left = counts(old)
    assert left["traces"] == left["spans"] == 0
    assert left["messages"] == 2
    with tenant_scope(old.tenant_id):
        assert not Turn.objects.exclude(trace_id=None).exists()


def test_old_events_go(cast: Cast, talk: Talk) -> None:
    talker = talk()
    now = timezone.now()
    with tenant_scope(talker.tenant_id):
        for number, days in enumerate((40, 1)):
            at = now - timedelta(days=days)
            ContactEvent.objects.create(
                source="shop", event_id=str(number), kind="track", occurred_at=at, received_at=at, handled_at=at
            )
    keep(cast.acme.tenant_id, events_days=30)
    assert enforce_for(talker.tenant_id) == {"events_days": 1}
    with tenant_scope(talker.tenant_id):
        assert ContactEvent.objects.get().event_id == "1"


def test_what_no_one_decided_is_kept(cast: Cast, talk: Talk) -> None:
    old = talk()
    make_old(old, days=4000)
    assert enforce_for(old.tenant_id) == {}
    assert all(counts(old).values())


def test_one_night_does_so_much_and_the_next_the_rest(cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    from agents import forgetting

    monkeypatch.setattr(retention, "MOST_BATCHES", 1)
    monkeypatch.setattr(forgetting, "CONVERSATIONS", 1)
    for name in ("wombat-1", "wombat-2"):
        make_old(talk(name=name))
    keep(cast.acme.tenant_id, conversations_days=30)
    assert [enforce_for(cast.acme.tenant_id) for _ in range(3)] == [{"conversations_days": 1}] * 2 + [{}]

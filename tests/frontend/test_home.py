"""Home: what happens now, for whom; how conversations ended by the day they began."""

from datetime import timedelta
from uuid import UUID

from django.test import Client
from django.utils import timezone

from agents.inbox import state
from agents.models import Conversation, Message, Turn
from agents.selectors import activity_by_day
from rapport.ids import Prefix, encode
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.models import Membership, Role
from tests.agents.memory.summaries.telling import visitors
from tests.cast import Cast, Company
from tests.frontend.seed import Seeded


def test_what_happens_now_is_told_and_opens(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    page, part = (alice_client.get(path).content.decode() for path in ("/", "/now/"))
    assert "Happening now" in page
    assert 'data-live="conversations calls documents approvals"' in part
    assert f"/conversations/{encode(Prefix.CONVERSATION, seeded.conversation_id)}/" in part
    assert "could not be read" in part
    assert "<html" not in part


def test_others_are_told_what_they_may_read_and_strangers_nothing(
    cast: Cast, seeded: Seeded, bob_client: Client, charlie_client: Client
) -> None:
    Membership.objects.filter(user=cast.bob).update(role=Role.BILLING)
    for client in (bob_client, charlie_client):
        part = client.get("/now/").content.decode()
        assert "Happening now" in part
        assert "Mara" not in part
        assert "/conversations/cnv_" not in part
        assert "/documents/" not in part


def test_costs_are_shown_by_model_and_by_agent(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    page = alice_client.get("/figures/").content.decode()
    assert "<html" not in page
    for chart in ("cost-by-model", "cost-by-agent", "resolution-chart", "activity-chart"):
        assert f'data-chart="{chart}"' in page
    assert "<th>Day</th>" in page
    assert "Reading documents</th>" in page or "Acme assistant</th>" in page


def test_figures_come_after_the_page_and_alone_where_no_script_asks(seeded: Seeded, alice_client: Client) -> None:
    page = alice_client.get("/").content.decode()
    assert 'hx-get="/figures/"' in page
    assert "data-chart" not in page
    assert '<noscript><a href="?figures=1">' in page
    whole = alice_client.get("/?figures=1").content.decode()
    assert "<html" in whole
    assert 'data-chart="cost-by-model"' in whole
    assert "hx-get" not in whole


def test_a_conversation_counts_where_it_ended_and_once(cast: Cast) -> None:
    alone, handed, unknown, both = (each.conversation_id for each in visitors(cast.acme, 4))
    for conversation_id in (alone, handed, unknown, both):
        _ask(cast.acme, conversation_id, "unknown" if conversation_id in (unknown, both) else "answered")
    _ask(cast.acme, unknown, "unknown")
    for conversation_id in (handed, both):
        state.hand_off(
            tenant_id=cast.acme.tenant_id,
            conversation_id=conversation_id,
            reason="asked",
            actor=user_actor(cast.alice.id),
        )
    days = activity_by_day(tenant_id=cast.acme.tenant_id, days=3)
    assert [(each.alone, each.people, each.unanswered) for each in days] == [(0, 0, 0), (0, 0, 0), (1, 2, 1)]
    with tenant_scope(cast.acme.tenant_id):
        Conversation.objects.filter(id=alone).update(created_at=timezone.now() - timedelta(days=1))
    days = activity_by_day(tenant_id=cast.acme.tenant_id, days=3)
    assert [each.alone for each in days] == [0, 1, 0]
    assert not any(each.alone + each.people for each in activity_by_day(tenant_id=cast.other.tenant_id, days=3))


def _ask(company: Company, conversation_id: UUID, outcome: str) -> None:
    with tenant_scope(company.tenant_id):
        conversation = Conversation.objects.get(id=conversation_id)
        number = conversation.message_count + 1
        question = Message.objects.create(conversation=conversation, sequence=number, role="contact", text="?")
        Conversation.objects.filter(id=conversation.id).update(message_count=number)
        Turn.objects.create(conversation=conversation, question=question, state="done", outcome=outcome)

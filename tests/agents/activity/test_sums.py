"""Sums by day are what the rows say, whatever happens to conversations late and in whatever order."""

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from agents.activity.summing import roll_up
from agents.errors import ConversationClosed, WrongConversationState
from agents.forgetting import remove_old_conversations
from agents.inbox import state
from agents.models import ActivityDay, ActivityMark, Conversation, Message, Turn
from agents.runtime.context import begin_turn, withdraw_turn
from agents.runtime.finishing import fail_turn
from agents.selectors import activity_by_day
from agents.transcript import append_message
from ingestion.contacts.errors import InvalidMerge
from ingestion.contacts.merging import merge_contacts
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.privacy.holdings import Part, Person
from tenants.privacy.rows import erase_rows
from tests.agents.conftest import Ask
from tests.agents.memory.summaries.telling import visitors
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor

DAYS = 6
ENDINGS = (("done", "answered"), ("done", "unknown"), ("failed", ""), ("running", ""), ("queued", ""))


def _from_rows(cast: Cast) -> list[tuple[int, ...]]:
    """One row after the other: (alone, people, unanswered, answered, unknown, failed) of each day."""
    tenant = Tenant.objects.get(id=cast.acme.tenant_id)
    zone = ZoneInfo(tenant.time_zone)
    sums: dict[date, list[int]] = defaultdict(lambda: [0] * 6)
    with tenant_scope(tenant.id):
        for talk in Conversation.objects.exclude(channel="test").prefetch_related("turns"):
            turns = [each for each in talk.turns.all() if not each.is_suggestion]
            is_open = any(each.outcome == "unknown" or each.state == "failed" for each in turns)
            day = sums[talk.created_at.astimezone(zone).date()]
            day[1 if talk.had_person else 2 if is_open else 0] += talk.message_count > 0
            for each in turns:
                day = sums[each.created_at.astimezone(zone).date()]
                day[3] += each.state == "done" and each.outcome != "unknown"
                day[4] += each.outcome == "unknown"
                day[5] += each.state == "failed"
    today = timezone.now().astimezone(zone).date()
    return [tuple(sums[today - timedelta(days=DAYS - 1 - each)]) for each in range(DAYS)]


def _shown(cast: Cast) -> list[tuple[int, ...]]:
    days = activity_by_day(tenant_id=cast.acme.tenant_id, days=DAYS)
    return [(each.alone, each.people, each.unanswered, each.answered, each.unknown, each.failed) for each in days]


def _fill(cast: Cast, chance: random.Random) -> list[Visitor]:
    """Conversations of the last days, some of them empty or test chats, with turns that ended in every way."""
    people = visitors(cast.acme, 14)
    with tenant_scope(cast.acme.tenant_id):
        for number, each in enumerate(people):
            talk = Conversation.objects.get(id=each.conversation_id)
            begun = timezone.now() - timedelta(hours=chance.uniform(2, 24 * (DAYS - 1)))
            talk.created_at, talk.channel = begun, "test" if number == 3 else "chat"
            talk.message_count = talk.turns.count() if number == 4 else chance.choice((1, 2))
            talk.save()
            for sequence in range(talk.message_count):
                said = Message.objects.create(conversation=talk, sequence=sequence + 1, role="contact", text="?")
                ending, outcome = chance.choice(ENDINGS)
                turn = Turn.objects.create(conversation=talk, question=said, state=ending, outcome=outcome)
                Turn.objects.filter(id=turn.id).update(created_at=begun + timedelta(minutes=sequence))
    return people


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_late_the_sums_are_what_the_rows_say(cast: Cast, seed: int) -> None:
    chance, tenant_id = random.Random(seed), cast.acme.tenant_id
    people, actor = _fill(cast, chance), user_actor(cast.alice.id)

    def talk() -> UUID:
        return chance.choice(list(Conversation.objects.order_by("id").values_list("id", flat=True)))

    def turn(*states: str) -> Turn | None:
        rows = list(Turn.objects.select_related("conversation").filter(state__in=states).order_by("id"))
        return chance.choice(rows) if rows else None

    def say() -> None:
        empty = Conversation.objects.order_by("message_count", "id").first()
        assert empty
        append_message(empty, role="contact", text="?")  # type: ignore[arg-type]

    def fail() -> None:
        if found := turn("queued", "running"):
            fail_turn(turn_id=found.id, code="test")

    def withdraw() -> None:
        if found := turn("queued", "running"):
            withdraw_turn(found, "taken_over")

    def begin() -> None:
        if found := turn("failed"):
            begin_turn(tenant_id=tenant_id, turn_id=found.id)

    def hand_off() -> None:
        with transaction.atomic():
            state.hand_off_held(Conversation.objects.get(id=talk()), reason="asked", actor=actor)

    def close() -> None:
        state.close(tenant_id=tenant_id, conversation_id=talk(), actor=actor)

    def reopen() -> None:
        state.reopen(tenant_id=tenant_id, conversation_id=talk(), actor=actor)

    def merge() -> None:
        one, other = chance.sample(people, 2)
        merge_contacts(tenant_id=tenant_id, contact_id=one.contact_id, into_id=other.contact_id, actor=actor)

    def erase_message() -> None:
        said = chance.choice(list(Message.objects.order_by("id").values_list("id", flat=True)))
        erase_rows(Message, Part(tenant_id, (), {"messages": (said,)}))

    def erase_contact() -> None:
        erase_rows(Conversation, Person(tenant_id, (people[chance.randrange(len(people))].contact_id,)))

    def move() -> None:
        zone = chance.choice(("Asia/Kathmandu", "America/St_Johns", "Europe/Berlin", "Pacific/Auckland"))
        Tenant.objects.filter(id=tenant_id).update(time_zone=zone)

    changes: list[Callable[[], object]] = [say, fail, withdraw, begin, hand_off, close, reopen, erase_message, move]
    roll_up(tenant_id=tenant_id)
    assert _shown(cast) == _from_rows(cast)
    for number in range(30):
        change = chance.choice([*changes, merge, erase_contact] if number % 6 == 0 else changes)
        with tenant_scope(tenant_id):
            try:
                change()
            except (WrongConversationState, ConversationClosed, InvalidMerge):
                continue
        if chance.random() < 0.3:
            roll_up(tenant_id=tenant_id)
        assert _shown(cast) == _from_rows(cast), change.__name__
    with tenant_scope(tenant_id):
        remove_old_conversations(timezone.now() - timedelta(days=2))
    assert _shown(cast) == _from_rows(cast)
    roll_up(tenant_id=tenant_id)
    assert _shown(cast) == _from_rows(cast)
    with tenant_scope(tenant_id):
        assert not ActivityMark.objects.exists()


def test_an_answer_of_today_opens_a_conversation_of_an_old_day(cast: Cast, visitor: Visitor, ask: Ask) -> None:
    ask("How long does delivery take?", scripted_parts())
    with tenant_scope(cast.acme.tenant_id):
        begun = timezone.now() - timedelta(days=3)
        Conversation.objects.filter(id=visitor.conversation_id).update(created_at=begun)
    roll_up(tenant_id=cast.acme.tenant_id)
    assert [each[0] for each in _shown(cast)] == [0, 0, 1, 0, 0, 0]
    ask("And why?", scripted_parts(texts=()))
    assert [each[:3] for each in _shown(cast)][2] == (0, 0, 1)
    assert _shown(cast) == _from_rows(cast)


def test_days_that_are_over_are_read_from_their_sums_and_strangers_have_none(cast: Cast) -> None:
    _fill(cast, random.Random(3))
    tenant_id = cast.acme.tenant_id
    made = roll_up(tenant_id=tenant_id)
    assert 1 <= made <= DAYS
    assert roll_up(tenant_id=tenant_id) == 0
    with tenant_scope(tenant_id):
        ActivityDay.objects.update(conversations=1000, people=0, unanswered=0)
    assert sum(each[0] == 1000 for each in _shown(cast)) == made
    assert sum(each.conversations for each in activity_by_day(tenant_id=cast.other.tenant_id, days=DAYS)) == 0
    assert roll_up(tenant_id=cast.other.tenant_id) == 0

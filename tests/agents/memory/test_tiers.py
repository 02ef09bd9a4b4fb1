"""What is near at hand, what sinks and what rises; and that nothing is out of reach for it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from agents.events import handle_turn_to_summarise
from agents.memory.extraction import Extracted
from agents.memory.recall import recall
from agents.memory.reconciling import Origin, learn
from agents.memory.tiers import standing_of
from agents.models import Fact
from agents.topics import TURN_COMPLETED
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.memory.test_ledger import tell
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    predicate: str
    days: int
    confirmations: int = 1
    times_used: int = 0
    is_pinned: bool = False
    confidence: float = 0.9
    last_used_at: datetime | None = None

    @property
    def confirmed_at(self) -> datetime:
        return NOW - timedelta(days=self.days)


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


@pytest.mark.parametrize(
    ("fact", "tier"),
    [
        (Held("name", 5000), "always"),
        (Held("instruction", 5000), "always"),
        (Held("budget", 10), "always"),
        (Held("budget", 200), "long_term"),
        (Held("order", 10), "recent"),
        (Held("order", 100), "long_term"),
        (Held("order", 10, confirmations=4), "always"),
        (Held("prefers", 10, times_used=3), "always"),
        (Held("order", 100, times_used=9), "long_term"),
        (Held("order", 100, is_pinned=True), "always"),
        (Held("order", 100, last_used_at=NOW - timedelta(days=2)), "recent"),
        (Held("trait.plan", 100), "always"),
        (Held("trait.plan", 400), "long_term"),
    ],
)
def test_the_tier_follows_from_kind_age_and_use(fact: Held, tier: str) -> None:
    assert standing_of(fact, NOW).tier == tier


def test_weight_halves_with_age_and_grows_with_use_up_to_a_bound() -> None:
    def weight(days: int = 0, times_used: int = 0) -> float:
        return standing_of(Held("order", days, times_used=times_used), NOW).weight

    assert weight(days=90) == pytest.approx(weight() / 2)
    assert weight(times_used=2) > weight(times_used=1) > weight()
    assert weight(times_used=100) == weight(times_used=4)
    assert standing_of(Held("name", 5000), NOW).weight == standing_of(Held("name", 0), NOW).weight


def known(tenant_id: UUID, visitor: Visitor, predicate: str, count: int) -> None:
    with tenant_scope(tenant_id):
        for number in range(count):
            said = Extracted(predicate.format(number), f"value-{number}", 0, 0)
            learn(visitor.contact_id, Origin(NOW + timedelta(minutes=number), "test", told_by="test"), [said], SYSTEM)


def test_what_no_longer_fits_into_its_block_is_still_answered(tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    known(tenant_id, visitor, "trait.setting_{}", 60)
    about = recall(
        tenant_id=tenant_id, contact_id=visitor.contact_id, conversation_id=visitor.conversation_id, question="Hm?"
    ).about
    [profile] = [each for each in about if each.label == "Profile"]
    left_out = [number for number in range(60) if f"value-{number}\n" not in f"{profile.text}\n"]
    assert len(left_out) > 20
    answer = ask(f"What is my setting {left_out[0]}?", scripted_parts()).text
    assert answer == f"Your setting {left_out[0]} is value-{left_out[0]}. [1]"
    assert ask("Wie ist mein setting 59?", scripted_parts()).text == "Setting 59: value-59. [1]"


def test_all_of_a_kind_are_answered_however_many_others_came_since(tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    tell(tenant_id, visitor, "My order number is A-4711.")
    known(tenant_id, visitor, "trait.setting_{}", 70)
    assert "A-4711" in ask("What is my order number?", scripted_parts()).text


def test_what_is_used_again_and_again_is_always_told(tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    tell(tenant_id, visitor, "I prefer e-mail.")
    for _ in range(3):
        ask("What do I prefer?", scripted_parts())
        row = OutboxEvent.objects.filter(payload__type=TURN_COMPLETED).latest("id")
        event = Event(TURN_COMPLETED, tenant_id, row.payload["partitionkey"], row.payload["data"])
        for _ in range(2):
            handle_turn_to_summarise(event)
    with tenant_scope(tenant_id):
        assert Fact.objects.get(predicate="prefers").times_used == 3
    about = recall(
        tenant_id=tenant_id, contact_id=visitor.contact_id, conversation_id=visitor.conversation_id, question="Hm?"
    ).about
    assert "- preference: e-mail" in str([each.text for each in about])

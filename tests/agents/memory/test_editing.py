"""People of the company put facts right, pin them, call them wrong and take that back; each is audited."""

from uuid import UUID

import pytest

from agents.errors import FactNotFound, FactNotOpen
from agents.memory.editing import add_fact, edit_fact, pin_fact, restore_fact, retract_fact
from agents.selectors import FactView, get_fact, list_facts
from rapport.errors import InvalidRequest
from tenants.actors import Actor, user_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.memory.test_ledger import tell
from tests.cast import Cast, Visitor


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


@pytest.fixture
def alice(cast: Cast) -> Actor:
    return user_actor(cast.alice.id)


def known(tenant_id: UUID, visitor: Visitor) -> dict[str, str]:
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id, with_superseded=False)
    return {each.predicate: each.value for each in facts}


def one(tenant_id: UUID, visitor: Visitor, value: str) -> FactView:
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    [found] = [each for each in facts if each.value == value]
    return found


def actions(tenant_id: UUID, actor: Actor) -> list[str]:
    with tenant_scope(tenant_id):
        rows = AuditEntry.objects.filter(action__startswith="memory.fact", actor=actor.label).order_by("id")
        return [each.removeprefix("memory.fact.") for each in rows.values_list("action", flat=True)]


def test_what_is_called_wrong_never_held_and_what_it_ended_is_open(
    tenant_id: UUID, visitor: Visitor, alice: Actor
) -> None:
    tell(tenant_id, visitor, "I live in Bonn.")
    tell(tenant_id, visitor, "I live in Bern.", 10)
    wrong = one(tenant_id, visitor, "Bern").id
    for _ in range(2):
        retract_fact(tenant_id=tenant_id, fact_id=wrong, actor=alice)
    assert known(tenant_id, visitor) == {"place": "Bonn"}
    assert get_fact(tenant_id=tenant_id, fact_id=wrong).status == "retracted"
    restore_fact(tenant_id=tenant_id, fact_id=wrong, actor=alice)
    assert known(tenant_id, visitor) == {"place": "Bern"}
    with pytest.raises(FactNotOpen):
        restore_fact(tenant_id=tenant_id, fact_id=wrong, actor=alice)
    assert actions(tenant_id, alice) == ["retracted", "restored", "superseded", "restored"]


def test_an_edit_holds_since_when_the_wrong_one_was_said_to(tenant_id: UUID, visitor: Visitor, alice: Actor) -> None:
    tell(tenant_id, visitor, "My name is Ana.")
    wrong = one(tenant_id, visitor, "Ana")
    right = get_fact(
        tenant_id=tenant_id, fact_id=edit_fact(tenant_id=tenant_id, fact_id=wrong.id, value=" Anna ", actor=alice)
    )
    assert (right.value, right.status, right.valid_from) == ("Anna", "active", wrong.valid_from)
    [source] = right.sources
    assert (source.told_by, source.message_id) == (alice.label, None)
    assert known(tenant_id, visitor) == {"name": "Anna"}
    assert "edited" in actions(tenant_id, alice)
    with pytest.raises(FactNotOpen):
        edit_fact(tenant_id=tenant_id, fact_id=wrong.id, value="Eva", actor=alice)
    with pytest.raises(InvalidRequest):
        edit_fact(tenant_id=tenant_id, fact_id=right.id, value=" ", actor=alice)


def test_what_is_pinned_stays_and_what_is_said_otherwise_is_proposed(
    tenant_id: UUID, visitor: Visitor, alice: Actor
) -> None:
    tell(tenant_id, visitor, "My name is Anna.")
    pinned = one(tenant_id, visitor, "Anna").id
    pin_fact(tenant_id=tenant_id, fact_id=pinned, is_pinned=True, actor=alice)
    tell(tenant_id, visitor, "My name is Eva.", 10)
    assert known(tenant_id, visitor) == {"name": "Anna"}
    assert one(tenant_id, visitor, "Eva").status == "proposed"
    stances = [(each.stance, each.quote) for each in get_fact(tenant_id=tenant_id, fact_id=pinned).sources]
    assert stances == [("supports", "Anna"), ("contradicts", "Eva")]
    pin_fact(tenant_id=tenant_id, fact_id=pinned, is_pinned=False, actor=alice)
    assert known(tenant_id, visitor) == {"name": "Eva"}
    assert [each.stance for each in get_fact(tenant_id=tenant_id, fact_id=pinned).sources] == ["supports"]
    assert actions(tenant_id, alice).count("pinned") == 2


def test_a_proposal_is_confirmed_by_saying_so(tenant_id: UUID, visitor: Visitor, alice: Actor) -> None:
    tell(tenant_id, visitor, "My name is Anna.")
    pin_fact(tenant_id=tenant_id, fact_id=one(tenant_id, visitor, "Anna").id, is_pinned=True, actor=alice)
    tell(tenant_id, visitor, "My name is Eva.", 10)
    edit_fact(tenant_id=tenant_id, fact_id=one(tenant_id, visitor, "Eva").id, value="Eva", actor=alice)
    assert known(tenant_id, visitor) == {"name": "Eva"}


def test_a_person_adds_what_it_knows(tenant_id: UUID, visitor: Visitor, alice: Actor) -> None:
    fact_id = add_fact(
        tenant_id=tenant_id, contact_id=visitor.contact_id, predicate="email", value="A@B.example", actor=alice
    )
    assert get_fact(tenant_id=tenant_id, fact_id=fact_id).value == "a@b.example"
    with pytest.raises(InvalidRequest):
        add_fact(tenant_id=tenant_id, contact_id=visitor.contact_id, predicate="x", value="y", actor=alice)


def test_a_stranger_changes_nothing(cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "My name is Anna.")
    fact_id, charlie = one(tenant_id, visitor, "Anna").id, user_actor(cast.charlie.id)
    with pytest.raises(FactNotFound):
        retract_fact(tenant_id=cast.other.tenant_id, fact_id=fact_id, actor=charlie)
    with pytest.raises(FactNotFound):
        edit_fact(tenant_id=cast.other.tenant_id, fact_id=fact_id, value="Eva", actor=charlie)
    assert known(tenant_id, visitor) == {"name": "Anna"}

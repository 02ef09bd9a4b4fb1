"""An account is numbers and what many ask: it holds no one's words, and forgets whom it counted."""

from uuid import UUID

import pytest

from agents.memory.summaries.refreshing import refresh_summaries
from agents.models import AccountPart, AccountSummary
from agents.selectors.summaries import accounts_of
from ingestion.models import Contact
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tenants.privacy.erasure import request_erasure, run_erasure
from tests.agents.memory.summaries.telling import another_conversation, belong, rows, talk, visitors
from tests.cast import Cast, Visitor

SECRETS = ("quokka", "wombat", "numbat")


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


@pytest.fixture
def members(cast: Cast, tenant_id: UUID) -> list[Visitor]:
    found = visitors(cast.acme, 3)
    belong(tenant_id, found)
    for each, secret in zip(found, SECRETS, strict=True):
        talk(tenant_id, each, f"My name is Mr {secret.title()}. Where is the invoice of my {secret}?")
    return found


def one(tenant_id: UUID) -> AccountSummary:
    with tenant_scope(tenant_id):
        return AccountSummary.objects.get()


def test_it_counts_and_tells_only_what_three_ask(cast: Cast, tenant_id: UUID, members: list[Visitor]) -> None:
    account = one(tenant_id)
    assert account.numbers["contacts"] == account.numbers["conversations"] == 3
    assert account.subjects == ["invoice"]
    assert account.text.startswith("3 contacts wrote in 3 conversations since 2026-11-01")
    assert not any(secret in str([account.text, account.subjects, account.numbers]).lower() for secret in SECRETS)
    [view] = accounts_of(tenant_id=tenant_id, contact_id=members[0].contact_id)
    assert (view.name, set(view.contacts)) == ("Globex", {each.contact_id for each in members})


def test_a_word_that_is_somebodys_name_is_none_of_its_subjects(tenant_id: UUID, members: list[Visitor]) -> None:
    with tenant_scope(tenant_id):
        Contact.objects.filter(id=members[0].contact_id).update(name="Ina Invoice")
        AccountSummary.objects.update(digest="")
    refresh_summaries(tenant_id=tenant_id, contact_id=members[1].contact_id)
    assert one(tenant_id).subjects == []


def test_whoever_is_erased_is_counted_no_more(cast: Cast, tenant_id: UUID, members: list[Visitor]) -> None:
    before = rows(tenant_id)
    actor = user_actor(cast.alice.id)
    erasure = request_erasure(tenant_id=tenant_id, contact_id=members[0].contact_id, actor=actor)
    run_erasure(tenant_id=tenant_id, erasure_id=erasure)
    account = one(tenant_id)
    assert account.numbers["contacts"] == 2
    assert account.subjects == []
    with tenant_scope(tenant_id):
        assert not AccountPart.objects.filter(contact_id=members[0].contact_id).exists()
    after = rows(tenant_id)
    gone = {each for each in before.times if each not in after.times and each[0] != "turn"}
    assert gone == {("conversation", members[0].conversation_id), ("contact", members[0].contact_id)}
    assert after.made_since(before) == {("account", "globex")}
    refresh_summaries(tenant_id=tenant_id, contact_id=members[0].contact_id, conversations=[members[0].conversation_id])
    assert rows(tenant_id) == after, "work that was on its way brings nothing back"


def test_the_last_who_leaves_takes_it_along(cast: Cast, tenant_id: UUID) -> None:
    [visitor] = visitors(cast.acme, 1)
    belong(tenant_id, [visitor])
    talk(tenant_id, visitor, "Where is my invoice?")
    assert one(tenant_id).subjects == []
    erasure = request_erasure(tenant_id=tenant_id, contact_id=visitor.contact_id, actor=user_actor(cast.alice.id))
    run_erasure(tenant_id=tenant_id, erasure_id=erasure)
    assert rows(tenant_id).times == {}


def test_one_contact_counts_once_however_it_wrote(cast: Cast, tenant_id: UUID) -> None:
    [visitor] = visitors(cast.acme, 1)
    belong(tenant_id, [visitor])
    for number in range(3):
        talk(tenant_id, another_conversation(cast.acme, visitor), "Where is my invoice?", minute=number * 30)
    account = one(tenant_id)
    assert (account.numbers["contacts"], account.numbers["conversations"], account.subjects) == (1, 3, [])

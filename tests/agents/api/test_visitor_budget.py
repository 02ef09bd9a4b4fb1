"""A visitor's budget at the door: refused before anything is written, with a code and a time; the ledger settles it."""

from dataclasses import replace
from typing import Any

import pytest

from agents.models import Message, Turn
from agents.runtime import parts as runtime_parts
from billing.models import BudgetHold, Spend
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.services import WidgetRules, set_widget_rules
from tests.agents.api.conftest import Caller, visitor_of
from tests.agents.api.test_visitor_identity import open_session, secret_of, sign, visitor
from tests.agents.scripted import ScriptedModel, scripted_parts
from tests.cast import Cast


def limit(cast: Cast, *, tokens: int | None = None, micros: int | None = None) -> None:
    rules = WidgetRules(requires_identity=False, visitor_day_tokens=tokens, visitor_day_micros=micros)
    set_widget_rules(tenant_id=cast.acme.tenant_id, key_id=cast.acme.key_id, rules=rules, actor=SYSTEM)


def say(caller: Caller, conversation: str, text: str = "How long?", **headers: str) -> Any:
    return caller.post(f"/v1/conversations/{conversation}/messages", {"text": text}, **headers)


def test_over_the_budget_nothing_is_written(cast: Cast, anna: Caller, conversation: str) -> None:
    limit(cast, tokens=1)
    assert say(anna, conversation, **{"Idempotency-Key": "one"}).status_code == 202
    refused = say(anna, conversation)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "visitor_budget_exhausted")
    assert int(refused["Retry-After"]) > 0
    assert say(anna, conversation, **{"Idempotency-Key": "one"}).status_code == 202  # a replay costs nothing
    with tenant_scope(cast.acme.tenant_id):
        assert (Message.objects.count(), Turn.objects.count(), BudgetHold.objects.count()) == (1, 1, 1)


def test_new_sessions_from_one_address_do_not_help_and_an_identified_visitor_has_its_own(cast: Cast) -> None:
    limit(cast, tokens=1)
    asked = []
    for _ in range(12):
        caller = visitor_of(cast.acme)
        asked.append(say(caller, caller.post("/v1/conversations", {}).json()["id"]).status_code)
    assert asked.count(202) < 12
    assert asked[-1] == 429
    mara = visitor(open_session(cast.acme, sign(cast.acme, secret_of(cast.acme).secret)))
    assert say(mara, mara.post("/v1/conversations", {}).json()["id"]).status_code == 202


@pytest.mark.django_db(transaction=True)
def test_the_ledger_settles_what_was_held(
    cast: Cast, anna: Caller, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_parts, "get_parts", lambda: replace(scripted_parts(), model=ScriptedModel()))
    say(anna, conversation)
    deliver_now()
    with tenant_scope(cast.acme.tenant_id):
        for spend in Spend.objects.all():
            assert (spend.tokens, spend.held_tokens, spend.held_micros) == (120 + 30 + 12 + 2 + 9, 0, 0)
            assert spend.micros > 0


def test_members_and_keys_have_no_visitors_budget(cast: Cast, alice: Caller) -> None:
    from rapport.ids import Prefix, encode

    limit(cast, tokens=0)
    agent = encode(Prefix.AGENT, cast.acme.agent_id)
    conversation = alice.post("/v1/conversations", {"agent_id": agent}).json()["id"]
    assert say(alice, conversation).status_code == 202

"""A visitor's day: what is held, what is settled, and that many messages at once cannot pass together."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from billing.budgets import (
    KEPT,
    TYPICAL,
    VISITORS_PER_ADDRESS,
    AgentBudget,
    Spender,
    SpendLimit,
    hold_budget,
    prune_spend,
    release_budget,
    settle_budget,
)
from billing.errors import BudgetExhausted, VisitorBudgetExhausted
from billing.models import BudgetHold, Spend
from billing.prices import TokenCounts
from billing.usage import UsageFact
from rapport.ids import new_id
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.file_database import file_database as file_database

ONE_TURN = TYPICAL.input + TYPICAL.output
MODEL = "builtin-extractive-1"
COST = 180  # micros that are held for a turn


def hold(tenant_id: UUID, spender: Spender) -> UUID:
    turn_id = new_id()
    with tenant_scope(tenant_id), transaction.atomic():
        hold_budget(turn_id=turn_id, spender=spender, micros=COST)
    return turn_id


def used(tokens: int) -> list[UsageFact]:
    return [UsageFact("chat", MODEL, TokenCounts(input=tokens))]


def test_what_is_held_counts_until_what_was_used_takes_its_place(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    anna = Spender(new_id(), SpendLimit(2 * ONE_TURN, None))
    first = hold(tenant_id, anna)
    hold(tenant_id, anna)
    with pytest.raises(VisitorBudgetExhausted) as caught:
        hold(tenant_id, anna)
    assert 0 < (caught.value.retry_after_seconds or 0) <= 24 * 3600
    settle_budget(tenant_id=tenant_id, turn_id=first, facts=used(500))
    settle_budget(tenant_id=tenant_id, turn_id=first, facts=used(500))  # told again
    with tenant_scope(tenant_id):
        spend = Spend.objects.get()
        assert (spend.tokens, spend.micros, spend.held_tokens) == (500, 10, ONE_TURN)
    with pytest.raises(VisitorBudgetExhausted):
        hold(tenant_id, anna)
    hold(tenant_id, Spender(new_id(), anna.budget))  # somebody else


def test_money_is_a_limit_too_and_none_is_none(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    poor = Spender(new_id(), SpendLimit(None, 200))
    hold(tenant_id, poor)  # 180 micros are held
    with pytest.raises(VisitorBudgetExhausted):
        hold(tenant_id, poor)
    with pytest.raises(VisitorBudgetExhausted):
        hold(tenant_id, Spender(new_id(), SpendLimit(0, None)))
    for _ in range(5):
        hold(tenant_id, Spender(poor.contact_id, SpendLimit(None, None)))


def test_a_small_budget_lets_ask_once(cast: Cast) -> None:
    small = Spender(new_id(), SpendLimit(10, None))
    hold(cast.acme.tenant_id, small)
    with pytest.raises(VisitorBudgetExhausted):
        hold(cast.acme.tenant_id, small)


def test_many_anonymous_visitors_of_one_address_share_its_budget(cast: Cast) -> None:
    tenant_id, budget = cast.acme.tenant_id, SpendLimit(ONE_TURN, None)
    for _ in range(VISITORS_PER_ADDRESS):
        hold(tenant_id, Spender(new_id(), budget, "an-address"))
    with pytest.raises(VisitorBudgetExhausted):
        hold(tenant_id, Spender(new_id(), budget, "an-address"))
    hold(tenant_id, Spender(new_id(), budget, "another"))
    hold(cast.other.tenant_id, Spender(new_id(), budget, "an-address"))  # another company's budget is its own


def test_a_turn_without_an_answer_gives_back_and_a_late_answer_counts(cast: Cast) -> None:
    tenant_id, anna = cast.acme.tenant_id, Spender(new_id(), SpendLimit(ONE_TURN, None))
    turn_id = hold(tenant_id, anna)
    release_budget(tenant_id=tenant_id, turn_id=turn_id)
    hold(tenant_id, anna)
    settle_budget(tenant_id=tenant_id, turn_id=turn_id, facts=used(700))
    with tenant_scope(tenant_id):
        assert Spend.objects.get().tokens == 700


def test_old_days_are_forgotten(cast: Cast) -> None:
    hold(cast.acme.tenant_id, Spender(new_id(), SpendLimit(1, 1)))
    assert prune_spend(tenant_id=cast.acme.tenant_id) == 0
    with tenant_scope(cast.acme.tenant_id):
        for rows in (Spend.objects.all(), BudgetHold.objects.all()):
            day = rows.get().day
            rows.update(day=day - KEPT - timedelta(days=2))
    assert prune_spend(tenant_id=cast.acme.tenant_id) == 2


def hold_of_agent(tenant_id: UUID, budget: AgentBudget) -> UUID:
    turn_id = new_id()
    with tenant_scope(tenant_id), transaction.atomic():
        hold_budget(turn_id=turn_id, micros=COST, agent=budget)
    return turn_id


def agent_budget(agent_id: UUID | None = None, **limits: int) -> AgentBudget:
    return AgentBudget(agent_id or new_id(), new_id(), new_id(), **limits)


@pytest.mark.parametrize("limit", ["conversation_micros", "contact_day_micros", "month_micros"])
def test_each_budget_of_an_agent_stops_before_money_is_spent(cast: Cast, limit: str) -> None:
    tenant_id, budget = cast.acme.tenant_id, agent_budget(None, **{limit: COST})
    turn_id = hold_of_agent(tenant_id, budget)
    with pytest.raises(BudgetExhausted):
        hold_of_agent(tenant_id, budget)
    settle_budget(tenant_id=tenant_id, turn_id=turn_id, facts=used(500))
    with pytest.raises(BudgetExhausted):
        hold_of_agent(tenant_id, budget)  # 10 are spent, and 180 more would be too much
    hold_of_agent(tenant_id, agent_budget(None, **{limit: COST}))  # another's
    hold_of_agent(cast.other.tenant_id, budget)  # another company's


def test_who_is_refused_by_one_budget_is_charged_to_none(cast: Cast) -> None:
    tenant_id, agent_id = cast.acme.tenant_id, new_id()
    hold_of_agent(tenant_id, agent_budget(agent_id, month_micros=2 * COST))
    poor = agent_budget(agent_id, month_micros=2 * COST, conversation_micros=0)
    with pytest.raises(BudgetExhausted, match="conversation"):
        hold_of_agent(tenant_id, poor)
    hold_of_agent(tenant_id, agent_budget(agent_id, month_micros=2 * COST))


def _race(tenant_id: UUID) -> None:
    anna, agent_id = Spender(new_id(), SpendLimit(ONE_TURN, None)), new_id()
    assert _passed(10, lambda: hold(tenant_id, anna)) == 1
    # twenty conversations of different people, at once, on an agent's budget for one
    assert _passed(20, lambda: hold_of_agent(tenant_id, agent_budget(agent_id, month_micros=COST))) == 1


def _passed(count: int, work: Callable[[], UUID]) -> int:
    gate, passed = threading.Barrier(count), []

    def ask() -> None:
        gate.wait()
        try:
            passed.append(work())
        except (VisitorBudgetExhausted, BudgetExhausted):
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(passed)


Assemble = Callable[[], Cast]


def test_of_ten_at_once_with_a_budget_for_one_exactly_one_passes(file_database: None) -> None:
    from tests.cast import assemble

    _race(assemble().acme.tenant_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is raced in a file above")
def test_the_same_behind_row_locks() -> None:
    from tests.cast import assemble

    _race(assemble().acme.tenant_id)

"""Reserve → run → settle for a call of a model or an embedder that no turn bears: against the company's budget, and of
what is a conversation's, its agent's.

What a call could cost at worst is kept aside before it is made, behind the locked row that turns hold theirs on: of
many at once none is paid for that does not fit any more. What it really cost takes its place when the ledger is told,
in one transaction. What is free keeps nothing aside. A worker that dies leaves its hold behind: it expires.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from billing.budgets import AgentBudget, hold_budget, raise_hold, settle_aside
from billing.company_budget import COMPANY, has_company_budget, hold_for_company, lock_company_budget
from billing.errors import BudgetExhausted
from billing.models import BudgetHold
from billing.own_prices import company_prices
from billing.prices import TokenCounts
from billing.quotas import require_quota
from tenants.context import tenant_scope, tenant_transaction

LASTS = timedelta(hours=1)  # longer than any task aside works


def reserve_task(
    *, tenant_id: UUID, task_id: UUID, micros: int, is_first: bool, agent: AgentBudget | None = None
) -> None:
    """Keep so much aside in all for a task, before each call of a model that it makes. Raises BudgetExhausted, and for
    the first PaymentOverdue."""
    if not is_first:
        if not raise_hold(tenant_id=tenant_id, turn_id=task_id, micros=micros):
            raise BudgetExhausted("What is left of a budget does not pay for another attempt at this.")
        return
    with tenant_transaction(tenant_id):
        require_quota()
        hold_budget(turn_id=task_id, micros=micros, agent=agent, expires_at=timezone.now() + LASTS)


def reserve_embedding(*, tenant_id: UUID, model: str, tokens: Mapping[UUID, int], lasts: timedelta = LASTS) -> bool:
    """Keep aside, under each id, what so many tokens of an embedder cost in all. False: that is nothing, or nothing
    limits it. Raises BudgetExhausted, having kept no more than before."""
    with tenant_scope(tenant_id):
        prices = company_prices()
        micros = {each: prices.cost_of(model, TokenCounts(embedding=count)).micros for each, count in tokens.items()}
        if not any(micros.values()) or not has_company_budget(tenant_id=tenant_id):
            return False  # what is free waits for no lock
    with tenant_transaction(tenant_id):
        company = lock_company_budget()
        if company is None:
            return False
        holds = {each.turn_id: each for each in BudgetHold.objects.select_for_update().filter(turn_id__in=micros)}
        more = {each: cost - (holds[each].micros if each in holds else 0) for each, cost in micros.items()}
        if added := sum(each for each in more.values() if each > 0):
            hold_for_company(company, added)
        for each, cost in micros.items():
            if more[each] > 0:
                _hold(holds.get(each) or BudgetHold(turn_id=each, tokens=0), cost, timezone.now() + lasts)
        return True


def _hold(hold: BudgetHold, micros: int, expires_at: datetime) -> None:
    hold.day, hold.subjects, hold.micros, hold.expires_at = timezone.now().date(), [COMPANY], micros, expires_at
    hold.save()


def give_back(*, tenant_id: UUID, task_id: UUID) -> None:
    """It was not done, or what it cost is in the ledger by now."""
    with tenant_scope(tenant_id):
        if BudgetHold.objects.filter(turn_id=task_id).exists():
            settle_aside(tenant_id=tenant_id, task_id=task_id, facts=())

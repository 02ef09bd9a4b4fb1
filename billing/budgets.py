"""What may be spent: by a visitor in a day, by an agent in a month, in a conversation, by an agent's contact in a day,
and by the whole company in a month (`billing.company_budget`).

Held before a turn is accepted, raised before a call that could cost more, settled by what the ledger was told.

A hold is pessimistic and lies in the same transaction as the message, behind a locked row: many messages at the same
moment cannot pass together. The company's row is locked first, the others in the order of their names. A day is one of
the company's time zone. Runs in the caller's scope and transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing.company_budget import COMPANY, give_back, hold_for_company, lock_company_budget
from billing.errors import BudgetExhausted, VisitorBudgetExhausted
from billing.models import BudgetHold, Spend
from billing.prices import TokenCounts
from billing.usage import UsageFact, turn_cost
from rapport.errors import RateLimited
from tenants.context import require_tenant_id, tenant_scope
from tenants.selectors import get_tenant

TYPICAL = TokenCounts(input=8_000, output=1_000)  # a turn that reads and writes much
VISITORS_PER_ADDRESS = 10  # an office or a family shares an address: it may spend as much as so many visitors
KEPT = timedelta(days=35)
FOR_EVER = date(9999, 1, 1)  # the period of what has none


@dataclass(frozen=True, slots=True)
class SpendLimit:
    """Of somebody in a period; None is no limit. Micros as everywhere: a millionth of the currency's unit."""

    tokens: int | None
    micros: int | None

    @property
    def is_unlimited(self) -> bool:
        return self.tokens is None and self.micros is None

    def times(self, count: int) -> "SpendLimit":
        return SpendLimit(*(None if each is None else each * count for each in (self.tokens, self.micros)))


NO_BUDGET = SpendLimit(None, None)


@dataclass(frozen=True, slots=True)
class Spender:
    """Who asks: a contact, and for an anonymous one also the address it comes from, as a keyed hash."""

    contact_id: UUID
    budget: SpendLimit
    address: str = ""


@dataclass(frozen=True, slots=True)
class AgentBudget:
    """What an agent's configuration lets it spend, in micros; None is no limit."""

    agent_id: UUID
    conversation_id: UUID
    contact_id: UUID
    conversation_micros: int | None = None
    contact_day_micros: int | None = None
    month_micros: int | None = None
    judging_day_micros: int | None = None


@dataclass(frozen=True, slots=True)
class _Limit:
    """Of a subject in the period that begins on `day`; `over` is raised when it has none left."""

    subject: str
    day: date
    budget: SpendLimit
    over: RateLimited
    is_hard: bool = False  # nothing beyond it is spent, also not on a first question

    @property
    def name(self) -> str:
        return f"{self.subject}@{self.day.isoformat()}"


def hold_budget(
    *,
    turn_id: UUID,
    micros: int,
    spender: Spender | None = None,
    agent: AgentBudget | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Keep a turn's cost aside for everybody who bears it: `micros` is what its first call could cost at worst. Raises
    VisitorBudgetExhausted or BudgetExhausted, having kept nothing, when one of them has none left. `expires_at`: of a
    task aside, which nobody ends when its worker dies."""
    company = lock_company_budget()
    now = timezone.now().astimezone(ZoneInfo(get_tenant(require_tenant_id()).time_zone))
    limits = [
        limit for limit in (*_visitor_limits(spender, now), *_agent_limits(agent, now)) if not limit.budget.is_unlimited
    ]
    if not limits and company is None:
        return
    if company is not None:
        hold_for_company(company, micros)
    tokens = TYPICAL.input + TYPICAL.output
    for limit in sorted(limits, key=lambda each: each.name):  # always in one order: locks never cross
        row = _locked(limit.day, limit.subject)
        is_over = _is_over_hard if limit.is_hard else _is_over
        if _is_over(row.tokens + row.held_tokens, tokens, limit.budget.tokens) or is_over(
            row.micros + row.held_micros, micros, limit.budget.micros
        ):
            raise limit.over
        Spend.objects.filter(id=row.id).update(
            held_tokens=F("held_tokens") + tokens, held_micros=F("held_micros") + micros
        )
    BudgetHold.objects.create(
        turn_id=turn_id,
        day=now.date(),
        subjects=[*(limit.name for limit in limits), *([COMPANY] if company else [])],
        limits={limit.name: limit.budget.micros for limit in limits if limit.budget.micros is not None},
        tokens=tokens,
        micros=micros,
        expires_at=expires_at,
    )


def held_for(turn_id: UUID) -> int | None:
    """Micros that are kept aside for the turn, in the open scope; None when it has no budget to keep to."""
    found: int | None = (
        BudgetHold.objects.filter(turn_id=turn_id, settled_at=None).values_list("micros", flat=True).first()
    )
    return found


def raise_hold(*, tenant_id: UUID, turn_id: UUID, micros: int) -> bool:
    """Keep at least so much aside for the turn. False, having changed nothing, when one of those who bear it has not so
    much left: the call that needs it must not be made."""
    with tenant_scope(tenant_id), transaction.atomic():
        company = lock_company_budget()
        hold = BudgetHold.objects.select_for_update().filter(turn_id=turn_id, settled_at=None).first()
        if hold is None or hold.micros >= micros:
            return True
        more = micros - hold.micros
        rows = [_row_of(name, hold) for name in sorted(hold.subjects) if name != COMPANY]
        for name, row in rows:
            limit = hold.limits.get(name)
            if limit is not None and row.micros + row.held_micros + more > limit:
                return False
        if company is not None and COMPANY in hold.subjects:
            try:
                hold_for_company(company, more)
            except BudgetExhausted:
                return False
        for _, row in rows:
            Spend.objects.filter(id=row.id).update(held_micros=F("held_micros") + more)
        hold.micros = micros
        hold.save(update_fields=["micros"])
        return True


def _row_of(name: str, hold: BudgetHold) -> tuple[str, Spend]:
    subject, _, day = name.partition("@")
    return name, Spend.objects.select_for_update().get(day=day or hold.day, subject=subject)


def _visitor_limits(spender: Spender | None, now: datetime) -> Iterator[_Limit]:
    if spender is None:
        return
    over = VisitorBudgetExhausted(
        "This visitor has asked as much as it may in a day. It can go on tomorrow.",
        retry_after_seconds=_until_midnight(now),
    )
    yield _Limit(contact_subject(spender.contact_id), now.date(), spender.budget, over)
    if spender.address:
        budget = spender.budget.times(VISITORS_PER_ADDRESS)
        yield _Limit(f"address:{spender.address}", now.date(), budget, over)


def _agent_limits(agent: AgentBudget | None, now: datetime) -> Iterator[_Limit]:
    """A conversation's period never ends; a contact's is a day, an agent's a calendar month."""
    if agent is None:
        return
    conversation = BudgetExhausted("This conversation has cost as much as it may. Start a new one to go on.")
    contact = BudgetExhausted(
        "You have asked as much as this agent may answer you in a day. Go on tomorrow.",
        retry_after_seconds=_until_midnight(now),
    )
    month = BudgetExhausted("This agent has spent its budget of the month. Its company can raise it.")
    yield _Limit(
        f"conversation:{agent.conversation_id.hex}",
        FOR_EVER,
        SpendLimit(None, agent.conversation_micros),
        conversation,
        is_hard=True,
    )
    subject = f"{contact_subject(agent.contact_id)}:{agent.agent_id.hex}"
    yield _Limit(subject, now.date(), SpendLimit(None, agent.contact_day_micros), contact, is_hard=True)
    first = now.date().replace(day=1)
    yield _Limit(f"agent:{agent.agent_id.hex}", first, SpendLimit(None, agent.month_micros), month, is_hard=True)
    judging = BudgetExhausted("This agent's answers are judged for as much as that may cost in a day.")
    yield _Limit(
        f"judging:{agent.agent_id.hex}",
        now.date(),
        SpendLimit(None, agent.judging_day_micros),
        judging,
        is_hard=True,
    )


def settle_budget(*, tenant_id: UUID, turn_id: UUID, facts: Sequence[UsageFact]) -> None:
    """Put what the turn really used in the place of what was held. Told again, it changes nothing."""
    tokens = sum(sum(fact.tokens.by_meter().values()) for fact in facts)
    _end_hold(tenant_id, turn_id, tokens=tokens, micros=turn_cost(facts), is_final=True)


def charge_budget(*, tenant_id: UUID, turn_id: UUID, facts: Sequence[UsageFact]) -> None:
    """An attempt of the turn failed and cost something; what is held stays for the next one. Not idempotent."""
    tokens, micros = sum(sum(fact.tokens.by_meter().values()) for fact in facts), turn_cost(facts)
    with tenant_scope(tenant_id), transaction.atomic():
        lock_company_budget()
        hold = BudgetHold.objects.select_for_update().filter(turn_id=turn_id, settled_at=None).first()
        if hold is None:
            return
        for name in sorted(hold.subjects):
            subject, _, day = name.partition("@")
            Spend.objects.filter(day=day or hold.day, subject=subject).update(
                tokens=F("tokens") + tokens, micros=F("micros") + micros
            )


def settle_aside(*, tenant_id: UUID, task_id: UUID, facts: Sequence[UsageFact]) -> None:
    """`settle_budget` for what was no turn: nobody asks for it again, so nothing of it is kept."""
    settle_budget(tenant_id=tenant_id, turn_id=task_id, facts=facts)
    with tenant_scope(tenant_id):
        BudgetHold.objects.filter(turn_id=task_id).delete()


def expire_holds(*, tenant_id: UUID) -> int:
    """Give back what tasks aside kept whose workers are gone. Returns how many there were."""
    with tenant_scope(tenant_id):
        stale = list(
            BudgetHold.objects.filter(expires_at__lt=timezone.now(), settled_at=None).values_list("turn_id", flat=True)
        )
    for task_id in stale:
        settle_aside(tenant_id=tenant_id, task_id=task_id, facts=())
    return len(stale)


def release_budget(*, tenant_id: UUID, turn_id: UUID) -> None:
    """The turn ended without an answer: nothing is kept aside for it, unless someone has it tried again."""
    _end_hold(tenant_id, turn_id, tokens=0, micros=0, is_final=False)


def prune_spend(*, tenant_id: UUID) -> int:
    """Forget days that count no more. Returns how many rows."""
    before = timezone.now().date() - KEPT
    with tenant_scope(tenant_id):
        rows = (BudgetHold.objects.filter(day__lt=before), Spend.objects.filter(day__lt=before))
        return sum(each.delete()[0] for each in rows)


def contact_subject(contact_id: UUID) -> str:
    return f"contact:{contact_id.hex}"


def _locked(day: date, subject: str) -> Spend:
    return Spend.objects.select_for_update().get_or_create(day=day, subject=subject)[0]


def _is_over(spent: int, wanted: int, limit: int | None) -> bool:
    """Whoever has spent nothing yet may ask once, however small the budget is, unless it is nothing."""
    return limit is not None and (spent + wanted > limit if spent else limit <= 0)


def _is_over_hard(spent: int, wanted: int, limit: int | None) -> bool:
    return limit is not None and (spent + wanted > limit or limit <= 0)


def _until_midnight(now: datetime) -> int:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
    return max(1, int((tomorrow - now).total_seconds()))


def _end_hold(tenant_id: UUID, turn_id: UUID, *, tokens: int, micros: int, is_final: bool) -> None:
    with tenant_scope(tenant_id), transaction.atomic():
        company = lock_company_budget()
        hold = BudgetHold.objects.select_for_update().filter(turn_id=turn_id, settled_at=None).first()
        if hold is None:
            return
        if company is not None and COMPANY in hold.subjects:
            give_back(company, hold.micros)  # what was spent is counted with the ledger's rows
        for name in sorted(hold.subjects):
            subject, _, day = name.partition("@")
            Spend.objects.filter(day=day or hold.day, subject=subject).update(
                tokens=F("tokens") + tokens,
                micros=F("micros") + micros,
                held_tokens=F("held_tokens") - hold.tokens,
                held_micros=F("held_micros") - hold.micros,
            )
        hold.tokens = hold.micros = 0
        hold.settled_at = timezone.now() if is_final else None
        hold.save(update_fields=["tokens", "micros", "settled_at"])

"""What visitors of a chat may spend in a day: held before a turn is accepted, settled by what the ledger was told.

A hold is pessimistic and lies in the same transaction as the message, behind a locked row: many messages at the same
moment cannot pass together. A day is one of the company's time zone. Runs in the caller's scope and transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from billing.errors import VisitorBudgetExhausted
from billing.models import VisitorHold, VisitorSpend
from billing.prices import TokenCounts, cost_of
from billing.usage import UsageFact, turn_cost
from tenants.context import require_tenant_id, tenant_scope
from tenants.selectors import get_tenant

TYPICAL = TokenCounts(input=8_000, output=1_000)  # a turn that reads and writes much
VISITORS_PER_ADDRESS = 10  # an office or a family shares an address: it may spend as much as so many visitors
KEPT = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class VisitorBudget:
    """For a visitor and a day; None is no limit. Micros as everywhere: a millionth of the currency's unit."""

    tokens: int | None
    micros: int | None

    @property
    def is_unlimited(self) -> bool:
        return self.tokens is None and self.micros is None

    def times(self, count: int) -> "VisitorBudget":
        return VisitorBudget(*(None if each is None else each * count for each in (self.tokens, self.micros)))


NO_BUDGET = VisitorBudget(None, None)


@dataclass(frozen=True, slots=True)
class Spender:
    """Who asks: a contact, and for an anonymous one also the address it comes from, as a keyed hash."""

    contact_id: UUID
    budget: VisitorBudget
    address: str = ""


def hold_budget(*, turn_id: UUID, spender: Spender, model: str) -> None:
    """Keep a turn's cost aside. Raises VisitorBudgetExhausted when the visitor, or its address, has none left."""
    budget = spender.budget
    if budget.is_unlimited:
        return
    now = timezone.now().astimezone(ZoneInfo(get_tenant(require_tenant_id()).time_zone))
    tokens, micros = TYPICAL.input + TYPICAL.output, cost_of(model, TYPICAL).micros
    subjects = [(contact_subject(spender.contact_id), budget)]
    if spender.address:
        subjects.append((f"address:{spender.address}", budget.times(VISITORS_PER_ADDRESS)))
    for subject, limit in subjects:
        row = _locked(now.date(), subject)
        if _is_over(row.tokens + row.held_tokens, tokens, limit.tokens) or _is_over(
            row.micros + row.held_micros, micros, limit.micros
        ):
            raise VisitorBudgetExhausted(
                "This visitor has asked as much as it may in a day. It can go on tomorrow.",
                retry_after_seconds=_until_midnight(now),
            )
        VisitorSpend.objects.filter(id=row.id).update(
            held_tokens=F("held_tokens") + tokens, held_micros=F("held_micros") + micros
        )
    names = [subject for subject, _ in subjects]
    VisitorHold.objects.create(turn_id=turn_id, day=now.date(), subjects=names, tokens=tokens, micros=micros)


def settle_budget(*, tenant_id: UUID, turn_id: UUID, facts: Sequence[UsageFact]) -> None:
    """Put what the turn really used in the place of what was held. Told again, it changes nothing."""
    tokens = sum(sum(fact.tokens.by_meter().values()) for fact in facts)
    _end_hold(tenant_id, turn_id, tokens=tokens, micros=turn_cost(facts), is_final=True)


def release_budget(*, tenant_id: UUID, turn_id: UUID) -> None:
    """The turn ended without an answer: nothing is kept aside for it, unless someone has it tried again."""
    _end_hold(tenant_id, turn_id, tokens=0, micros=0, is_final=False)


def prune_visitor_spend(*, tenant_id: UUID) -> int:
    """Forget days that count no more. Returns how many rows."""
    before = timezone.now().date() - KEPT
    with tenant_scope(tenant_id):
        rows = (VisitorHold.objects.filter(day__lt=before), VisitorSpend.objects.filter(day__lt=before))
        return sum(each.delete()[0] for each in rows)


def contact_subject(contact_id: UUID) -> str:
    return f"contact:{contact_id.hex}"


def _locked(day: date, subject: str) -> VisitorSpend:
    row, is_new = VisitorSpend.objects.get_or_create(day=day, subject=subject)
    return VisitorSpend.objects.select_for_update().get(id=row.id) if not is_new else row


def _is_over(spent: int, wanted: int, limit: int | None) -> bool:
    """Whoever has spent nothing yet may ask once, however small the budget is, unless it is nothing."""
    return limit is not None and (spent + wanted > limit if spent else limit <= 0)


def _until_midnight(now: datetime) -> int:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
    return max(1, int((tomorrow - now).total_seconds()))


def _end_hold(tenant_id: UUID, turn_id: UUID, *, tokens: int, micros: int, is_final: bool) -> None:
    with tenant_scope(tenant_id), transaction.atomic():
        hold = VisitorHold.objects.select_for_update().filter(turn_id=turn_id, settled_at=None).first()
        if hold is None:
            return
        VisitorSpend.objects.filter(day=hold.day, subject__in=hold.subjects).update(
            tokens=F("tokens") + tokens,
            micros=F("micros") + micros,
            held_tokens=F("held_tokens") - hold.tokens,
            held_micros=F("held_micros") - hold.micros,
        )
        hold.tokens = hold.micros = 0
        hold.settled_at = timezone.now() if is_final else None
        hold.save(update_fields=["tokens", "micros", "settled_at"])

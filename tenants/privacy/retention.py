"""Keeping things for as long as their company decided: what is older is removed every night, some hundred at a time.

What is removed is said by the floors that have it (`declare_retention`); how long, by the company's settings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from rapport import logs
from tenants.actors import SYSTEM
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.selectors import get_tenant, list_tenant_ids

MOST_BATCHES = 200  # of one company and kind in one night: the others have their turn, the rest goes the next night

RemoveSome = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """`remove_some` removes up to some hundred things that were last touched before a time, in the open scope and in a
    transaction of its own, and returns how many; 0 when none is left."""

    period: str  # the name of a field of `tenants.retention.Retention`
    remove_some: RemoveSome


_rules: list[Rule] = []

log = logs.get_logger(__name__)


def declare_retention(period: str, remove_some: RemoveSome) -> None:
    """Several rules may have one period."""
    _rules.append(Rule(period, remove_some))


def enforce_retention() -> dict[str, int]:
    """For every company; returns what was removed, by period."""
    total: dict[str, int] = {}
    for tenant_id in list_tenant_ids():
        for period, count in enforce_for(tenant_id).items():
            total[period] = total.get(period, 0) + count
    return total


def enforce_for(tenant_id: UUID) -> dict[str, int]:
    """For one company, with a row in its audit log when something went."""
    periods, now = get_tenant(tenant_id).retention.stored(), timezone.now()
    removed: dict[str, int] = {}
    for rule in _rules:
        if (days := periods[rule.period]) is not None:
            count = _apply(tenant_id, rule, now - timedelta(days=days))
            removed[rule.period] = removed.get(rule.period, 0) + count
    removed = {period: count for period, count in removed.items() if count}
    if removed:
        with tenant_scope(tenant_id):
            record_audit(actor=SYSTEM, action="retention.enforced", details=removed)
    return removed


def _apply(tenant_id: UUID, rule: Rule, before: datetime) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        with tenant_scope(tenant_id):
            count = rule.remove_some(before)
        total += count
        if not count:
            break
    return total

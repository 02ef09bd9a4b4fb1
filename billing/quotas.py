"""How much of a meter may be used in a period: what the plan includes, and where the company wants to be stopped.

At 80 % a quota is near, at 100 % it is used up: both are told once, by mail and by webhook, and stop nothing. It is
hard where the company has said so, or where its plan includes a quantity and has no price for more. Quotas count
pieces; money is held by budgets alone (`billing.budgets`). Answers that are under way are not counted yet: of several
at once all may pass the last one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_noop

from billing.errors import InvalidLimit, QuotaExhausted
from billing.models import Meter, QuotaNotice, UsageLimit, UsageRecord, UsageRollup
from billing.parts import Part, fold
from billing.periods import Period, current_period
from billing.plans import Plan
from billing.rollups import HOUR, seam_of
from billing.stripe.accounts import require_paid
from billing.stripe.door import is_on
from billing.terms import load_terms
from rapport.config import get_config
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.mail import Mail, readers_with, send_each, written_day
from tenants.models import Tenant
from tenants.permissions import Permission

WARN, SOFT, HARD = "warn", "soft", "hard"
NEAR = 80  # percent
MOST = 2**53
# What can be refused before it begins; the rest is a part of something that has begun.
STORED = (Meter.STORED_CHUNKS, Meter.STORED_BYTES)
CALLS = (Meter.CALL_MINUTES, Meter.HEARD_SECONDS, Meter.SPOKEN_CHARACTERS)
STOPPABLE = (Meter.MESSAGES, Meter.TOOL_CALLS, *STORED, *CALLS)


@dataclass(frozen=True, slots=True)
class Quota:
    """`included`: by the plan, None for no quota. `stop`: at how much nothing more is taken, None for never."""

    meter: Meter
    used: int
    included: int | None
    limit: int | None
    stop: int | None
    forecast: int  # by the period's end, if it goes on like this

    @property
    def whole(self) -> int | None:
        """What 100 % are: the smaller of the two."""
        known = [each for each in (self.included, self.stop) if each is not None]
        return min(known) if known else None

    @property
    def percent(self) -> float | None:
        if self.whole is None:
            return None
        return 100.0 * self.used / self.whole if self.whole else 100.0

    @property
    def level(self) -> str:
        """ "" below 80 % and without a quota."""
        if self.stop is not None and self.used >= self.stop:
            return HARD
        percent = self.percent
        if percent is None or percent < NEAR:
            return ""
        return SOFT if percent >= 100 else WARN


def list_quotas(*, tenant_id: UUID, parts: Sequence[Part] | None = None) -> list[Quota]:
    """Of every meter that is counted by the piece, in the running period. `parts`: its `running_parts`, where they are
    at hand."""
    with tenant_scope(tenant_id):
        period = current_period()
        return _quotas(period, period.parts() if parts is None else parts)


def set_usage_limit(*, tenant_id: UUID, meter: str, quantity: int | None, actor: Actor) -> None:
    """Where the company wants to be stopped in a period; None: nowhere. Raises InvalidLimit."""
    if meter not in STOPPABLE:
        raise InvalidLimit(f"What can be stopped is {', '.join(STOPPABLE)}.", param="meter")
    if quantity is not None and not 0 <= quantity <= MOST:
        raise InvalidLimit("A limit is a whole number from 0 up.", param="quantity")
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        before = UsageLimit.objects.filter(meter=meter).values_list("quantity", flat=True).first()
        if quantity is None:
            UsageLimit.objects.filter(meter=meter).delete()
        else:
            UsageLimit.objects.update_or_create(meter=meter, defaults={"quantity": quantity})
        record_audit(
            actor=actor,
            action="usage_limit.changed",
            subject=encode(Prefix.TENANT, tenant_id),
            details={"meter": meter},
            before={"quantity": before},
            after={"quantity": quantity},
        )


def require_quota(*meters: Meter) -> None:
    """In the open scope, before anything new is begun that is counted by these meters, or by none: the one door. What
    has begun goes on. Raises QuotaExhausted, PaymentOverdue."""
    require_paid()
    for meter, left in _left(meters).items():
        if left is not None and left <= 0:
            raise used_up(meter)


def quota_left(meter: Meter) -> int | None:
    """In the open scope: how many more may be begun, None for as many as one likes. For what counts its own on; the
    rest asks `require_quota`."""
    return _left((meter,))[meter]


def used_up(meter: Meter) -> QuotaExhausted:
    return QuotaExhausted(
        f"The company has used up its {meter.label.lower()} of this month. "
        "Its owner can change the plan or the limit, under Billing."
    )


def _left(meters: Sequence[Meter]) -> dict[Meter, int | None]:
    if not meters:
        return {}
    limits = dict(UsageLimit.objects.filter(meter__in=meters).values_list("meter", "quantity"))
    plan = load_terms().at(timezone.now()).plan
    stops = {meter: _stop(plan, meter, limits.get(meter)) for meter in meters}
    return {meter: None if stop is None else stop - _count(meter, current_period()) for meter, stop in stops.items()}


def check_quota(*meters: Meter, tenant_id: UUID) -> None:
    """`require_quota`, where no scope is open."""
    if not meters and not is_on():
        return  # nobody bills: nothing can be unpaid
    with tenant_scope(tenant_id):
        require_quota(*meters)


def tell_quotas(*, tenant_id: UUID) -> int:
    """Tell of everything that was reached and not told of yet. Returns how much that was."""
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update(no_key=True).get(id=tenant_id)
        period = current_period()
        new = [(quota, level) for quota in _quotas(period, period.parts()) for level in _reached(quota)]
        told = set(QuotaNotice.objects.filter(period_starts_at=period.starts_at).values_list("meter", "level"))
        new = [each for each in new if (each[0].meter.value, each[1]) not in told]
        for quota, level in new:
            QuotaNotice.objects.create(period_starts_at=period.starts_at, meter=quota.meter, level=level)
            details = {"meter": quota.meter.value, "level": level, "used": quota.used, "quota": quota.whole}
            record_audit(
                actor=SYSTEM, action="quota.reached", subject=encode(Prefix.TENANT, tenant_id), details=details
            )
        readers = readers_with(Permission.USAGE_WRITE, tenant_id) if new else []
        for quota, level in new:
            write = partial(_write, quota, level, period.ends_at)
            transaction.on_commit(partial(send_each, readers, write, fail_silently=False))
        return len(new)


def _quotas(period: Period, parts: Iterable[Part]) -> list[Quota]:
    plan = load_terms().at(timezone.now()).plan
    limits = dict(UsageLimit.objects.values_list("meter", "quantity"))
    sums = {meter: each.quantity for meter, each in fold(parts, lambda part: part.meter).items()}
    counted = [each for each in Meter if not each.endswith("_tokens")]
    return [_quota(each, sums.get(each.value, 0), plan, limits.get(each.value), period) for each in counted]


def _quota(meter: Meter, used: int, plan: Plan, limit: int | None, period: Period) -> Quota:
    return Quota(meter, used, plan.included.get(meter), limit, _stop(plan, meter, limit), _forecast(used, period))


def _forecast(used: int, period: Period) -> int:
    """In proportion to the time that has passed, a day at least."""
    whole = int((period.ends_at - period.starts_at).total_seconds())
    passed = min(whole, max(86_400, int((timezone.now() - period.starts_at).total_seconds())))
    return max(used, used * whole // passed)


def _stop(plan: Plan, meter: Meter, limit: int | None) -> int | None:
    if meter not in STOPPABLE:
        return None
    included = plan.included.get(meter)
    ends = included if included is not None and meter not in plan.rates else None
    known = [each for each in (limit, ends) if each is not None]
    return min(known) if known else None


def _count(meter: Meter, period: Period) -> int:
    """By the hours that are rolled up, and the rows since then: a message must not wait for a month's rows."""
    last = UsageRollup.objects.aggregate(at=Max("rolled_at"))["at"]
    seam = max(period.starts_at, seam_of(last)) if last else period.starts_at
    hours = UsageRollup.objects.filter(grain=HOUR, starts_at__gte=period.starts_at, starts_at__lt=seam, meter=meter)
    rows = UsageRecord.objects.filter(meter=meter, occurred_at__gte=seam, occurred_at__lt=period.ends_at)
    return sum(int(each.aggregate(sum=Sum("quantity", default=0))["sum"]) for each in (hours, rows))


def _reached(quota: Quota) -> Iterable[str]:
    """Whoever is at 100 % was at 80 %: that is not told any more."""
    return [quota.level] if quota.level else []


_SUBJECTS = {
    WARN: gettext_noop("{meter}: {percent} % are used"),
    SOFT: gettext_noop("{meter}: all that is included is used"),
    HARD: gettext_noop("Stopped: {meter} are used up"),
}
_GOES_ON = gettext_noop("Nothing is stopped. What is beyond the included quantity is charged as your plan says.")
_STOPS = gettext_noop("Further ones are refused until the period ends, or until the limit or the plan is changed.")
_THEN = {WARN: _GOES_ON, SOFT: _GOES_ON, HARD: _STOPS}
_USED = gettext_noop("{meter}: {used} of {whole} are used in the period that ends on {day}.")


def _write(quota: Quota, level: str, ends_at: datetime) -> Mail:
    meter = gettext(str(quota.meter.label))
    used, whole = (number_format(each, force_grouping=True) for each in (quota.used, quota.whole or 0))
    said = gettext(_USED).format(meter=meter, used=used, whole=whole, day=written_day(ends_at))
    subject = gettext(_SUBJECTS[level]).format(meter=meter, percent=int(quota.percent or 0))
    return Mail(subject, f"{said}\n\n{gettext(_THEN[level])}\n\n{get_config().public_url}/billing/\n")

"""What one conversation's costs are made of: the ledger's rows by step and by what was paid for."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from billing.models import Meter, UsageRecord
from billing.prices import UNPRICED
from billing.rating import TOKENS
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class CostComponent:
    """`what`: a model, or whose line. `minutes` for telephone lines, `tokens` for models. `is_priced` False: nobody has
    said what some of it costs."""

    step: str
    what: str
    tokens: int
    minutes: int
    cost_micros: int
    currency: str
    is_priced: bool


def cost_components(*, tenant_id: UUID, conversation_id: UUID) -> list[CostComponent]:
    """Dearest first."""
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.filter(conversation_id=conversation_id, meter__in=[*TOKENS, Meter.CALL_MINUTES])
        sums = list(
            rows.values("step", "model", "meter", "currency", "price_version").annotate(
                total=Sum("quantity"), cost=Sum("cost_micros")
            )
        )
    found: dict[tuple[str, str], CostComponent] = {}
    for row in sums:
        known = found.get((row["step"], row["model"]))
        is_call = row["meter"] == Meter.CALL_MINUTES
        found[row["step"], row["model"]] = CostComponent(
            row["step"],
            row["model"],
            (known.tokens if known else 0) + (0 if is_call else row["total"]),
            (known.minutes if known else 0) + (row["total"] if is_call else 0),
            (known.cost_micros if known else 0) + row["cost"],
            row["currency"],
            (known is None or known.is_priced) and (row["cost"] > 0 if is_call else row["price_version"] != UNPRICED),
        )
    return sorted(found.values(), key=lambda each: (-each.cost_micros, each.step, each.what))

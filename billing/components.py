"""What one conversation's costs are made of: the ledger's rows by step and by what was paid for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from billing.models import Meter, UsageRecord
from billing.prices import UNPRICED
from billing.rating import TOKENS
from tenants.context import tenant_scope

_OF_CALLS = {
    Meter.CALL_MINUTES.value: "minutes",
    Meter.HEARD_SECONDS.value: "seconds",
    Meter.SPOKEN_CHARACTERS.value: "characters",
}


@dataclass(frozen=True, slots=True)
class CostComponent:
    """`what`: a model, or whose line. `minutes` for telephone lines, `seconds` for who listened to them, `characters`
    for who spoke, `tokens` for models. `is_priced` False: nobody has said what some of it costs."""

    step: str
    what: str
    tokens: int = 0
    minutes: int = 0
    seconds: int = 0
    characters: int = 0
    cost_micros: int = 0
    currency: str = "USD"
    is_priced: bool = True


def cost_components(*, tenant_id: UUID, conversation_id: UUID) -> list[CostComponent]:
    """Dearest first."""
    with tenant_scope(tenant_id):
        rows = UsageRecord.objects.filter(conversation_id=conversation_id, meter__in=[*TOKENS, *_OF_CALLS])
        sums = list(
            rows.values("step", "model", "meter", "currency", "price_version").annotate(
                total=Sum("quantity"), cost=Sum("cost_micros")
            )
        )
    found: dict[tuple[str, str], CostComponent] = {}
    for row in sums:
        known = found.get((row["step"], row["model"]), CostComponent(row["step"], row["model"]))
        counted = _OF_CALLS.get(row["meter"], "tokens")
        is_priced = row["price_version"] != UNPRICED if counted == "tokens" else row["cost"] > 0
        found[row["step"], row["model"]] = replace(
            known,
            **{counted: getattr(known, counted) + row["total"]},
            cost_micros=known.cost_micros + row["cost"],
            currency=row["currency"],
            is_priced=known.is_priced and is_priced,
        )
    return sorted(found.values(), key=lambda each: (-each.cost_micros, each.step, each.what))


def cost_of_conversations(ids: Iterable[UUID] | QuerySet[Any, Any]) -> tuple[int, str]:
    """Micro-units of all of them together, and the currency; in the open scope. `ids`: a query of them is asked within
    this one."""
    rows = UsageRecord.objects.filter(conversation_id__in=ids)
    sums = rows.values("currency").annotate(cost=Sum("cost_micros")).order_by("-cost").first()
    return (int(sums["cost"]), str(sums["currency"])) if sums else (0, "USD")

"""What a company says that tokens cost it: its own rows go before every other price, class by class, from a moment on.

A row is never changed. A newer one takes its place, or one is withdrawn; what was reckoned stays as it was, because the
ledger keeps each cost with the version of its price.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.errors import InvalidPrice, PriceNotFound
from billing.models import Meter, PriceOverride
from billing.price import Price
from billing.prices import UNPRICED, Cost, TokenCounts, cost_at, find_price
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant

MOST_PRICES = 500  # of a company
MOST_MICROS = 10**12  # for a million tokens: a whole unit of the currency for each
LONGEST_MODEL = 120
METERS: tuple[Meter, ...] = (
    *(each for each in Meter if each.endswith("_tokens")),
    *(Meter.CALL_MINUTES, Meter.HEARD_SECONDS, Meter.SPOKEN_CHARACTERS),
)


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """`micros_per_million`: millionths of the currency's unit for a million tokens of this class."""

    id: UUID
    model: str
    meter: str
    micros_per_million: int
    starts_at: datetime
    created_at: datetime

    @property
    def meter_label(self) -> str:
        return Meter(self.meter).label


@dataclass(frozen=True, slots=True)
class CompanyPrices:
    """Prices as they are for one company now. Without rows they are everybody's. Pure: it can be kept for a turn."""

    rows: tuple[OwnPrice, ...] = ()

    def price_of(self, model: str, *, provider: str = "", reading: int = 0) -> Price | None:
        """None when neither the company nor anybody else has priced the model."""
        base, own = find_price(model, provider=provider, reading=reading), self._own(model)
        if not own:
            return base
        rates = {**(base.per_million if base else {}), **own}
        return Price(model, _version(base.version if base else "", rates), base.currency if base else "USD", rates)

    def cost_of(self, model: str, tokens: TokenCounts, *, provider: str = "") -> Cost:
        price = self.price_of(model, provider=provider, reading=tokens.total_input)
        return Cost(0, "USD", UNPRICED) if price is None else cost_at(price, tokens)

    def _own(self, model: str) -> dict[Meter, int]:
        """Of each class the newest row for this model, or for the one of which this is a dated version."""
        found: dict[Meter, int] = {}
        for row in sorted(self.rows, key=lambda each: (len(each.model), each.starts_at)):
            if model == row.model or model.startswith(f"{row.model}-2"):
                found[Meter(row.meter)] = row.micros_per_million
        return found


def company_prices(*, at: datetime | None = None) -> CompanyPrices:
    """Of the open scope's company, at that moment or now."""
    rows = PriceOverride.objects.filter(starts_at__lte=at or timezone.now()).order_by("starts_at", "id")
    return CompanyPrices(tuple(_view(row) for row in rows))


def list_own_prices(*, tenant_id: UUID) -> list[OwnPrice]:
    """All of them, also those that have not begun and those that newer ones have replaced; by model, newest first."""
    with tenant_scope(tenant_id):
        return [_view(row) for row in PriceOverride.objects.order_by("model", "meter", "-starts_at", "-id")]


def get_own_price(*, tenant_id: UUID, price_id: UUID) -> OwnPrice:
    """Raises PriceNotFound."""
    with tenant_scope(tenant_id):
        row = PriceOverride.objects.filter(id=price_id).first()
        if row is None:
            raise _no_such_price()
        return _view(row)


def set_own_price(
    *, tenant_id: UUID, model: str, meter: str, micros_per_million: int, actor: Actor, starts_at: datetime | None = None
) -> UUID:
    """From `starts_at` on, which is not in the past, or from now. Raises InvalidPrice with the field's name."""
    now = timezone.now()
    begins = _checked_start(starts_at, now)
    model, meter = _checked_model(model), _checked_meter(meter)
    if not 0 <= micros_per_million <= MOST_MICROS:
        raise InvalidPrice(
            f"A price is a whole number from 0 to {MOST_MICROS:,} micro-units.", param="micros_per_million"
        )
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two that come at once the second sees the first
        if PriceOverride.objects.count() >= MOST_PRICES:
            raise InvalidPrice(f"There are {MOST_PRICES} prices already. Remove some that are not used.")
        if PriceOverride.objects.filter(model=model, meter=meter, starts_at=begins).exists():
            raise InvalidPrice(
                "There is a price for this from the same moment on. Remove that first.", param="starts_at"
            )
        row = PriceOverride.objects.create(
            model=model, meter=meter, micros_per_million=micros_per_million, starts_at=begins
        )
        _record(actor, "price.set", row.id, after=_facts(row))
    return row.id


def remove_own_price(*, tenant_id: UUID, price_id: UUID, actor: Actor) -> None:
    """What was reckoned by it stays. Raises PriceNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = PriceOverride.objects.select_for_update().filter(id=price_id).first()
        if row is None:
            raise _no_such_price()
        before = _facts(row)
        row.delete()
        _record(actor, "price.removed", price_id, before=before)


def _no_such_price() -> PriceNotFound:
    return PriceNotFound("There is no such price; it may have been removed.")


def _view(row: PriceOverride) -> OwnPrice:
    return OwnPrice(row.id, row.model, row.meter, row.micros_per_million, row.starts_at, row.created_at)


def _version(base: str, rates: Mapping[Meter, int]) -> str:
    """Another one for each set of rates."""
    told = ",".join(f"{meter}={rate}" for meter, rate in sorted(rates.items()))
    return f"own-{hashlib.sha256(f'{base}:{told}'.encode()).hexdigest()[:12]}"


def _checked_start(starts_at: datetime | None, now: datetime) -> datetime:
    if starts_at is None:
        return now
    if starts_at.tzinfo is None or starts_at < now.replace(hour=0, minute=0, second=0, microsecond=0):
        raise InvalidPrice(
            "A price begins now or later: what was reckoned before is not reckoned anew.", param="starts_at"
        )
    return starts_at


def _checked_model(model: str) -> str:
    model = model.strip()
    if not 0 < len(model) <= LONGEST_MODEL or not model.isprintable() or " " in model:
        raise InvalidPrice("Name the model as the ledger has it, without blanks.", param="model")
    return model


def _checked_meter(meter: str) -> str:
    if meter not in METERS:
        raise InvalidPrice("Choose the class of tokens from the list.", param="meter")
    return meter


def _facts(row: PriceOverride) -> dict[str, object]:
    return {
        "model": row.model,
        "meter": row.meter,
        "micros_per_million": row.micros_per_million,
        "starts_at": row.starts_at.isoformat(),
    }


def _record(
    actor: Actor,
    action: str,
    price_id: UUID,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record_audit(actor=actor, action=action, subject=encode(Prefix.PRICE, price_id), before=before, after=after)

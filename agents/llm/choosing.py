"""Which models may answer a call of an agent, in order: what the operator has set, and the agent's routing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from agents.configuration.sections.models import Models
from agents.llm.catalogue import BUILTIN, Feature, ModelEntry
from agents.llm.gateway import Attempt, Choice
from agents.llm.reach import Reach, client_of
from agents.llm.registry import get_platform_reaches
from agents.llm.routing import AUTO, Offer, Task, Wanted, route
from agents.selectors.providers import tenant_reaches
from billing.own_prices import CompanyPrices, company_prices
from billing.prices import UNPRICED, TokenCounts
from tenants.context import tenant_scope

TYPICAL = TokenCounts(input=4_000, output=400)
STICKY_SECONDS = 600
COMPATIBLE = "openai_compatible"


def choose_models(
    *,
    tenant_id: UUID,
    models: Models,
    task: Task = "answer",
    features: frozenset[Feature] = frozenset(),
    conversation_id: UUID | None = None,
) -> list[Choice]:
    """Best first; empty when none that can be reached can do it."""
    reaches = (*tenant_reaches(tenant_id), *get_platform_reaches())
    chain: Sequence[str] = getattr(models, task)
    wanted = _wanted(models, features)
    is_priced = AUTO in chain or wanted.most_micros is not None
    prices = _prices(tenant_id) if is_priced else CompanyPrices()
    offers = [
        (Offer(entry, _cost(entry, prices) if is_priced else None, is_platform=is_first), reach)
        for reach, entry, is_first in _offered(reaches, chain)
    ]
    preferred = _preferred(tenant_id, conversation_id) if conversation_id and len(offers) > 1 and chain != ("",) else ""
    routed = route(chain, [offer for offer, _ in offers], wanted, preferred=preferred)
    by_entry = {(offer.entry.provider, offer.entry.name): reach for offer, reach in reversed(offers)}
    return [choice_of(by_entry[each.entry.provider, each.entry.name], each.entry) for each in routed]


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model that a company's agents can name. `micros` of a typical answer; None when nobody knows."""

    name: str
    provider: str
    is_own: bool  # by the company's own key
    is_default: bool  # who names none gets it
    capability: str
    window: int
    regions: tuple[str, ...]
    latency_ms: int
    micros: int | None


def list_models(*, tenant_id: UUID) -> list[ModelOffer]:
    """What can be named, the company's own first."""
    reaches = (*tenant_reaches(tenant_id), *get_platform_reaches())
    prices = _prices(tenant_id)
    found: dict[str, ModelOffer] = {}
    for reach, entry, is_default in _offered(reaches, ()):
        offer = ModelOffer(
            entry.name,
            reach.provider,
            bool(reach.owner),
            is_default,
            entry.capability,
            entry.window,
            tuple(sorted(entry.regions)),
            entry.latency_ms,
            _cost(entry, prices),
        )
        found.setdefault(entry.name, offer)
    return list(found.values())


def _wanted(models: Models, features: frozenset[Feature]) -> Wanted:
    limits = models.routing
    return Wanted(features, limits.capability, limits.region, limits.most_latency_ms, limits.most_cost_micros)


def _offered(reaches: Sequence[Reach], chain: Sequence[str]) -> list[tuple[Reach, ModelEntry, bool]]:
    """A company's own key goes before the operator's for the same provider. A name that nobody lists is the operator's
    server's to know."""
    own = {reach.provider for reach in reaches if reach.owner} - {COMPATIBLE}  # each of those is another server
    usable = [reach for reach in reaches if reach.owner or reach.provider not in own]
    first = next(reach for reach in reaches if not reach.owner)
    found = [
        (reach, entry, reach is first and place == 0) for reach in usable for place, entry in enumerate(reach.entries())
    ]
    if first not in usable:
        found.append((first, first.entries()[0], True))
    names = {entry.name for _, entry, _ in found}
    return [*found, *_unlisted(first, [name for name in chain if name not in names | {"", AUTO}])]


def _unlisted(first: Reach, chain: Sequence[str]) -> Iterator[tuple[Reach, ModelEntry, bool]]:
    """The built-in model is always there; any other name may be known to the operator's server."""
    for name in chain:
        if name.startswith(BUILTIN):
            yield Reach(BUILTIN), Reach(BUILTIN).entry(name), False
        elif first.provider == "openai_compatible":
            yield first, first.entry(name), False


def _prices(tenant_id: UUID) -> CompanyPrices:
    with tenant_scope(tenant_id):
        return company_prices()


def _cost(entry: ModelEntry, prices: CompanyPrices) -> int | None:
    cost = prices.cost_of(entry.name, TYPICAL, provider=entry.provider)
    return None if cost.version == UNPRICED else cost.micros


def choice_of(reach: Reach, entry: ModelEntry) -> Choice:
    model = client_of(reach, entry)
    is_builtin = not reach.base_url
    name = model.name if entry.name == BUILTIN else entry.name
    return Choice(
        model,
        name,
        reach.provider,
        reach.breaker(entry.name),
        entry.window,
        can_continue=not is_builtin,
        is_own=bool(reach.owner),
    )


def remember_answering(*, tenant_id: UUID, conversation_id: UUID, attempt: Attempt, choices: Sequence[Choice]) -> None:
    """Who answered when the first one could not goes first the next time, for a while."""
    if len(choices) > 1 and attempt.choice is not choices[0]:
        cache.set(_key(tenant_id, conversation_id), attempt.choice.name, STICKY_SECONDS)


def _preferred(tenant_id: UUID, conversation_id: UUID) -> str:
    return cache.get(_key(tenant_id, conversation_id)) or ""


def _key(tenant_id: UUID, conversation_id: UUID) -> str:
    return f"llm:{tenant_id.hex}:{conversation_id.hex}"

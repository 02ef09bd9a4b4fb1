"""Looking a question up: the same question first, then questions like it. It reads and decides; it writes nothing.

Whether what was found is given depends on the agent's configuration and on what was proved so far.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from agents.cache.deciding import choose_phrasing, load_rule
from agents.cache.evidence import CHECKED_SHARE, basis_of, read_evidence
from agents.cache.keys import Setting, key_of, partition_of
from agents.cache.shelves import Shelf, current_shelf
from agents.cache.voting import Floats, vote
from agents.cache.words import word_vector
from agents.configuration.sections.cache import Cache
from agents.models import CachedAnswer
from agents.models.cache import Found
from agents.selectors.conversations import CitationView
from billing.own_prices import company_prices
from billing.usage import read_facts
from tenants.context import tenant_scope

KEPT = timedelta(days=30)
COMPARED = 8  # nearest answers that a new one is compared with, so that ways of asking for the same come together
LOOKING = "embed_cache"  # the step under which a question's embedding for the cache is counted


class Embedded(NamedTuple):
    """A question's unit vector, by which model, and of how many tokens."""

    vector: Floats
    model: str
    tokens: int


Embed = Callable[[UUID, str], Embedded | None]
"""(tenant, question) → its vector; None when it cannot be had now."""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """`id`: the row; `turn_id`: the turn that made it; `saved_micros`: what making it again would cost today."""

    turn_id: UUID
    text: str
    citations: tuple[CitationView, ...]
    grounding: float | None
    id: UUID | None = None
    answer_id: UUID | None = None
    saved_micros: int = 0
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was found. `known` may be given when `is_served`; else the model's answer is compared with it.

    `nearest`: rows whose answers may be the one that is coming. `embedded` None: only the key was looked up.
    """

    agent_id: UUID
    question: str
    partition: str
    key: str
    found: str = Found.NOTHING
    known: KnownAnswer | None = None
    is_served: bool = False
    confidence: float | None = None
    basis: str = ""
    embedded: Embedded | None = None
    nearest: tuple[UUID, ...] = ()


def look_up(
    *, tenant_id: UUID, turn_id: UUID, setting: Setting, question: str, wanted: Cache, embed: Embed | None
) -> LookedUp:
    """No transaction is open while the question is embedded."""
    with tenant_scope(tenant_id):
        partition = partition_of(setting, tenant_id=tenant_id)
        looked = LookedUp(setting.agent_id, question, partition, key_of(partition, question))
        exact = find_exact(tenant_id=tenant_id, key=looked.key)
    if exact:
        return replace(looked, found=Found.EXACT, known=exact, is_served=True)
    embedded = embed(tenant_id, question) if embed else None
    if embedded is None:
        return looked
    looked = replace(looked, embedded=embedded, basis=basis_of(embedded.model))
    return _look_for_like(looked, tenant_id=tenant_id, turn_id=turn_id, wanted=wanted)


def find_exact(*, tenant_id: UUID, key: str) -> KnownAnswer | None:
    with tenant_scope(tenant_id):
        row = CachedAnswer.objects.filter(key=key, created_at__gt=timezone.now() - KEPT).first()
        return _known(row) if row else None


def _look_for_like(looked: LookedUp, *, tenant_id: UUID, turn_id: UUID, wanted: Cache) -> LookedUp:
    assert looked.embedded
    with tenant_scope(tenant_id):
        shelf = current_shelf(tenant_id, looked.partition)
        found = vote(looked.embedded.vector, word_vector(looked.question), shelf.meanings, shelf.words, shelf.answers)
        if found is None:
            return looked
        rule = load_rule()
        confidence = rule.confidence(found.evidence)
        nearest = tuple(shelf.ids[place] for place in found.nearest[:COMPARED])
        looked = replace(looked, confidence=confidence, nearest=nearest)
        if confidence < rule.least:
            return looked
        rows = _rows_at(shelf, found.supporters)
        place = choose_phrasing(looked.question, found, {at: row.question for at, row in rows.items()})
        if place is None:
            return looked
        is_on = read_evidence(looked.agent_id, looked.basis).state(wanted) == "on"
        known = _known(rows[place])
    return replace(looked, found=Found.LIKE, known=known, is_served=is_on and not _is_checked(turn_id))


def _rows_at(shelf: Shelf, places: tuple[int, ...]) -> dict[int, CachedAnswer]:
    by_id = {shelf.ids[place]: place for place in places}
    rows = CachedAnswer.objects.filter(id__in=list(by_id), created_at__gt=timezone.now() - KEPT)
    return {by_id[row.id]: row for row in rows.defer("meaning", "words")}


def _is_checked(turn_id: UUID) -> bool:
    """A fixed share of turns, the same ones when a turn is tried again."""
    drawn = int.from_bytes(hashlib.sha256(turn_id.bytes).digest()[:4], "big") / 2**32
    return drawn < CHECKED_SHARE


def _known(row: CachedAnswer) -> KnownAnswer:
    """In the open scope."""
    citations = tuple(CitationView.from_stored(each) for each in row.citations)
    prices = company_prices()
    costs = [prices.cost_of(fact.model, fact.tokens) for fact in read_facts(row.usage)]
    return KnownAnswer(
        row.turn_id,
        row.text,
        citations,
        row.grounding,
        id=row.id,
        answer_id=row.answer_id,
        saved_micros=sum(cost.micros for cost in costs),
        currency=costs[0].currency if costs else "USD",
    )

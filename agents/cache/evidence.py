"""How often answers to like questions were false, by agent: what was checked, and whether that is enough to give them.

An answer is false when the model's own, made for the same question, says something else, or when a person says that it
was wrong. The interval is Wilson's, at 95 %.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from agents.cache.deciding import load_rule
from agents.configuration.sections.cache import Cache
from agents.experiments.intervals import wilson
from agents.models import CacheEvidence

REMEMBERED = 2_000  # past so many checks both numbers are halved: what is long ago weighs less
CHECKED_SHARE = 0.05  # of like questions that would be answered, those that the model answers as well

State = Literal["off", "shadow", "proving", "on"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`lower`, `upper`: bounds of the share of false answers."""

    checked: int = 0
    false_hits: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.false_hits, self.checked)

    @property
    def rate(self) -> float | None:
        return self.false_hits / self.checked if self.checked else None

    def state(self, wanted: Cache) -> State:
        """ "proving": it is to be on, and what was checked is not enough yet, or too much of it was false."""
        if wanted.mode != "on":
            return wanted.mode
        return "on" if self.interval[1] < wanted.most_false_hits else "proving"


def basis_of(embedding_model: str) -> str:
    """Evidence belongs to a rule and an embedding model: another one begins anew."""
    return f"{load_rule().name}:{embedding_model}"[:80]


def read_evidence(agent_id: UUID, basis: str) -> Evidence:
    """In the open scope."""
    row = CacheEvidence.objects.filter(agent_id=agent_id, basis=basis).first()
    return Evidence(row.checked, row.false_hits) if row else Evidence()


@transaction.atomic
def note_check(agent_id: UUID, basis: str, *, is_false: bool, was_counted: bool = False) -> None:
    """In the open scope. `was_counted`: as right, before a person said that it was wrong."""
    CacheEvidence.objects.bulk_create([CacheEvidence(agent_id=agent_id, basis=basis)], ignore_conflicts=True)
    row = CacheEvidence.objects.select_for_update().get(agent_id=agent_id, basis=basis)
    if row.checked >= REMEMBERED:
        row.checked, row.false_hits = row.checked // 2, row.false_hits // 2
    row.checked += not was_counted
    row.false_hits += is_false
    row.save(update_fields=["checked", "false_hits"])


def latest_basis(agent_id: UUID) -> str:
    """In the open scope: that of the newest evidence, "" when there is none."""
    rows = CacheEvidence.objects.filter(agent_id=agent_id, basis__startswith=f"{load_rule().name}:")
    return rows.order_by(F("id").desc()).values_list("basis", flat=True).first() or ""

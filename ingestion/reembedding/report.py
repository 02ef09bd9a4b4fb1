"""How a tenant's embedding stands, for people: the model that answers, and a re-embedding under way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ingestion.models import EmbeddingState
from ingestion.reembedding.claim import is_running
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class EmbeddingView:
    """`kept`: other models whose collections still hold the tenant's passages. `seconds_left` is None while nobody can
    say."""

    model: str
    kept: tuple[str, ...]
    switched_at: datetime | None
    next_model: str
    is_running: bool
    done: int
    total: int
    per_second: float
    seconds_left: float | None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


def view_embedding(*, tenant_id: UUID) -> EmbeddingView | None:
    """None while the tenant has neither asked nor been told anything."""
    with tenant_scope(tenant_id):
        row = EmbeddingState.objects.first()
    if row is None:
        return None
    rate = _rate(row)
    return EmbeddingView(
        model=row.model,
        kept=tuple(sorted(set(row.held) - {row.model, row.next_model})),
        switched_at=row.switched_at,
        next_model=row.next_model,
        is_running=bool(row.next_model) and is_running(row),
        done=row.done,
        total=row.total,
        per_second=rate,
        seconds_left=(row.total - row.done) / rate if rate else None,
    )


def _rate(row: EmbeddingState) -> float:
    """Passages computed a second, in the present run; 0 while nothing was."""
    if row.started_at is None or row.progress_at is None:
        return 0.0
    seconds = (row.progress_at - row.started_at).total_seconds()
    return row.embedded / seconds if seconds > 0 else 0.0

"""Reads about what a language model read from calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.models import CallAnalysis
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class CallAnalysisView:
    """`values` by the names that the agent gave them when the call was read; None for what was not said."""

    values: Mapping[str, str | int | float | bool | None]
    is_success: bool | None
    reason: str
    model: str
    created_at: datetime


def analysis_of_call(*, tenant_id: UUID, call_id: UUID) -> CallAnalysisView | None:
    """None for a call from which nothing was read, or not yet."""
    with tenant_scope(tenant_id):
        row = CallAnalysis.objects.filter(call_id=call_id).first()
    return CallAnalysisView(row.values, row.is_success, row.reason, row.model, row.created_at) if row else None

"""Reads about where a company's traces go. Headers are told by their names only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.models import TraceExport
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class TraceExportView:
    """`state`: "off", "new" (nothing was sent yet), "healthy" or "failing"."""

    endpoint: str
    header_names: tuple[str, ...]
    content: tuple[str, ...]
    is_enabled: bool
    created_at: datetime | None
    last_tried_at: datetime | None
    last_error: str
    failing_since: datetime | None
    sent_spans: int

    @property
    def state(self) -> str:
        if not self.is_enabled:
            return "off"
        if self.last_error:
            return "failing"
        return "healthy" if self.sent_spans else "new"


NO_EXPORT = TraceExportView("", (), (), False, None, None, "", None, 0)


def find_trace_export(*, tenant_id: UUID) -> TraceExportView | None:
    """None where none is set up."""
    with tenant_scope(tenant_id):
        row = TraceExport.objects.first()
        return _view(row) if row else None


def _view(row: TraceExport) -> TraceExportView:
    return TraceExportView(
        row.endpoint,
        tuple(row.header_names),
        tuple(row.content),
        row.is_enabled,
        row.created_at,
        row.last_tried_at,
        row.last_error,
        row.failing_since,
        row.sent_spans,
    )

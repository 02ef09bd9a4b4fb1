"""Reads about what is remembered of a contact, and where it was said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.errors import FactNotFound
from agents.models import Episode, Fact
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class FactSourceView:
    """`message` is what was said, as it was said; characters `char_start` to `char_end` of it gave the fact."""

    message_id: UUID
    conversation_id: UUID
    message: str
    char_start: int
    char_end: int
    said_at: datetime | None

    @property
    def before(self) -> str:
        return self.message[: self.char_start]

    @property
    def quote(self) -> str:
        return self.message[self.char_start : self.char_end]

    @property
    def after(self) -> str:
        return self.message[self.char_end :]


@dataclass(frozen=True, slots=True)
class FactView:
    """`predicate`: "name", "email", "phone", "order", "place", "prefers", "avoids". Superseded facts are kept."""

    id: UUID
    contact_id: UUID
    predicate: str
    value: str
    confidence: float
    valid_from: datetime | None
    valid_to: datetime | None
    recorded_at: datetime
    superseded_at: datetime | None
    superseded_by: UUID | None
    sources: tuple[FactSourceView, ...]

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None


def get_fact(*, tenant_id: UUID, fact_id: UUID) -> FactView:
    """With its sources. Raises FactNotFound."""
    with tenant_scope(tenant_id):
        rows = list(Fact.objects.filter(id=fact_id).prefetch_related("sources"))
        if not rows:
            raise FactNotFound("There is no such memory.")
        return _fact_views(rows)[0]


def list_memories(
    *,
    tenant_id: UUID,
    limit: int = 50,
    before: UUID | None = None,
    contact_id: UUID | None = None,
    predicate: str = "",
    with_superseded: bool = False,
) -> list[FactView]:
    """Facts of all contacts, newest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Fact.objects.prefetch_related("sources").order_by("-id")
        rows = rows.filter(contact_id=contact_id) if contact_id else rows
        rows = rows.filter(predicate=predicate) if predicate else rows
        rows = rows if with_superseded else rows.filter(superseded_at=None)
        rows = rows.filter(id__lt=before) if before else rows
        return _fact_views(list(rows[:limit]))


def list_facts(*, tenant_id: UUID, contact_id: UUID, with_superseded: bool = True) -> list[FactView]:
    """Current ones first, each group newest first."""
    with tenant_scope(tenant_id):
        rows = Fact.objects.filter(contact_id=contact_id).prefetch_related("sources").order_by("-id")
        facts = list(rows if with_superseded else rows.filter(superseded_at=None))
        views = _fact_views(facts)
    return sorted(views, key=lambda view: not view.is_current)


def _fact_views(facts: list[Fact]) -> list[FactView]:
    message_ids = {source.message_id for fact in facts for source in fact.sources.all()}
    episodes = {each.message_id: each for each in Episode.objects.filter(message_id__in=message_ids)}
    return [_fact_view(fact, episodes) for fact in facts]


def _fact_view(row: Fact, episodes: dict[UUID, Episode]) -> FactView:
    return FactView(
        id=row.id,
        contact_id=row.contact_id,
        predicate=row.predicate,
        value=row.value,
        confidence=row.confidence,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        superseded_at=row.superseded_at,
        superseded_by=row.superseded_by_id,
        sources=tuple(
            FactSourceView(
                message_id=source.message_id,
                conversation_id=source.conversation_id,
                message=episodes[source.message_id].text if source.message_id in episodes else "",
                char_start=source.char_start,
                char_end=source.char_end,
                said_at=episodes[source.message_id].said_at if source.message_id in episodes else None,
            )
            for source in row.sources.all()
        ),
    )

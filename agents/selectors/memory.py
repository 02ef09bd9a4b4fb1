"""Reads about what is remembered of a contact, and where it was said."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from agents.errors import FactNotFound
from agents.memory.predicates import TRAIT, is_single_valued
from agents.models import Episode, Fact, FactSource
from ingestion.contacts.merging import family_of
from ingestion.incoming.selectors import ContactEventView, get_contact_events
from tenants.context import require_tenant_id, tenant_scope


@dataclass(frozen=True, slots=True)
class FactSourceView:
    """`message` is what was said, as it was said; characters `char_start` to `char_end` of it gave the fact. Of a fact
    that an event of the tenant's own systems told, `event_title` and `event_source` say which."""

    message_id: UUID | None
    conversation_id: UUID | None
    message: str
    char_start: int
    char_end: int
    said_at: datetime | None
    event_id: UUID | None = None
    event_title: str = ""
    event_source: str = ""

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
    """`predicate`: "name", "email", "phone", "order", "place", "prefers", "avoids", or "trait.…" for what the tenant's
    own systems name. Superseded facts are kept. `is_overruled`: another contact, who is read as one with this one, has
    a newer value."""

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
    is_overruled: bool = False

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None and not self.is_overruled

    @property
    def label(self) -> str:
        return self.predicate.removeprefix(TRAIT).replace("_", " ")


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
    """Of all who are read as one with the contact; current ones first, each group newest first."""
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        rows = Fact.objects.filter(contact_id__in=family).prefetch_related("sources").order_by("-id")
        facts = list(rows if with_superseded else rows.filter(superseded_at=None))
        views = _fact_views(facts)
    views = views if len(family) == 1 else _overrule(views)
    return sorted(views, key=lambda view: not view.is_current)


def _overrule(views: list[FactView]) -> list[FactView]:
    """Where one value may stand, the one that holds since the latest moment does."""
    latest: dict[str, FactView] = {}
    for view in views:
        best = latest.get(view.predicate)
        if view.is_current and is_single_valued(view.predicate) and (best is None or _since(view) > _since(best)):
            latest[view.predicate] = view
    return [replace(view, is_overruled=latest.get(view.predicate, view).id != view.id) for view in views]


def _since(view: FactView) -> datetime:
    return view.valid_from or view.recorded_at


def _fact_views(facts: list[Fact]) -> list[FactView]:
    sources = [source for fact in facts for source in fact.sources.all()]
    episodes = Episode.objects.filter(message_id__in={each.message_id for each in sources if each.message_id})
    event_ids = [each.event_id for each in sources if each.event_id]
    events = get_contact_events(tenant_id=require_tenant_id(), ids=event_ids) if event_ids else {}
    said = {each.message_id: each for each in episodes}
    return [_fact_view(fact, said, events) for fact in facts]


def _fact_view(row: Fact, said: dict[UUID, Episode], events: dict[UUID, ContactEventView]) -> FactView:
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
        sources=tuple(_source_view(source, said, events) for source in row.sources.all()),
    )


def _source_view(row: FactSource, said: dict[UUID, Episode], events: dict[UUID, ContactEventView]) -> FactSourceView:
    episode = said.get(row.message_id) if row.message_id else None
    event = events.get(row.event_id) if row.event_id else None
    return FactSourceView(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        message=episode.text if episode else "",
        char_start=row.char_start,
        char_end=row.char_end,
        said_at=episode.said_at if episode else event.occurred_at if event else None,
        event_id=row.event_id,
        event_title=event.title if event else "",
        event_source=event.source if event else "",
    )

"""Reads about what is remembered of a contact, and where it was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from agents.errors import FactNotFound
from agents.memory.chain import intervals_of
from agents.memory.ledger import assertion_of
from agents.memory.predicates import TRAIT, is_single_valued
from agents.memory.subjects import apart, label_of
from agents.memory.tiers import standing_of
from agents.models import Episode, Fact, FactSource, FactStatus, Stance, holding
from ingestion.contacts.merging import family_of
from ingestion.incoming.selectors import ContactEventView, get_contact_events
from tenants.context import require_tenant_id, tenant_scope


@dataclass(frozen=True, slots=True)
class FactSourceView:
    """`message` is what was said, as it was said; characters `char_start` to `char_end` of it gave the fact. Of a fact
    that an event of the tenant's own systems told, `event_title` and `event_source` say which; of one that a person or
    a tool told, `told_by` (an actor's label) or `run_id`. `stance`: "supports", "contradicts" or "retracts"."""

    message_id: UUID | None
    conversation_id: UUID | None
    message: str
    char_start: int
    char_end: int
    said_at: datetime | None
    event_id: UUID | None = None
    event_title: str = ""
    event_source: str = ""
    stance: str = "supports"
    run_id: UUID | None = None
    told_by: str = ""

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
    """`predicate`: one of `agents.memory.predicates`, or "trait.…" for what the tenant's own systems name. What is over
    is kept. `status`: "proposed", "active", "superseded" or "retracted". `is_overruled`: another contact, who is read
    as one with this one, has a newer value. `is_current`: it is known, and holds now. `tier`: how near at hand it is,
    see `agents.memory.tiers`; `times_used`: in how many answers."""

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
    status: str = "active"
    is_pinned: bool = False
    precision: str = "moment"
    extractor: str = ""
    extractor_version: int = 1
    is_holding: bool = True
    tier: str = ""
    times_used: int = 0
    last_used_at: datetime | None = None

    @property
    def is_current(self) -> bool:
        return self.is_holding and not self.is_overruled

    @property
    def is_proposed(self) -> bool:
        return self.status == FactStatus.PROPOSED

    @property
    def is_called_wrong(self) -> bool:
        """By a person of the company, who can take that back."""
        return any(each.told_by and each.stance == Stance.RETRACTS for each in self.sources)

    @property
    def label(self) -> str:
        name, _ = apart(self.predicate)
        return label_of(self.predicate, name.removeprefix(TRAIT).replace("_", " "))


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """Something that was said of or to a contact. `origin`: see `agents.models.Episode`."""

    id: UUID
    origin: str
    text: str
    said_at: datetime
    conversation_id: UUID | None
    run_id: UUID | None
    event_id: UUID | None


def list_episodes(*, tenant_id: UUID, contact_id: UUID, origin: str, limit: int = 20) -> list[EpisodeView]:
    """Of one origin, of all who are read as one with the contact; the latest first."""
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        rows = Episode.objects.filter(contact_id__in=family, origin=origin).order_by("-said_at", "-id")[:limit]
        return [
            EpisodeView(row.id, row.origin, row.text, row.said_at, row.conversation_id, row.run_id, row.event_id)
            for row in rows
        ]


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
    """Facts of all contacts, newest first; `before` is the last id of the previous page. Those that hold now, or with
    `with_superseded` also what is over and what is only proposed."""
    with tenant_scope(tenant_id):
        rows = _told().prefetch_related("sources").order_by("-id")
        rows = rows.filter(contact_id=contact_id) if contact_id else rows
        rows = rows.filter(predicate=predicate) if predicate else rows
        rows = rows if with_superseded else rows.filter(holding(timezone.now()))
        rows = rows.filter(id__lt=before) if before else rows
        return _fact_views(list(rows[:limit]))


def list_facts(*, tenant_id: UUID, contact_id: UUID, with_superseded: bool = True) -> list[FactView]:
    """Of all who are read as one with the contact; current ones first, each group newest first."""
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        rows = _told().filter(contact_id__in=family).prefetch_related("sources").order_by("-valid_from", "-id")
        facts = list(rows if with_superseded else rows.filter(holding(timezone.now())))
        views = _fact_views(facts)
    views = views if len(family) == 1 else _overrule(views)
    return sorted(views, key=lambda view: not view.is_current)


def list_facts_as_of(
    *, tenant_id: UUID, contact_id: UUID, valid_at: datetime | None = None, recorded_at: datetime | None = None
) -> list[FactView]:
    """What held at `valid_at` (None: now), as far as we knew at `recorded_at` (None: now); newest first.

    What was known then is worked out from the sources that had come in by then, so that it is what a question would
    have been answered with. What was erased since is not known for any time.
    """
    valid_at = valid_at or recorded_at or timezone.now()
    with tenant_scope(tenant_id):
        family = family_of(tenant_id=tenant_id, contact_id=contact_id)
        if recorded_at is None:
            rows = _told().filter(holding(valid_at), contact_id__in=family).prefetch_related("sources")
            views = _fact_views(list(rows.order_by("-valid_from", "-id")))
        else:
            views = [each for one in family for each in _known_then(one, valid_at, recorded_at)]
    views = [replace(view, is_holding=True) for view in views]
    views = views if len(family) == 1 else [each for each in _overrule(views) if each.is_current]
    return sorted(views, key=_since, reverse=True)


def _known_then(contact_id: UUID, valid_at: datetime, recorded_at: datetime) -> list[FactView]:
    rows = {row.id: row for row in Fact.objects.filter(contact_id=contact_id).prefetch_related("sources")}
    in_force = Q(withdrawn_at=None) | Q(withdrawn_at__gt=recorded_at)
    sources = FactSource.objects.filter(in_force, fact_id__in=rows, created_at__lte=recorded_at).order_by("id")
    sources = sources.exclude(stance=Stance.CONTRADICTS)
    by_predicate: dict[str, list[FactSource]] = {}
    for source in sources:
        by_predicate.setdefault(rows[source.fact_id].predicate, []).append(source)
    shown = {view.id: view for view in _fact_views(list(rows.values()))}
    return [
        view for predicate, told in by_predicate.items() for view in _replayed(predicate, told, rows, shown, valid_at)
    ]


def _replayed(
    predicate: str,
    told: Sequence[FactSource],
    rows: Mapping[UUID, Fact],
    shown: Mapping[UUID, FactView],
    valid_at: datetime,
) -> Iterable[FactView]:
    held = {source.id: source for source in told}
    said = [assertion_of(source, rows[source.fact_id].value) for source in told]
    for interval in intervals_of(said, is_single_valued=is_single_valued(predicate)):
        if interval.supports and interval.holds_at(valid_at):
            first = held[interval.supports[0].id]
            view = shown[first.fact_id]
            words = tuple(each for each in view.sources if _is_among(each, [held[one.id] for one in interval.sources]))
            yield replace(
                view,
                value=interval.value,
                valid_from=interval.valid_from,
                valid_to=interval.valid_to,
                status=interval.status,
                superseded_at=interval.ended_at,
                superseded_by=None,
                sources=words,
            )


def _is_among(view: FactSourceView, rows: Iterable[FactSource]) -> bool:
    what = (view.message_id, view.event_id, view.run_id, view.told_by, view.char_start)
    return any(what == (row.message_id, row.event_id, row.run_id, row.told_by, row.char_start) for row in rows)


def _told() -> QuerySet[Fact]:
    """Facts that something says; not what is only denied."""
    says_it = FactSource.objects.filter(fact_id=OuterRef("id"), stance=Stance.SUPPORTS)
    return Fact.objects.filter(Exists(says_it))


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
    said = {each.message_id: each for each in episodes if each.message_id}
    now = timezone.now()
    return [_fact_view(fact, said, events, now) for fact in facts]


def _fact_view(row: Fact, said: dict[UUID, Episode], events: dict[UUID, ContactEventView], now: datetime) -> FactView:
    begun = row.valid_from is None or row.valid_from <= now
    is_over = row.valid_to is not None and row.valid_to <= now
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
            _source_view(source, said, events) for source in row.sources.all() if source.withdrawn_at is None
        ),
        status=row.status,
        is_pinned=row.is_pinned,
        precision=row.valid_precision,
        extractor=row.extractor,
        extractor_version=row.extractor_version,
        is_holding=begun and not is_over and row.status != FactStatus.PROPOSED,
        tier=_tier(row, now),
        times_used=row.times_used,
        last_used_at=row.last_used_at,
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """What the tier of a fact is told by."""

    predicate: str
    is_pinned: bool
    confidence: float
    confirmed_at: datetime | None
    confirmations: int
    times_used: int
    last_used_at: datetime | None


def _tier(row: Fact, now: datetime) -> str:
    says_it = [each for each in row.sources.all() if each.withdrawn_at is None and each.stance == Stance.SUPPORTS]
    confirmed_at = max((each.said_at for each in says_it if each.said_at), default=None)
    confirmed = (row.predicate, row.is_pinned, row.confidence, confirmed_at, len(says_it))
    return standing_of(_Held(*confirmed, row.times_used, row.last_used_at), now).tier


def _source_view(row: FactSource, said: dict[UUID, Episode], events: dict[UUID, ContactEventView]) -> FactSourceView:
    episode = said.get(row.message_id) if row.message_id else None
    event = events.get(row.event_id) if row.event_id else None
    return FactSourceView(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        message=episode.text if episode else "",
        char_start=row.char_start,
        char_end=row.char_end,
        said_at=episode.said_at if episode else event.occurred_at if event else row.said_at,
        event_id=row.event_id,
        event_title=event.title if event else "",
        event_source=event.source if event else "",
        stance=row.stance,
        run_id=row.run_id,
        told_by=row.told_by,
    )

"""What the cache of an agent does, for people: its mode, what was proved, what it saved, and the last look-ups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from agents.cache.evidence import State, latest_basis, read_evidence
from agents.errors import LookupNotFound
from agents.models import CachedAnswer, CacheLookup, Turn
from agents.models.cache import Found
from agents.selectors.agents import get_agent
from billing.price import COSTS_IN
from tenants.context import tenant_scope
from tenants.selectors import get_tenant

DAYS = 30
_SERVED = Q(is_served=True)


@dataclass(frozen=True, slots=True)
class CacheDay:
    """`day` is in the tenant's time zone."""

    day: date
    exact: int = 0
    like: int = 0
    saved_micros: int = 0


@dataclass(frozen=True, slots=True)
class CacheBoard:
    """Sums of the last days. `exact`, `like`: hits that were given; `would_be`: like questions whose answer was not
    given; `lower`, `upper`: 95 % bounds of the share of false answers among those checked."""

    agent_id: UUID
    mode: str
    state: State
    most_false_hits: float
    checked: int
    false_hits: int
    false_hit_rate: float | None
    lower: float
    upper: float
    entries: int
    lookups: int
    exact: int
    like: int
    would_be: int
    saved_micros: int
    currency: str
    days: Sequence[CacheDay]


@dataclass(frozen=True, slots=True)
class LookupView:
    """Texts are "" when their conversation is gone; `answer` is the kept one."""

    id: UUID
    turn_id: UUID
    found: str
    is_served: bool
    verdict: str
    confidence: float | None
    saved_micros: int
    currency: str
    created_at: datetime
    question: str
    cached_question: str
    answer: str
    is_kept: bool


def get_board(*, tenant_id: UUID, agent_id: UUID, days: int = DAYS) -> CacheBoard:
    """Raises AgentNotFound."""
    wanted = get_agent(tenant_id=tenant_id, agent_id=agent_id).config.cache
    tenant = get_tenant(tenant_id)
    zone = ZoneInfo(tenant.time_zone)
    today = timezone.now().astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    with tenant_scope(tenant_id):
        evidence = read_evidence(agent_id, latest_basis(agent_id))
        rows = CacheLookup.objects.filter(agent_id=agent_id, created_at__gte=since)
        sums = rows.aggregate(
            lookups=Count("id"),
            exact=Count("id", filter=_SERVED & Q(found=Found.EXACT)),
            like=Count("id", filter=_SERVED & Q(found=Found.LIKE)),
            would_be=Count("id", filter=Q(is_served=False, found=Found.LIKE)),
            saved_micros=Sum("saved_micros", filter=_SERVED, default=0),
        )
        by_day = _by_day(rows, zone)
        entries = CachedAnswer.objects.filter(agent_id=agent_id).count()
    every = [first + timedelta(days=offset) for offset in range(days)]
    return CacheBoard(
        agent_id=agent_id,
        mode=wanted.mode,
        state=evidence.state(wanted),
        most_false_hits=wanted.most_false_hits,
        checked=evidence.checked,
        false_hits=evidence.false_hits,
        false_hit_rate=evidence.rate,
        lower=evidence.interval[0],
        upper=evidence.interval[1],
        entries=entries,
        currency=COSTS_IN,
        days=[by_day.get(day, CacheDay(day)) for day in every],
        **sums,
    )


def _by_day(rows: QuerySet[CacheLookup], zone: ZoneInfo) -> dict[date, CacheDay]:
    found = rows.filter(_SERVED).annotate(day=TruncDate("created_at", tzinfo=zone)).values("day")
    counted = found.annotate(
        exact=Count("id", filter=Q(found=Found.EXACT)),
        like=Count("id", filter=Q(found=Found.LIKE)),
        saved=Sum("saved_micros", default=0),
    )
    return {row["day"]: CacheDay(row["day"], row["exact"], row["like"], row["saved"]) for row in counted}


def list_lookups(*, tenant_id: UUID, agent_id: UUID, limit: int = 20, before: UUID | None = None) -> list[LookupView]:
    """Those that found something, newest first; `before` is the last id of the previous page. Raises AgentNotFound."""
    get_agent(tenant_id=tenant_id, agent_id=agent_id)
    with tenant_scope(tenant_id):
        rows = CacheLookup.objects.filter(agent_id=agent_id).exclude(found=Found.NOTHING)
        rows = rows.filter(id__lt=before) if before else rows
        return _views(list(rows.order_by("-id")[:limit]))


def get_lookup(*, tenant_id: UUID, agent_id: UUID, lookup_id: UUID) -> LookupView:
    """Raises LookupNotFound."""
    with tenant_scope(tenant_id):
        row = CacheLookup.objects.filter(agent_id=agent_id, id=lookup_id).exclude(found=Found.NOTHING).first()
        if row is None:
            raise LookupNotFound("There is no such look-up of this agent's cache.")
        return _views([row])[0]


def _views(rows: Sequence[CacheLookup]) -> list[LookupView]:
    asked = {row.turn_id for row in rows} | {row.cached_turn_id for row in rows if row.cached_turn_id}
    turns = {turn.id: turn for turn in Turn.objects.select_related("question", "answer").filter(id__in=asked)}
    kept = set(
        CachedAnswer.objects.filter(id__in=[row.cached_id for row in rows if row.cached_id]).values_list(
            "id", flat=True
        )
    )
    return [_view(row, turns, row.cached_id in kept) for row in rows]


def _view(row: CacheLookup, turns: dict[UUID, Turn], is_kept: bool) -> LookupView:
    asked, cached = turns.get(row.turn_id), turns.get(row.cached_turn_id) if row.cached_turn_id else None
    return LookupView(
        id=row.id,
        turn_id=row.turn_id,
        found=row.found,
        is_served=row.is_served,
        verdict=row.verdict,
        confidence=row.confidence,
        saved_micros=row.saved_micros,
        currency=row.currency,
        created_at=row.created_at,
        question=asked.question.text if asked else "",
        cached_question=cached.question.text if cached else "",
        answer=cached.answer.text if cached and cached.answer else "",
        is_kept=is_kept,
    )

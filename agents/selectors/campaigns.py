"""Reads of campaigns: what they are, how far they are, and what became of each contact."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from agents.errors import CampaignNotFound
from agents.models import (
    Campaign,
    CampaignAttempt,
    CampaignMember,
    CampaignState,
    MemberOutcome,
    MemberState,
)
from billing.components import cost_of_conversations
from ingestion.contacts.selectors import get_contacts
from tenants.context import tenant_scope

LATELY = timedelta(minutes=5)
# What members are sorted by; each is in exactly one.
GROUPS = ("waiting", "calling", "reached", "voicemail", "no_answer", "refused", "failed", "not_called")


@dataclass(frozen=True, slots=True)
class CampaignView:
    """`windows`, `retries`: as they are written, see `agents.channels.phone.campaigns`."""

    id: UUID
    name: str
    number_id: UUID | None
    number: str
    agent_name: str
    opening: str
    instructions: str
    windows: list[dict[str, object]]
    retries: dict[str, dict[str, int]]
    starts_at: datetime | None
    ends_at: datetime | None
    most_at_once: int
    calls_per_minute: int
    state: str
    pause_reason: str
    estimate_micros: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many members stand how: busy counts as no answer. `calls`: that were made; `calls_a_minute`: lately;
    `seconds_left`: about, None where it cannot be said; `judged`: calls of which a model said whether they were a
    success by the agent's words, `successes`: that were."""

    state: str
    pause_reason: str
    waiting: int
    calling: int
    reached: int
    voicemail: int
    no_answer: int
    refused: int
    failed: int
    not_called: int
    calls: int
    calls_a_minute: float
    cost_micros: int
    currency: str
    seconds_left: int | None
    judged: int = 0
    successes: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, each) for each in GROUPS)


@dataclass(frozen=True, slots=True)
class MemberView:
    """`call_id`, `conversation_id`: of the last call."""

    id: UUID
    contact_id: UUID
    contact_name: str
    phone: str
    variables: dict[str, str]
    state: str
    outcome: str
    reason: str
    attempts: int
    next_at: datetime | None
    call_id: UUID | None
    conversation_id: UUID | None


def list_campaigns(*, tenant_id: UUID, limit: int = 50, before: UUID | None = None) -> list[CampaignView]:
    """Latest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Campaign.objects.select_related("phone__agent").order_by("-id")
        return [_view(row) for row in (rows.filter(id__lt=before) if before else rows)[:limit]]


def get_campaign(*, tenant_id: UUID, campaign_id: UUID) -> CampaignView:
    """Raises CampaignNotFound."""
    with tenant_scope(tenant_id):
        row = Campaign.objects.select_related("phone__agent").filter(id=campaign_id).first()
        if row is None:
            raise CampaignNotFound("There is no such campaign.")
        return _view(row)


def get_progress(*, tenant_id: UUID, campaign_id: UUID) -> Progress:
    """Raises CampaignNotFound."""
    campaign = get_campaign(tenant_id=tenant_id, campaign_id=campaign_id)
    with tenant_scope(tenant_id):
        sums = _groups_of([campaign_id])[campaign_id]
        calls = CampaignAttempt.objects.filter(member__campaign_id=campaign_id).exclude(call__ended_reason="refused")
        made = calls.count()
        rate = calls.filter(created_at__gt=timezone.now() - LATELY).count() / (LATELY.total_seconds() / 60)
        conversations = CampaignAttempt.objects.filter(member__campaign_id=campaign_id).values("call__conversation_id")
        cost, currency = cost_of_conversations(conversations)
        judged = calls.exclude(call__analysis__is_success=None).aggregate(
            all=Count("id"), good=Count("id", filter=Q(call__analysis__is_success=True))
        )
    left = sums["waiting"] + sums["calling"]
    return Progress(
        state=campaign.state,
        pause_reason=campaign.pause_reason,
        **{each: sums[each] for each in GROUPS},
        calls=made,
        calls_a_minute=round(rate, 1),
        cost_micros=cost,
        currency=currency,
        seconds_left=_seconds_left(campaign, left, rate),
        judged=judged["all"],
        successes=judged["good"],
    )


def count_members(*, tenant_id: UUID, campaign_ids: Sequence[UUID]) -> dict[UUID, Counter[str]]:
    """Of each campaign how many members stand how, by GROUPS; in one question for all."""
    with tenant_scope(tenant_id):
        return _groups_of(campaign_ids)


def _groups_of(campaign_ids: Sequence[UUID]) -> dict[UUID, Counter[str]]:
    rows = CampaignMember.objects.filter(campaign_id__in=campaign_ids).values_list("campaign_id", "state", "outcome")
    found: dict[UUID, Counter[str]] = {each: Counter() for each in campaign_ids}
    for campaign_id, state, outcome, count in rows.annotate(count=Count("id")).order_by():
        found[campaign_id][group_of(state, outcome)] += count
    return found


def group_of(state: str, outcome: str) -> str:
    if state != MemberState.DONE:
        return state
    return "no_answer" if outcome == MemberOutcome.BUSY else outcome or "not_called"


def _seconds_left(campaign: CampaignView, left: int, rate: float) -> int | None:
    """By how fast it is lately, or else may be; retries that are not due count as calls."""
    if campaign.state != CampaignState.RUNNING:
        return None
    return round(60 * left / (rate or campaign.calls_per_minute))


def campaign_of_call(*, tenant_id: UUID, call_id: UUID) -> tuple[UUID, str] | None:
    """Its id and name; None for a call of no campaign."""
    with tenant_scope(tenant_id):
        rows = CampaignAttempt.objects.filter(call_id=call_id)
        return rows.values_list("member__campaign_id", "member__campaign__name").first()


def list_members(
    *,
    tenant_id: UUID,
    campaign_id: UUID,
    group: str = "",
    contact_id: UUID | None = None,
    limit: int = 50,
    after: UUID | None = None,
) -> list[MemberView]:
    """In the order in which they came; `after` is the last id of the previous page. `group`: one of GROUPS. Raises
    CampaignNotFound."""
    get_campaign(tenant_id=tenant_id, campaign_id=campaign_id)
    with tenant_scope(tenant_id):
        rows = CampaignMember.objects.filter(campaign_id=campaign_id, **_of_group(group)).order_by("id")
        rows = rows.filter(contact_id=contact_id) if contact_id else rows
        page = list((rows.filter(id__gt=after) if after else rows)[:limit])
        calls = CampaignAttempt.objects.filter(member__in=page).order_by("number")
        last = {
            each: (call, talk)
            for each, call, talk in calls.values_list("member_id", "call_id", "call__conversation_id")
        }
    contacts = get_contacts(tenant_id=tenant_id, contact_ids={row.contact_id for row in page})
    found = []
    for row in page:
        contact, (call_id, conversation_id) = contacts.get(row.contact_id), last.get(row.id, (None, None))
        found.append(
            MemberView(
                id=row.id,
                contact_id=row.contact_id,
                contact_name=contact.display_name if contact else "Somebody",
                phone=contact.phone if contact else "",
                variables=row.variables,
                state=row.state,
                outcome=row.outcome,
                reason=row.reason,
                attempts=row.attempts,
                next_at=row.next_at,
                call_id=call_id,
                conversation_id=conversation_id,
            )
        )
    return found


def _of_group(group: str) -> dict[str, object]:
    if not group:
        return {}
    if group in (MemberState.WAITING, MemberState.CALLING):
        return {"state": group}
    outcomes = {"no_answer": ["no_answer", "busy"], "not_called": ["not_called", ""]}.get(group, [group])
    return {"state": MemberState.DONE, "outcome__in": outcomes}


def _view(row: Campaign) -> CampaignView:
    return CampaignView(
        id=row.id,
        name=row.name,
        number_id=row.phone_id,
        number=row.phone.number if row.phone else "",
        agent_name=row.phone.agent.name if row.phone else "",
        opening=row.opening,
        instructions=row.instructions,
        windows=row.windows,
        retries=row.retries,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        most_at_once=row.most_at_once,
        calls_per_minute=row.calls_per_minute,
        state=row.state,
        pause_reason=row.pause_reason,
        estimate_micros=row.estimate_micros,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )

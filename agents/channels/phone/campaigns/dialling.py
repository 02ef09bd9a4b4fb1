"""A campaign goes on: it asks for the next calls, no more than may be, each by the door of a single call.

One member at a time, in a short transaction that holds the campaign: the call is asked for, with its attempt, or
nothing is. Dialling is another's (`agents.channels.phone.outgoing`), who marks the call before the carrier is asked. A
worker that is killed leaves a member that waits, or one whose call is known.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from agents.channels.phone.campaigns.checking import values_of_contact
from agents.channels.phone.campaigns.ringing import is_rung, ring_campaign
from agents.channels.phone.campaigns.running import finish_held, pause_held
from agents.channels.phone.campaigns.script import fill_in, missing_in
from agents.channels.phone.campaigns.settling import verdict_may_come
from agents.channels.phone.campaigns.windows import next_open, read_windows
from agents.channels.phone.outgoing import request_call
from agents.channels.phone.permission import find_callee
from agents.errors import CallNotAllowed, CarrierCannotCall, PhoneNumberNotFound
from agents.models import (
    CallState,
    Campaign,
    CampaignAttempt,
    CampaignMember,
    CampaignState,
    MemberOutcome,
    MemberState,
)
from billing.company_budget import get_company_budget, has_company_budget
from billing.errors import PaymentOverdue, QuotaExhausted
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.merging import family_of
from ingestion.contacts.selectors import get_contact
from rapport.errors import RateLimited
from rapport.ratelimits.buckets import Limit, take
from tenants.actors import SYSTEM
from tenants.context import tenant_scope, tenant_transaction

MOST_STEPS = 200  # in one go; then others take their turn
MOST_A_DAY = 2000  # calls of all campaigns of a company


class Step(StrEnum):
    CALLED = "called"
    MOVED = "moved"  # somebody was put off, or is not called at all
    IDLE = "idle"


def advance_campaign(*, tenant_id: UUID, campaign_id: UUID) -> int:
    """How many calls were asked for. Raises RateLimited when none was, because the next one's turn comes later."""
    called = 0
    try:
        for _ in range(MOST_STEPS):
            step = _step(tenant_id, campaign_id)
            called += step is Step.CALLED
            if step is Step.IDLE:
                return called
    except RateLimited:
        if not called:
            raise
    _ring_again(tenant_id, campaign_id)
    return called


def _ring_again(tenant_id: UUID, campaign_id: UUID) -> None:
    """Unless somebody is to look anyway: each call's end rings, and what is rung for nothing would pile up."""
    with tenant_transaction(tenant_id):
        if not is_rung(campaign_id):
            ring_campaign(campaign_id)


def ring_due_campaigns(*, tenant_id: UUID) -> int:
    """Every minute: how many campaigns have somebody to be called now, or nobody any more."""
    now = timezone.now()
    with tenant_scope(tenant_id):
        running = list(Campaign.objects.filter(state=CampaignState.RUNNING).values_list("id", "ends_at"))
        due = [each for each, ends_at in running if (ends_at and ends_at <= now) or _is_due(each, now)]
    for campaign_id in due:
        with tenant_transaction(tenant_id):
            ring_campaign(campaign_id)
    return len(due)


def _is_due(campaign_id: UUID, now: datetime) -> bool:
    members = CampaignMember.objects.filter(campaign_id=campaign_id)
    return _waiting(campaign_id, now).exists() or not members.filter(state=MemberState.WAITING).exists()


def _waiting(campaign_id: UUID, now: datetime):  # type: ignore[no-untyped-def]
    due = Q(next_at=None) | Q(next_at__lte=now)
    return CampaignMember.objects.filter(due, campaign_id=campaign_id, state=MemberState.WAITING)


def _step(tenant_id: UUID, campaign_id: UUID) -> Step:
    now = timezone.now()
    with tenant_transaction(tenant_id):
        campaign = Campaign.objects.select_for_update().filter(id=campaign_id, state=CampaignState.RUNNING).first()
        if campaign is None or (campaign.starts_at and campaign.starts_at > now):
            return Step.IDLE
        _settle_forgotten(campaign)
        if _is_over(campaign, now):
            return Step.IDLE
        if stopped := _stopped(tenant_id, campaign, now):
            pause_held(campaign, reason=stopped, actor=SYSTEM)
            return Step.IDLE
        calling = CampaignMember.objects.filter(campaign=campaign, state=MemberState.CALLING).count()
        if calling >= campaign.most_at_once:
            return Step.IDLE  # the end of one of them rings
        member = _waiting(campaign_id, now).select_for_update().order_by("next_at", "id").first()
        return Step.IDLE if member is None else _call(tenant_id, campaign, member, now)


def _settle_forgotten(campaign: Campaign) -> None:
    """Members whose call is gone with its conversation, which somebody erased while it was under way."""
    rows = CampaignMember.objects.filter(campaign=campaign, state=MemberState.CALLING)
    for member in rows.exclude(calls__call__state__in=[each for each in CallState if each != CallState.ENDED]):
        member.state, member.outcome, member.next_at = MemberState.DONE, MemberOutcome.FAILED, None
        member.save(update_fields=["state", "outcome", "next_at"])


def _is_over(campaign: Campaign, now: datetime) -> bool:
    """Whether nobody is to be called any more; finished as soon as nobody is called, and nothing can be told late."""
    is_late = campaign.ends_at is not None and campaign.ends_at <= now
    members = CampaignMember.objects.filter(campaign=campaign)
    if not is_late and members.filter(state=MemberState.WAITING).exists():
        return False
    is_open = members.filter(state=MemberState.CALLING).exists()
    if not is_open and (is_late or not verdict_may_come(campaign.id)):
        finish_held(campaign, state=CampaignState.FINISHED, actor=SYSTEM)
    return is_late or not is_open


def _stopped(tenant_id: UUID, campaign: Campaign, now: datetime) -> str:
    """Why it may not go on, "" when it may."""
    if campaign.phone_id is None:
        return "number_gone"
    if CampaignAttempt.objects.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        return "daily_limit"
    if has_company_budget(tenant_id=tenant_id) and get_company_budget(tenant_id=tenant_id).left == 0:
        return "budget"
    return ""


def _call(tenant_id: UUID, campaign: Campaign, member: CampaignMember, now: datetime) -> Step:
    try:
        call_id = _ask(tenant_id, campaign, member, now)
    except _PutOff as later:
        member.next_at = later.until
        member.save(update_fields=["next_at"])
        return Step.MOVED
    except (QuotaExhausted, PaymentOverdue, PhoneNumberNotFound, CarrierCannotCall) as error:
        pause_held(campaign, reason=error.code[:24], actor=SYSTEM)
        return Step.IDLE
    except (CallNotAllowed, ContactNotFound, _LeftOut) as error:
        member.state, member.outcome, member.reason = MemberState.DONE, MemberOutcome.REFUSED, error.code
        member.next_at = None
        member.save(update_fields=["state", "outcome", "reason", "next_at"])
        return Step.MOVED
    member.attempts += 1
    member.state, member.next_at = MemberState.CALLING, None
    member.save(update_fields=["attempts", "state", "next_at"])
    CampaignAttempt.objects.create(member=member, call_id=call_id, number=member.attempts)
    return Step.CALLED


class _PutOff(Exception):
    def __init__(self, until: datetime) -> None:
        self.until = until


class _LeftOut(Exception):
    def __init__(self, code: str) -> None:
        self.code = code


def _ask(tenant_id: UUID, campaign: Campaign, member: CampaignMember, now: datetime) -> UUID:
    """The call, which waits to be dialled from now on."""
    assert campaign.phone_id is not None  # `_stopped`
    callee = find_callee(tenant_id=tenant_id, contact_id=member.contact_id)
    if _is_called_as_another(tenant_id, member):
        raise _LeftOut("duplicate")
    opens = next_open(callee.zones, read_windows(campaign.windows), now)
    if opens is None:
        raise _LeftOut("no_window")
    if opens > now:
        raise _PutOff(opens)
    values = values_of_contact(get_contact(tenant_id=tenant_id, contact_id=member.contact_id), member.variables)
    if missing_in(values, campaign.opening, campaign.instructions):
        raise _LeftOut("missing_variable")
    take(Limit("campaign", campaign.calls_per_minute, burst=1), campaign.id.hex)
    return request_call(
        tenant_id=tenant_id,
        number_id=campaign.phone_id,
        contact_id=member.contact_id,
        actor=SYSTEM,
        opening=fill_in(campaign.opening, values)[:500],
        instructions=fill_in(campaign.instructions, values),
    )


def _is_called_as_another(tenant_id: UUID, member: CampaignMember) -> bool:
    """Merged since it came in, with one who was, or will be, called for both."""
    family = family_of(tenant_id=tenant_id, contact_id=member.contact_id)
    others = CampaignMember.objects.filter(campaign_id=member.campaign_id, contact_id__in=family).exclude(id=member.id)
    refused = Q(state=MemberState.DONE, outcome=MemberOutcome.REFUSED)
    return others.exclude(refused).filter(~Q(state=MemberState.WAITING) | Q(id__lt=member.id)).exists()

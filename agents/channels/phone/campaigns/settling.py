"""A call of a campaign ended, or something more was said of its end: its member is done, or waits to be tried again."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.channels.phone.campaigns.retrying import Tried, read_retries, standing_of
from agents.channels.phone.campaigns.ringing import ring_campaign
from agents.models import (
    Call,
    CallDirection,
    CampaignAttempt,
    CampaignMember,
    CampaignState,
    MemberOutcome,
    MemberState,
)

OPEN = (CampaignState.RUNNING, CampaignState.PAUSED)


def settle_call(call: Call) -> None:
    """In the open transaction, with the call saved. Nothing for a call of no campaign."""
    if call.direction != CallDirection.OUTBOUND:
        return
    member_id = CampaignAttempt.objects.filter(call_id=call.id).values_list("member_id", flat=True).first()
    if member_id is None:
        return
    member = CampaignMember.objects.select_for_update(of=("self",)).select_related("campaign").get(id=member_id)
    settle_member(member)
    ring_campaign(member.campaign_id)


def settle_member(member: CampaignMember) -> None:
    """By all of its calls; held by whoever calls."""
    rows = CampaignAttempt.objects.filter(member=member).select_related("call").order_by("number")
    stands = standing_of([_tried(row.call) for row in rows], read_retries(member.campaign.retries))
    if stands.state == MemberState.WAITING and member.campaign.state not in OPEN:  # it is over: nobody is tried again
        member.state, member.next_at = MemberState.DONE, None
        member.outcome, member.reason = stands.outcome or MemberOutcome.NOT_CALLED, stands.reason
    else:
        member.state, member.next_at = stands.state, stands.next_at
        member.outcome, member.reason = stands.outcome, stands.reason
    member.save(update_fields=["state", "outcome", "reason", "next_at"])


def _tried(call: Call) -> Tried:
    return Tried(call.state, call.ended_reason, bool(call.answered_at or call.carrier_seconds), call.ended_at)


WAITS_FOR_VERDICT = timedelta(minutes=2)  # after the last call: what its carrier still says counts


def verdict_may_come(campaign_id: UUID) -> bool:
    """Whether a call of it ended so lately that its outcome may change yet."""
    since = timezone.now() - WAITS_FOR_VERDICT
    return CampaignAttempt.objects.filter(member__campaign_id=campaign_id, call__ended_at__gt=since).exists()

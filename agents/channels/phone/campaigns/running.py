"""How a campaign stands: draft, running, paused, running again, finished or cancelled. Whoever changes that holds its
row, which whoever dials for it holds, too: when a pause is done, nobody is dialled any more.
"""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from agents.channels.phone.calls import end_call
from agents.channels.phone.campaigns.checking import check_campaign
from agents.channels.phone.campaigns.ringing import ring_campaign
from agents.channels.phone.outgoing import calling_line
from agents.errors import CampaignNotFound, CampaignNotReady
from agents.models import (
    Call,
    CallState,
    Campaign,
    CampaignMember,
    CampaignState,
    MemberOutcome,
    MemberState,
)
from billing.models import Meter
from billing.quotas import CALLS, require_quota
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_transaction

MOST_RUNNING = 5  # of a company
OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)


def start_campaign(*, tenant_id: UUID, campaign_id: UUID, calls: int, actor: Actor) -> None:
    """`calls`: how many whoever starts it was told will be called: another number by now is told instead. Raises
    CampaignNotFound, CampaignNotReady, PhoneNumberNotFound, CarrierCannotCall, QuotaExhausted, PaymentOverdue."""
    check = check_campaign(tenant_id=tenant_id, campaign_id=campaign_id)
    with tenant_transaction(tenant_id):
        campaign = hold(campaign_id)
        if campaign.state != CampaignState.DRAFT:
            raise CampaignNotReady("Only a draft can be started.")
        _check_can_run(tenant_id, campaign)
        if check.calls == 0:
            raise CampaignNotReady(
                "Nobody of this campaign may be called. Look at why, under the check.", param="calls"
            )
        if check.calls != calls:
            raise CampaignNotReady(
                f"By now {check.calls} will be called, which is another number. Look again, and confirm that.",
                param="calls",
            )
        _leave_out(campaign, check.reasons)
        campaign.estimate_micros = check.estimate_micros
        campaign.started_at = timezone.now()
        facts = {"calls": check.calls, "left_out": len(check.reasons), "estimate_micros": check.estimate_micros}
        _move(campaign, CampaignState.RUNNING, "campaign.started", actor, facts)
        ring_campaign(campaign.id)


def pause_campaign(*, tenant_id: UUID, campaign_id: UUID, actor: Actor) -> None:
    """Nobody is dialled any more; calls under way end by themselves. Raises CampaignNotFound, CampaignNotReady."""
    with tenant_transaction(tenant_id):
        campaign = hold(campaign_id)
        if campaign.state != CampaignState.RUNNING:
            raise CampaignNotReady("Only a running campaign can be paused.")
        pause_held(campaign, reason="asked", actor=actor)


def resume_campaign(*, tenant_id: UUID, campaign_id: UUID, actor: Actor) -> None:
    """Raises CampaignNotFound, CampaignNotReady, and what hinders a start."""
    with tenant_transaction(tenant_id):
        campaign = hold(campaign_id)
        if campaign.state != CampaignState.PAUSED:
            raise CampaignNotReady("Only a paused campaign can go on.")
        _check_can_run(tenant_id, campaign)
        campaign.pause_reason = ""
        _move(campaign, CampaignState.RUNNING, "campaign.resumed", actor)
        ring_campaign(campaign.id)


def cancel_campaign(*, tenant_id: UUID, campaign_id: UUID, actor: Actor) -> None:
    """For good; calls under way end by themselves. Raises CampaignNotFound, CampaignNotReady."""
    with tenant_transaction(tenant_id):
        campaign = hold(campaign_id)
        if campaign.state in OVER:
            raise CampaignNotReady("This campaign is over already.")
        finish_held(campaign, state=CampaignState.CANCELLED, actor=actor)


def pause_held(campaign: Campaign, *, reason: str, actor: Actor) -> None:
    """In the transaction that holds it. `reason`: "asked", or what stopped it."""
    campaign.pause_reason = reason
    _move(campaign, CampaignState.PAUSED, "campaign.paused", actor, {"reason": reason})
    _withdraw(campaign)


def finish_held(campaign: Campaign, *, state: CampaignState, actor: Actor) -> None:
    """Likewise. Whoever waits yet is not called; who waited to be tried again keeps what the last call came to."""
    campaign.pause_reason, campaign.ended_at = "", timezone.now()
    action = "campaign.cancelled" if state == CampaignState.CANCELLED else "campaign.finished"
    _move(campaign, state, action, actor, {"reached": _reached(campaign)})
    _withdraw(campaign)
    waiting = CampaignMember.objects.filter(campaign=campaign, state=MemberState.WAITING)
    waiting.filter(outcome=MemberOutcome.NONE).update(
        state=MemberState.DONE, outcome=MemberOutcome.NOT_CALLED, next_at=None
    )
    waiting.exclude(outcome=MemberOutcome.NONE).update(state=MemberState.DONE, next_at=None)


def hold(campaign_id: UUID) -> Campaign:
    """In the open transaction, until it ends. Raises CampaignNotFound."""
    campaign = Campaign.objects.select_for_update().filter(id=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound("There is no such campaign.")
    return campaign


def _leave_out(campaign: Campaign, reasons: Mapping[UUID, str]) -> None:
    """Not called, by why not."""
    waiting = CampaignMember.objects.filter(campaign=campaign, state=MemberState.WAITING)
    for reason in set(reasons.values()):
        theirs = [contact_id for contact_id, each in reasons.items() if each == reason]
        waiting.filter(contact_id__in=theirs).update(
            state=MemberState.DONE, outcome=MemberOutcome.REFUSED, reason=reason
        )


def _withdraw(campaign: Campaign) -> None:
    """Calls that only wait to be dialled are not made."""
    queued = Call.objects.filter(attempt__member__campaign=campaign, state=CallState.QUEUED)
    for call_id in list(queued.values_list("id", flat=True)):
        end_call(tenant_id=campaign.tenant_id, call_id=call_id, reason="refused", seconds=0)


def _reached(campaign: Campaign) -> int:
    return CampaignMember.objects.filter(campaign=campaign, outcome=MemberOutcome.REACHED).count()


def _check_can_run(tenant_id: UUID, campaign: Campaign) -> None:
    if campaign.phone_id is None:
        raise CampaignNotReady("The campaign's telephone number was removed. Choose another one.")
    if campaign.ends_at is not None and campaign.ends_at <= timezone.now():
        raise CampaignNotReady("The campaign's end is past.")
    if Campaign.objects.filter(state=CampaignState.RUNNING).count() >= MOST_RUNNING:
        raise CampaignNotReady(f"{MOST_RUNNING} campaigns run already. Wait until one is over, or pause one.")
    calling_line(tenant_id=tenant_id, number_id=campaign.phone_id)
    require_quota(Meter.MESSAGES, *CALLS)


def _move(
    campaign: Campaign, state: CampaignState, action: str, actor: Actor, details: Mapping[str, object] | None = None
) -> None:
    before, campaign.state = campaign.state, state
    campaign.save()
    record_audit(
        actor=actor,
        action=action,
        subject=encode(Prefix.CAMPAIGN, campaign.id),
        details=details,
        before={"state": before},
        after={"state": str(state)},
    )

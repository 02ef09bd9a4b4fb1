"""Whether a call that is about to be dialled is still wanted by its campaign."""

from uuid import UUID

from django.utils import timezone

from agents.models import Campaign, CampaignAttempt, CampaignMember, CampaignState, MemberState


def hold_campaign(call_id: UUID) -> bool:
    """In the open transaction, in which the call is marked: until it ends nobody pauses or cancels the campaign. True
    also for a call of no campaign."""
    attempt = CampaignAttempt.objects.filter(call_id=call_id).values_list("member_id", "member__campaign_id").first()
    if attempt is None:
        return True
    member_id, campaign_id = attempt
    campaign = Campaign.objects.select_for_update().filter(id=campaign_id, state=CampaignState.RUNNING).first()
    if campaign is None or (campaign.ends_at and campaign.ends_at <= timezone.now()):
        return False
    return CampaignMember.objects.filter(id=member_id, state=MemberState.CALLING).exists()

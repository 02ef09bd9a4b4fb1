"""Somebody is to look whether a campaign can go on: told by event, so that one worker at a time does."""

from uuid import UUID

from agents.topics import CAMPAIGN_MOVED, CAMPAIGNS
from rapport.events.envelope import Event
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import require_tenant_id


def ring_campaign(campaign_id: UUID) -> None:
    """In the open transaction."""
    data = {"campaign_id": str(campaign_id)}
    subject = encode(Prefix.CAMPAIGN, campaign_id)
    publish(CAMPAIGNS, Event(CAMPAIGN_MOVED, require_tenant_id(), str(campaign_id), data, subject=subject))

"""Somebody is to look whether a campaign can go on: told by event, so that one worker at a time does."""

from uuid import UUID

from agents.topics import CAMPAIGN_MOVED, CAMPAIGNS
from rapport.events.envelope import Event
from rapport.events.models import InboxEvent, InboxState
from rapport.events.outbox import publish
from rapport.ids import Prefix, encode
from tenants.context import require_tenant_id

SUBSCRIPTION = "run-campaigns"


def ring_campaign(campaign_id: UUID) -> None:
    """In the open transaction."""
    data = {"campaign_id": str(campaign_id)}
    subject = encode(Prefix.CAMPAIGN, campaign_id)
    publish(CAMPAIGNS, Event(CAMPAIGN_MOVED, require_tenant_id(), str(campaign_id), data, subject=subject))


def is_rung(campaign_id: UUID) -> bool:
    """In the open transaction, of whoever looks because of such an event: whether another one waits."""
    waiting = InboxEvent.objects.filter(
        subscription=SUBSCRIPTION, tenant_id=require_tenant_id(), key=str(campaign_id), state=InboxState.PENDING
    )
    return waiting.count() > 1

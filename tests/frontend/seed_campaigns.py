"""Two campaigns for looking at: one that runs, with members of every outcome, and a draft."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.channels.phone.campaigns.adding import Row, add_members
from agents.channels.phone.campaigns.writing import CampaignSettings, create_campaign
from agents.channels.phone.permission import set_call_permission
from agents.models import Campaign, CampaignMember
from ingestion.contacts.services import Identity, create_contact
from tenants.actors import SYSTEM
from tenants.context import tenant_scope

NAMES = (
    "Ada Byron",
    "Alan Kay",
    "Barbara Liskov",
    "Edsger Dijkstra",
    "Grace Hopper",
    "Ken Iverson",
    "Mary Shaw",
    "Tim",
)
OUTCOMES = (
    ("done", "reached", ""),
    ("done", "reached", ""),
    ("done", "voicemail", ""),
    ("waiting", "busy", ""),
    ("done", "refused", "do_not_call"),
    ("calling", "", ""),
    ("done", "failed", ""),
    ("waiting", "", ""),
)


def seed_campaigns(tenant_id: UUID, number_id: UUID) -> tuple[UUID, UUID]:
    """The one that runs, and the draft."""
    people = [_person(tenant_id, place, name) for place, name in enumerate(NAMES)]
    rows = [Row(place, "", each, variables={"plan": "Team"}) for place, each in enumerate(people, 1)]
    made = []
    for name in ("Renewals in May", "Appointments"):
        settings = CampaignSettings(
            name,
            number_id,
            "Hello {{ first_name }}, this is the automatic assistant of Acme. Your {{ plan }} plan ends soon.",
            instructions="Ask whether they want to go on with {{ plan }}.",
            windows=[{"days": [1, 2, 3, 4, 5], "from": "09:00", "until": "18:00"}],
        )
        campaign_id = create_campaign(tenant_id=tenant_id, settings=settings, actor=SYSTEM)
        add_members(tenant_id=tenant_id, campaign_id=campaign_id, rows=rows, actor=SYSTEM)
        made.append(campaign_id)
    running, draft = made
    with tenant_scope(tenant_id):
        Campaign.objects.filter(id=running).update(state="running", started_at=timezone.now())
        for contact_id, (state, outcome, reason) in zip(people, OUTCOMES, strict=True):
            next_at = timezone.now() + timedelta(minutes=15) if (state, outcome) == ("waiting", "busy") else None
            CampaignMember.objects.filter(campaign_id=running, contact_id=contact_id).update(
                state=state,
                outcome=outcome,
                reason=reason,
                attempts=bool(outcome or state == "calling"),
                next_at=next_at,
            )
    return running, draft


def _person(tenant_id: UUID, place: int, name: str) -> UUID:
    identity = Identity(phone=f"+4915799000{place:03}")
    contact_id, _ = create_contact(tenant_id=tenant_id, name=name, identity=identity, actor=SYSTEM)
    if place < len(NAMES) - 1:
        set_call_permission(tenant_id=tenant_id, contact_id=contact_id, consent_source="form of 3 May", actor=SYSTEM)
    return contact_id

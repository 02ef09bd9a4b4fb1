"""A campaign as it is written down: by whom it calls, what is said, when, how often. Changed only as a draft."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agents.channels.phone.campaigns.retrying import DEFAULT, Retry, read_retries, retries_json
from agents.channels.phone.campaigns.running import hold
from agents.channels.phone.campaigns.script import check_script
from agents.channels.phone.campaigns.windows import read_windows
from agents.channels.phone.outgoing import MOST_AT_ONCE, calling_line
from agents.errors import CampaignNotReady, InvalidCampaign
from agents.models import Campaign, CampaignState
from billing.plans import Entitlement
from billing.terms import require_entitlement
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import facts_of_text, record_audit
from tenants.context import tenant_transaction
from tenants.models import Tenant

LONGEST_NAME, LONGEST_OPENING, LONGEST_INSTRUCTIONS = 120, 400, 4000  # an opening grows by its variables
MOST_CAMPAIGNS = 500  # of a company
MOST_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """What a company enters; `windows` and `retries` as `.windows` and `.retrying` read them."""

    name: str
    number_id: UUID
    opening: str
    instructions: str = ""
    windows: list[object] = field(default_factory=list)
    retries: dict[str, object] = field(default_factory=lambda: dict(retries_json(DEFAULT)))
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    most_at_once: int = 3
    calls_per_minute: int = 20


def create_campaign(*, tenant_id: UUID, settings: CampaignSettings, actor: Actor) -> UUID:
    """A draft, that calls nobody. Raises InvalidCampaign with the field's name, PhoneNumberNotFound,
    CarrierCannotCall, NotInPlan."""
    fields = _checked(tenant_id, settings)
    with tenant_transaction(tenant_id):
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two that come at once the second counts the first
        require_entitlement(tenant_id=tenant_id, to=Entitlement.PHONE)
        if Campaign.objects.count() >= MOST_CAMPAIGNS:
            raise InvalidCampaign(f"There are {MOST_CAMPAIGNS} campaigns already.")
        campaign = Campaign.objects.create(**fields)
        record_audit(
            actor=actor,
            action="campaign.created",
            subject=encode(Prefix.CAMPAIGN, campaign.id),
            after=_facts(campaign),
        )
    return campaign.id


def change_campaign(*, tenant_id: UUID, campaign_id: UUID, settings: CampaignSettings, actor: Actor) -> None:
    """Raises CampaignNotFound, CampaignNotReady unless it is a draft, and what `create_campaign` raises."""
    with tenant_transaction(tenant_id):
        campaign = hold(campaign_id)
        if campaign.state != CampaignState.DRAFT:
            raise CampaignNotReady("Only a draft can be changed. Cancel this one, and make another.")
        fields = _checked(tenant_id, settings)
        before = _facts(campaign)
        for name, value in fields.items():
            setattr(campaign, name, value)
        campaign.save()
        record_audit(
            actor=actor,
            action="campaign.changed",
            subject=encode(Prefix.CAMPAIGN, campaign.id),
            before=before,
            after=_facts(campaign),
        )


def _checked(tenant_id: UUID, settings: CampaignSettings) -> dict[str, object]:
    name, opening = _line(settings.name), _line(settings.opening)
    instructions = settings.instructions.replace("\x00", "").strip()
    if not name:
        raise InvalidCampaign("Give the campaign a name.", param="name")
    if not opening:
        raise InvalidCampaign("Write what is said first: who calls, and that it is no person.", param="opening")
    _check_length(name, LONGEST_NAME, "name")
    _check_length(opening, LONGEST_OPENING, "opening")
    _check_length(instructions, LONGEST_INSTRUCTIONS, "instructions")
    for param, text in (("opening", opening), ("instructions", instructions)):
        check_script(text, param=param)
    if settings.starts_at and settings.ends_at and settings.starts_at >= settings.ends_at:
        raise InvalidCampaign("A campaign begins before it ends.", param="ends_at")
    if not 1 <= settings.most_at_once <= MOST_AT_ONCE:
        raise InvalidCampaign(f"From 1 to {MOST_AT_ONCE} calls at once are possible.", param="most_at_once")
    if not 1 <= settings.calls_per_minute <= MOST_PER_MINUTE:
        raise InvalidCampaign(f"From 1 to {MOST_PER_MINUTE} calls a minute are possible.", param="calls_per_minute")
    calling_line(tenant_id=tenant_id, number_id=settings.number_id)
    retries: dict[str, Retry] = read_retries(settings.retries)
    return {
        "name": name,
        "phone_id": settings.number_id,
        "opening": opening,
        "instructions": instructions,
        "windows": [each.to_json() for each in read_windows(settings.windows)],
        "retries": retries_json(retries),
        "starts_at": settings.starts_at,
        "ends_at": settings.ends_at,
        "most_at_once": settings.most_at_once,
        "calls_per_minute": settings.calls_per_minute,
    }


def _check_length(text: str, longest: int, param: str) -> None:
    if len(text) > longest:
        raise InvalidCampaign(f"This has at most {longest} characters.", param=param)


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _facts(campaign: Campaign) -> dict[str, object]:
    """Without words that somebody wrote."""
    return {
        "number": encode(Prefix.PHONE_NUMBER, campaign.phone_id) if campaign.phone_id else None,
        "opening": facts_of_text(campaign.opening),
        "instructions": facts_of_text(campaign.instructions),
        "windows": campaign.windows,
        "retries": campaign.retries,
        "starts_at": campaign.starts_at.isoformat() if campaign.starts_at else None,
        "ends_at": campaign.ends_at.isoformat() if campaign.ends_at else None,
        "most_at_once": campaign.most_at_once,
        "calls_per_minute": campaign.calls_per_minute,
    }

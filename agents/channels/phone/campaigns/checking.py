"""What a campaign would do if it began now: how many are called, who is not and why, and about what it costs."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Avg, F
from django.utils import timezone

from agents.channels.phone.campaigns.script import missing_in, values_of
from agents.channels.phone.campaigns.windows import next_open, read_windows
from agents.channels.phone.permission import Callee, find_callees
from agents.errors import CampaignNotFound
from agents.models import Call, CallDirection, Campaign, CampaignMember, MemberState, PhoneCarrier
from billing.models import Meter
from billing.own_prices import company_prices
from ingestion.contacts.merging import families_of
from ingestion.contacts.selectors import ContactView, get_contacts
from tenants.context import tenant_scope

USUAL_SECONDS = 120.0  # of a call, where there were none to go by
LEAST_CALLS = 5  # to go by
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Check:
    """`reasons`: of the contacts that are left out, by a code. `estimate_micros`: for one answered call each, None
    where nobody has said what a minute costs."""

    calls: int
    reasons: dict[UUID, str]
    minutes_a_call: int
    estimate_micros: int | None
    currency: str

    @property
    def left_out(self) -> dict[str, int]:
        return dict(Counter(self.reasons.values()).most_common())


def check_campaign(*, tenant_id: UUID, campaign_id: UUID) -> Check:
    """Of those that wait. Raises CampaignNotFound."""
    with tenant_scope(tenant_id):
        campaign = Campaign.objects.filter(id=campaign_id).first()
        if campaign is None:
            raise CampaignNotFound("There is no such campaign.")
        members = list(CampaignMember.objects.filter(campaign=campaign, state=MemberState.WAITING).order_by("id"))
        reasons = _reasons(tenant_id, campaign, members)
        calls = len(members) - len(reasons)
        minutes = _minutes_a_call()
        carrier = campaign.phone.carrier if campaign.phone else PhoneCarrier.TWILIO
        price = company_prices().price_of(f"{carrier}-{CallDirection.OUTBOUND}")
    rate = price.per_million.get(Meter.CALL_MINUTES) if price else None
    estimate = None if rate is None else calls * minutes * rate // 1_000_000
    return Check(calls, reasons, minutes, estimate, price.currency if price else "USD")


def _reasons(tenant_id: UUID, campaign: Campaign, members: list[CampaignMember]) -> dict[UUID, str]:
    ids = [each.contact_id for each in members]
    callees = find_callees(tenant_id=tenant_id, contact_ids=ids)
    contacts = get_contacts(tenant_id=tenant_id, contact_ids=ids)
    families = families_of(tenant_id=tenant_id, contact_ids=ids)
    windows, now = read_windows(campaign.windows), timezone.now()
    opens: dict[tuple[str, ...], bool] = {}
    seen: set[UUID] = set()
    found: dict[UUID, str] = {}
    for member in members:
        callee, root = callees.get(member.contact_id), families[member.contact_id][0]
        if not isinstance(callee, Callee):
            found[member.contact_id] = callee.code if callee else "contact_not_found"
            continue
        if callee.zones not in opens:
            opens[callee.zones] = next_open(callee.zones, windows, now) is not None
        values = values_of_contact(contacts[member.contact_id], member.variables)
        if root in seen:
            found[member.contact_id] = "duplicate"
        elif missing_in(values, campaign.opening, campaign.instructions):
            found[member.contact_id] = "missing_variable"
        elif not opens[callee.zones]:
            found[member.contact_id] = "no_window"
        else:
            seen.add(root)
    return found


def values_of_contact(contact: ContactView, given: dict[str, str]) -> dict[str, str]:
    return values_of(
        given, name=contact.name, email=contact.email, phone=contact.phone, external_id=contact.external_id
    )


def _minutes_a_call() -> int:
    """Begun ones, of the company's own calls lately."""
    calls = Call.objects.filter(direction=CallDirection.OUTBOUND, created_at__gt=timezone.now() - LOOK_BACK)
    calls = calls.filter(answered_at__isnull=False, ended_at__isnull=False)
    mean = calls.aggregate(mean=Avg(F("ended_at") - F("answered_at")))["mean"] if calls.count() >= LEAST_CALLS else None
    seconds = mean.total_seconds() if mean else USUAL_SECONDS
    return max(1, -(-int(seconds) // 60))

"""Contacts come into a campaign: by their ids, by a filter, or by rows of a table that have variables with them.

Nothing is lost: each row is a member now, was one before (or is somebody who is), or is told of with the reason.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from agents.channels.phone.campaigns.checking import values_of_contact
from agents.channels.phone.campaigns.running import hold
from agents.channels.phone.campaigns.script import missing_in, read_variables
from agents.errors import CampaignNotReady, InvalidCampaign
from agents.models import Campaign, CampaignMember, CampaignState
from ingestion.contacts.errors import ContactNotFound, InvalidIdentity
from ingestion.contacts.identities import Known, find_contacts, normalise
from ingestion.contacts.merging import families_of
from ingestion.contacts.selectors import ContactView, Wanted, get_contacts, list_contacts
from ingestion.models import IdentityKind
from rapport.errors import InvalidId
from rapport.ids import Prefix, decode, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_transaction

MOST_ROWS = 5000  # at once
MOST_MEMBERS = 10_000  # of a campaign
LONGEST_FILE = 2 * 1024 * 1024
PAGE = 500
BY = ("contact_id", "phone", "email", "external_id")  # columns by which a contact is known; the first that is there


@dataclass(frozen=True, slots=True)
class Row:
    """`number`: its place, from 1. Of `contact_id` and `known` one is there, or `fault` says why none is."""

    number: int
    label: str
    contact_id: UUID | None = None
    known: Known | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    row: int
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Added:
    """`already`: rows of somebody who is a member, or who came in an earlier row."""

    added: int
    already: int
    refused: tuple[RefusedRow, ...]


def add_members(*, tenant_id: UUID, campaign_id: UUID, rows: Sequence[Row], actor: Actor) -> Added:
    """To a draft. Raises CampaignNotFound, CampaignNotReady, InvalidCampaign for too many."""
    if len(rows) > MOST_ROWS:
        raise InvalidCampaign(f"There are {len(rows)} rows; at most {MOST_ROWS} come in at once.", param="contacts")
    with tenant_transaction(tenant_id):
        campaign = hold(campaign_id)
        if campaign.state != CampaignState.DRAFT:
            raise CampaignNotReady("Contacts are added while the campaign is a draft.")
        if CampaignMember.objects.filter(campaign=campaign).count() + len(rows) > MOST_MEMBERS:
            raise InvalidCampaign(f"A campaign has at most {MOST_MEMBERS} contacts.", param="contacts")
        outcome = _add(tenant_id, campaign, rows)
        record_audit(
            actor=actor,
            action="campaign.members_added",
            subject=encode(Prefix.CAMPAIGN, campaign.id),
            details={"added": outcome.added, "already": outcome.already, "refused": len(outcome.refused)},
        )
    return outcome


def remove_member(*, tenant_id: UUID, campaign_id: UUID, contact_id: UUID, actor: Actor) -> bool:
    """From a draft. False when it is no member. Raises CampaignNotFound, CampaignNotReady."""
    with tenant_transaction(tenant_id):
        campaign = hold(campaign_id)
        if campaign.state != CampaignState.DRAFT:
            raise CampaignNotReady("Contacts are removed while the campaign is a draft.")
        gone, _ = CampaignMember.objects.filter(campaign=campaign, contact_id=contact_id).delete()
        if gone:
            record_audit(
                actor=actor,
                action="campaign.member_removed",
                subject=encode(Prefix.CAMPAIGN, campaign.id),
                details={"contact": encode(Prefix.CONTACT, contact_id)},
            )
    return bool(gone)


def _add(tenant_id: UUID, campaign: Campaign, rows: Sequence[Row]) -> Added:
    found = find_contacts({row.known for row in rows if row.known})
    ids = {row.number: row.contact_id or found.get(row.known) if not row.fault else None for row in rows}  # type: ignore[arg-type]
    there = [*(each for each in ids.values() if each), *_members_of(campaign)]
    families = families_of(tenant_id=tenant_id, contact_ids=set(there))
    contacts = get_contacts(tenant_id=tenant_id, contact_ids={each for family in families.values() for each in family})
    seen = {families[each][0] for each in _members_of(campaign)}
    made: list[CampaignMember] = []
    refused: list[RefusedRow] = []
    already = 0
    for row in rows:
        contact_id = ids[row.number]
        contact = _to_call(contacts, families[contact_id]) if contact_id and contact_id in contacts else None
        try:
            variables = read_variables(row.variables)
            fault = row.fault or _fault(campaign, contact, variables)
        except InvalidCampaign as error:
            fault = error.message
        if fault or contact is None or contact_id is None:
            refused.append(RefusedRow(row.number, row.label, fault))
        elif families[contact_id][0] in seen:
            already += 1
        else:
            seen.add(families[contact_id][0])
            made.append(CampaignMember(campaign=campaign, contact_id=contact.id, variables=variables))
    CampaignMember.objects.bulk_create(made, batch_size=500)
    return Added(len(made), already, tuple(refused))


def _members_of(campaign: Campaign) -> list[UUID]:
    return list(CampaignMember.objects.filter(campaign=campaign).values_list("contact_id", flat=True))


def _to_call(contacts: Mapping[UUID, ContactView], family: Iterable[UUID]) -> ContactView | None:
    """Of those who are read as one: the one that they are read as, unless only another has a number."""
    known = [contacts[each] for each in family if each in contacts]
    return next((each for each in known if each.phone), known[0] if known else None)


def _fault(campaign: Campaign, contact: ContactView | None, variables: dict[str, str]) -> str:
    if contact is None:
        return ContactNotFound("There is no such contact.").message
    missing = ", ".join(missing_in(values_of_contact(contact, variables), campaign.opening, campaign.instructions))
    return InvalidCampaign(f"A variable is missing: {missing}.").message if missing else ""


def rows_of_filter(*, tenant_id: UUID, wanted: Wanted) -> list[Row]:
    """Every contact that matches. Raises InvalidIdentity, InvalidCampaign for too many."""
    rows: list[Row] = []
    before: UUID | None = None
    while found := list_contacts(tenant_id=tenant_id, limit=PAGE, before=before, wanted=wanted):
        before = found[-1].id
        rows += [Row(len(rows) + place, each.display_name, each.id) for place, each in enumerate(found, 1)]
        if len(rows) > MOST_ROWS:
            raise InvalidCampaign(f"More than {MOST_ROWS} contacts match. Narrow the filter.", param="filter")
    return rows


def rows_of_list(given: Iterable[Mapping[str, object]]) -> list[Row]:
    """`{"contact_id" or "phone" or "email" or "external_id": …, "variables": {…}}`."""
    rows = []
    for number, each in enumerate(given, 1):
        variables = each.get("variables")
        known = {name: str(value) for name, value in each.items() if name in BY and value}
        rows.append(_row(number, known, variables if isinstance(variables, Mapping) else {}))
    return rows


def rows_of_csv(content: str) -> list[Row]:
    """A table with a head; each column that is none of `BY` is a variable. Raises InvalidCampaign."""
    if len(content) > LONGEST_FILE:
        raise InvalidCampaign(f"The file is larger than {LONGEST_FILE // 1024 // 1024} MB.", param="csv")
    text = content.removeprefix("\ufeff").replace("\x00", "")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        names = [_column(each) for each in next(reader, [])]
        if not set(names) & set(BY):
            raise InvalidCampaign(f"The first line names the columns; one of them is {', '.join(BY)}.", param="csv")
        if len(set(names)) != len(names):
            raise InvalidCampaign("Two columns have the same name.", param="csv")
        rows = list(_rows(names, reader))
    except csv.Error as error:
        raise InvalidCampaign(f"The file is no table: {error}.", param="csv") from None
    if not rows:
        raise InvalidCampaign("There is no row below the head.", param="csv")
    return rows


def _column(text: str) -> str:
    return "_".join(text.strip().lower().split())


def _rows(names: Sequence[str], reader: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    for cells in reader:
        if not any(each.strip() for each in cells):
            continue
        number += 1
        if len(cells) > len(names):
            yield Row(number, cells[0][:80], fault=InvalidCampaign("The row has more columns than the head.").message)
            continue
        values = dict(zip(names, (each.strip() for each in cells), strict=False))
        known = {name: value for name, value in values.items() if name in BY and value}
        yield _row(number, known, {name: value for name, value in values.items() if name not in BY and value})


def _row(number: int, known: Mapping[str, str], variables: Mapping[str, object]) -> Row:
    by = next((each for each in BY if known.get(each)), "")
    if not by:
        return Row(number, "", fault=InvalidCampaign(f"The row has none of {', '.join(BY)}.").message)
    label = known[by][:80]
    try:
        if by == "contact_id":
            return Row(number, label, contact_id=decode(Prefix.CONTACT, known[by]), variables=variables)
        return Row(number, label, known=normalise(IdentityKind(by), known[by]), variables=variables)
    except (InvalidId, InvalidIdentity) as error:
        return Row(number, label, fault=error.message)

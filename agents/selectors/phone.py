"""Reads of telephone numbers and calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from agents.errors import CallNotFound, PhoneNumberNotFound
from agents.models import Call, CallTransfer, PhoneNumber
from agents.selectors.analyses import CallAnalysisView, analysis_of_call
from ingestion.contacts.selectors import get_contacts
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class PhoneNumberView:
    """`hint`: the last characters of the carrier's secret."""

    id: UUID
    number: str
    agent_id: UUID
    agent_name: str
    carrier: str
    account_id: str
    hint: str
    has_api_key: bool
    can_call: bool
    application_id: str
    language: str
    greeting: str
    is_enabled: bool
    most_minutes: int
    transfer_to: str
    is_transfer_announced: bool
    is_recorded: bool
    voicemail: str
    voicemail_message: str
    menu_prompt: str
    menu: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CallView:
    """`seconds`: that it lasted, None while it goes on or when nobody spoke."""

    id: UUID
    direction: str
    number: str
    callee: str
    conversation_id: UUID
    contact_id: UUID
    contact_name: str
    state: str
    ended_reason: str
    interruptions: int
    created_at: datetime
    seconds: int | None
    analysis: CallAnalysisView | None = None  # on a call alone, not in lists


@dataclass(frozen=True, slots=True)
class TransferView:
    """`outcome`: "" while it is open, see `agents.channels.phone.transfers`; `seconds`: that the person talked."""

    callee: str
    is_announced: bool
    outcome: str
    seconds: int
    created_at: datetime
    joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What is None or "" is left open."""

    contact_id: UUID | None = None
    conversation_id: UUID | None = None
    state: str = ""

    def asked(self) -> dict[str, object]:
        wanted = {"contact_id": self.contact_id, "conversation_id": self.conversation_id, "state": self.state}
        return {name: value for name, value in wanted.items() if value}


def list_phone_numbers(*, tenant_id: UUID) -> list[PhoneNumberView]:
    with tenant_scope(tenant_id):
        return [_view(row) for row in PhoneNumber.objects.select_related("agent").order_by("number")]


def get_phone_number(*, tenant_id: UUID, number_id: UUID) -> PhoneNumberView:
    """Raises PhoneNumberNotFound."""
    with tenant_scope(tenant_id):
        row = PhoneNumber.objects.select_related("agent").filter(id=number_id).first()
        if row is None:
            raise PhoneNumberNotFound("There is no such telephone number.")
        return _view(row)


def list_calls(
    *, tenant_id: UUID, limit: int = 50, before: UUID | None = None, wanted: CallFilter | None = None
) -> list[CallView]:
    """Latest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Call.objects.filter(**wanted.asked() if wanted else {}).order_by("-id")
        page = list((rows.filter(id__lt=before) if before else rows)[:limit])
    return _calls(tenant_id, page)


def get_call(*, tenant_id: UUID, call_id: UUID) -> CallView:
    """Raises CallNotFound."""
    with tenant_scope(tenant_id):
        row = Call.objects.filter(id=call_id).first()
    if row is None:
        raise CallNotFound("There is no such call.")
    [call] = _calls(tenant_id, [row])
    return replace(call, analysis=analysis_of_call(tenant_id=tenant_id, call_id=call_id))


def get_transfer(*, tenant_id: UUID, call_id: UUID) -> TransferView | None:
    """To whom the call was put through; None for one that was not."""
    with tenant_scope(tenant_id):
        row = CallTransfer.objects.filter(call_id=call_id).first()
    if row is None:
        return None
    talked = (row.ended_at - row.joined_at).total_seconds() if row.joined_at and row.ended_at else 0
    return TransferView(row.callee, row.is_announced, row.outcome, round(talked), row.created_at, row.joined_at)


def _calls(tenant_id: UUID, rows: Sequence[Call]) -> list[CallView]:
    contacts = get_contacts(tenant_id=tenant_id, contact_ids={row.contact_id for row in rows})
    names = {each: contact.display_name for each, contact in contacts.items()}
    return [_call(row, names.get(row.contact_id, "Somebody")) for row in rows]


def _view(row: PhoneNumber) -> PhoneNumberView:
    return PhoneNumberView(
        id=row.id,
        number=row.number,
        agent_id=row.agent_id,
        agent_name=row.agent.name,
        carrier=row.carrier,
        account_id=row.account_id,
        hint=row.hint,
        has_api_key=bool(row.api_key),
        can_call=row.can_call,
        application_id=row.application_id,
        language=row.language,
        greeting=row.greeting,
        is_enabled=row.is_enabled,
        most_minutes=row.most_minutes,
        transfer_to=row.transfer_to,
        is_transfer_announced=row.is_transfer_announced,
        is_recorded=row.is_recorded,
        voicemail=row.voicemail,
        voicemail_message=row.voicemail_message,
        menu_prompt=row.menu_prompt,
        menu=row.menu,
        created_at=row.created_at,
    )


def _call(row: Call, contact_name: str) -> CallView:
    is_whole = row.answered_at is not None and row.ended_at is not None
    return CallView(
        id=row.id,
        direction=row.direction,
        number=row.number,
        callee=row.callee,
        conversation_id=row.conversation_id,
        contact_id=row.contact_id,
        contact_name=contact_name,
        state=row.state,
        ended_reason=row.ended_reason,
        interruptions=row.interruptions,
        created_at=row.created_at,
        seconds=round((row.ended_at - row.answered_at).total_seconds()) if is_whole else None,  # type: ignore[operator]
    )

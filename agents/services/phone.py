"""Writes about a company's telephone numbers. Audit rows never have the carrier's secret."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from agents.channels.phone import telnyx
from agents.channels.phone.premium import is_dear, is_reachable
from agents.errors import AgentNotFound, InvalidPhoneNumber, PhoneNumberNotFound
from agents.models import Agent, PhoneCarrier, PhoneNumber, VoicemailPolicy
from billing.plans import Entitlement
from billing.terms import require_entitlement
from ingestion.contacts.errors import InvalidIdentity
from ingestion.contacts.identities import normalise
from ingestion.models import IdentityKind
from rapport.encryption import encrypt
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import Tenant

MOST_NUMBERS = 100
LONGEST_GREETING = 500
MOST_MINUTES = 240  # of a call
MENU_KEYS = "0123456789"
LONGEST_CHOICE = 300
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SECRET = re.compile(r"[!-~]{16,200}")
_APPLICATION = re.compile(r"[0-9]{1,32}")
_ENTER = {
    PhoneCarrier.TWILIO: "Enter the account's auth token: by it a call is known as real.",
    PhoneCarrier.TELNYX: "Enter the account's public key: by it a call is known as real.",
}
_ENTER_ANOTHER = {
    PhoneCarrier.TWILIO: "Another account has another auth token: enter it, too.",
    PhoneCarrier.TELNYX: "Another account has another public key: enter it, too.",
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class NumberSettings:
    """What a company enters. `secret`: Twilio's auth token, or Telnyx's public key; "" keeps the one that is there.
    `api_key`: what Telnyx is asked with, kept likewise, and `application_id` the TeXML application that places calls.
    `menu`: by a key, what pressing it asks; `menu_prompt` tells of it."""

    agent_id: UUID
    account_id: str
    secret: str = ""
    language: str = "en-US"
    greeting: str = ""
    is_enabled: bool = True
    most_minutes: int = 60
    transfer_to: str = ""
    is_transfer_announced: bool = True
    is_recorded: bool = False
    voicemail: str = ""
    voicemail_message: str = ""
    carrier: str = PhoneCarrier.TWILIO
    api_key: str = ""
    application_id: str = ""
    menu_prompt: str = ""
    menu: Mapping[str, str] = field(default_factory=dict)


def add_phone_number(*, tenant_id: UUID, number: str, settings: NumberSettings, actor: Actor) -> UUID:
    """The agent answers calls to it from the next one on. Raises InvalidPhoneNumber with the field's name,
    AgentNotFound, NotInPlan."""
    try:
        spelled = normalise(IdentityKind.PHONE, number).value
    except InvalidIdentity as error:
        raise InvalidPhoneNumber(error.message, param="number") from None
    fields = _checked(settings)
    if not settings.secret.strip():
        raise InvalidPhoneNumber(_ENTER[PhoneCarrier(settings.carrier)], param="secret")
    with tenant_scope(tenant_id), transaction.atomic():
        Tenant.objects.select_for_update().get(id=tenant_id)  # of two that come at once the second counts the first
        require_entitlement(tenant_id=tenant_id, to=Entitlement.PHONE)
        if PhoneNumber.objects.count() >= MOST_NUMBERS:
            raise InvalidPhoneNumber(f"There are {MOST_NUMBERS} numbers already. Remove one that is not used.")
        if PhoneNumber.objects.filter(number=spelled).exists():
            raise InvalidPhoneNumber("This number is there already.", param="number")
        _check_agent(settings.agent_id)
        _check_no_loop(fields["transfer_to"], spelled)
        row = PhoneNumber.objects.create(number=spelled, **fields)
        _record(actor, "phone_number.added", row, after=_facts(row))
    return row.id


def change_phone_number(*, tenant_id: UUID, number_id: UUID, settings: NumberSettings, actor: Actor) -> None:
    """From the next call on. Raises PhoneNumberNotFound, InvalidPhoneNumber, AgentNotFound."""
    fields = _checked(settings)
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(number_id)
        _check_agent(settings.agent_id)
        is_moved = (row.carrier, row.account_id) != (settings.carrier, settings.account_id.strip())
        if is_moved and not settings.secret.strip():
            raise InvalidPhoneNumber(_ENTER_ANOTHER[PhoneCarrier(settings.carrier)], param="secret")
        _check_no_loop(fields["transfer_to"], row.number)
        before = _facts(row)
        if is_moved:
            row.api_key = ""  # it is the other account's
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        _record(
            actor,
            "phone_number.changed",
            row,
            before=before,
            after=_facts(row),
            details={"secret_replaced": "secret" in fields, "api_key_replaced": "api_key" in fields},
        )


def remove_phone_number(*, tenant_id: UUID, number_id: UUID, actor: Actor) -> None:
    """Nobody answers there any more. Its calls' conversations stay. Raises PhoneNumberNotFound."""
    with tenant_scope(tenant_id), transaction.atomic():
        row = _locked(number_id)
        _record(actor, "phone_number.removed", row, before=_facts(row))
        row.delete()


def _checked(settings: NumberSettings) -> dict[str, object]:
    account, language = settings.account_id.strip(), settings.language.strip()
    greeting = _line(settings.greeting)
    if settings.carrier not in PhoneCarrier.values:
        raise InvalidPhoneNumber("Choose Twilio or Telnyx.", param="carrier")
    if not _ACCOUNT.fullmatch(account):
        raise InvalidPhoneNumber("Enter the carrier's account SID, for example AC0123…", param="account_id")
    secret = _secret(settings)
    _check_carrier_can(settings)
    if not _LANGUAGE.fullmatch(language):
        raise InvalidPhoneNumber("Write the language like en-US or de-DE.", param="language")
    if len(greeting) > LONGEST_GREETING:
        raise InvalidPhoneNumber(f"A greeting has at most {LONGEST_GREETING} characters.", param="greeting")
    if not 1 <= settings.most_minutes <= MOST_MINUTES:
        raise InvalidPhoneNumber(f"A call may last from 1 to {MOST_MINUTES} minutes.", param="most_minutes")
    fields: dict[str, object] = {
        "agent_id": settings.agent_id,
        "carrier": settings.carrier,
        "account_id": account,
        "language": language,
        "greeting": greeting,
        "is_enabled": settings.is_enabled,
        "most_minutes": settings.most_minutes,
        "transfer_to": _transfer_number(settings.transfer_to),
        "is_transfer_announced": settings.is_transfer_announced,
        "is_recorded": settings.is_recorded,
        **_calling(settings),
        **_voicemail(settings),
        **_menu(settings),
    }
    return fields | ({"secret": encrypt(secret), "hint": secret[-4:]} if secret else {})


def _secret(settings: NumberSettings) -> str:
    """As it is kept, "" for none. A public key is nobody's secret: taken for an auth token, anybody could sign."""
    secret = settings.secret.strip()
    try:
        key = telnyx.read_key(secret) if secret else ""
    except ValueError:
        key = ""
    if settings.carrier == PhoneCarrier.TELNYX:
        if secret and not key:
            raise InvalidPhoneNumber(
                "This is no public key. Mission Control shows it under Keys & Credentials: 44 characters, ending in =.",
                param="secret",
            )
        return key
    if key:
        raise InvalidPhoneNumber("This is a public key, which is no secret. Is the number at Telnyx?", param="secret")
    if secret and not _SECRET.fullmatch(secret):
        raise InvalidPhoneNumber("This is no auth token: it has 16 to 200 characters without spaces.", param="secret")
    return secret


def _calling(settings: NumberSettings) -> dict[str, str]:
    """What Telnyx is asked to make calls with; Twilio is by the token that it signs with."""
    key, application = settings.api_key.strip(), settings.application_id.strip()
    if settings.carrier != PhoneCarrier.TELNYX:
        return dict.fromkeys(("api_key", "application_id"), "")
    if key and not _SECRET.fullmatch(key):
        raise InvalidPhoneNumber("This is no API key: it has 16 to 200 characters without spaces.", param="api_key")
    if application and not _APPLICATION.fullmatch(application):
        raise InvalidPhoneNumber("A TeXML application's id has digits only.", param="application_id")
    return {"application_id": application} | ({"api_key": encrypt(key)} if key else {})


def _check_carrier_can(settings: NumberSettings) -> None:
    if settings.carrier != PhoneCarrier.TELNYX:
        return
    if settings.is_recorded:
        raise InvalidPhoneNumber(
            "What Telnyx records is an MP3, which cannot be kept here: its calls are not recorded.", param="carrier"
        )


def _voicemail(settings: NumberSettings) -> dict[str, str]:
    message = _line(settings.voicemail_message)
    if settings.voicemail not in VoicemailPolicy.values:
        raise InvalidPhoneNumber("Talk on, hang up, or leave a message.", param="voicemail")
    if settings.voicemail == VoicemailPolicy.MESSAGE and not message:
        raise InvalidPhoneNumber("Write the message that is left.", param="voicemail_message")
    if len(message) > LONGEST_GREETING:
        raise InvalidPhoneNumber(f"This has at most {LONGEST_GREETING} characters.", param="voicemail_message")
    return {"voicemail": settings.voicemail, "voicemail_message": message}


def _menu(settings: NumberSettings) -> dict[str, object]:
    prompt = _line(settings.menu_prompt)
    menu = {str(key): _line(asked) for key, asked in settings.menu.items()}
    for key, asked in menu.items():
        if key not in MENU_KEYS or len(key) != 1:
            raise InvalidPhoneNumber("A menu has the keys 0 to 9. The star says it again.", param="menu")
        if not 1 <= len(asked) <= LONGEST_CHOICE:
            raise InvalidPhoneNumber(
                f"Write what the key {key} asks, in at most {LONGEST_CHOICE} characters.", param="menu"
            )
    if len(prompt) > LONGEST_GREETING:
        raise InvalidPhoneNumber(f"This has at most {LONGEST_GREETING} characters.", param="menu_prompt")
    if menu and not prompt:
        raise InvalidPhoneNumber("Write what callers hear of the keys.", param="menu_prompt")
    if prompt and not menu:
        raise InvalidPhoneNumber("Write what the keys ask.", param="menu")
    return {"menu_prompt": prompt, "menu": dict(sorted(menu.items()))}


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _transfer_number(text: str) -> str:
    """ "" for nobody."""
    if not text.strip():
        return ""
    try:
        number = normalise(IdentityKind.PHONE, text).value
    except InvalidIdentity as error:
        raise InvalidPhoneNumber(error.message, param="transfer_to") from None
    if not is_reachable(number):
        raise InvalidPhoneNumber("Calls cannot be put through to this country's numbers.", param="transfer_to")
    if is_dear(number):
        raise InvalidPhoneNumber("Calls are not put through to numbers with a rate of their own.", param="transfer_to")
    return number


def _check_no_loop(target: object, own: str) -> None:
    """An agent that is put through to an agent would never end."""
    if target and (target == own or PhoneNumber.objects.filter(number=target).exists()):
        raise InvalidPhoneNumber("An agent answers this number. Enter a person's.", param="transfer_to")


def _check_agent(agent_id: UUID) -> None:
    if not Agent.objects.filter(id=agent_id).exists():
        raise AgentNotFound("There is no such agent.", param="agent_id")


def _locked(number_id: UUID) -> PhoneNumber:
    row = PhoneNumber.objects.select_for_update().filter(id=number_id).first()
    if row is None:
        raise PhoneNumberNotFound("There is no such telephone number.")
    return row


def _facts(row: PhoneNumber) -> dict[str, object]:
    return {
        "number": row.number,
        "agent": encode(Prefix.AGENT, row.agent_id),
        "carrier": row.carrier,
        "account": row.account_id,
        "application": row.application_id,
        "language": row.language,
        "greeting": row.greeting,
        "is_enabled": row.is_enabled,
        "most_minutes": row.most_minutes,
        "transfer_to": row.transfer_to,
        "is_transfer_announced": row.is_transfer_announced,
        "is_recorded": row.is_recorded,
        "voicemail": row.voicemail,
        "voicemail_message": row.voicemail_message,
        "menu_prompt": row.menu_prompt,
        "menu": row.menu,
    }


def _record(
    actor: Actor,
    action: str,
    row: PhoneNumber,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    details: dict[str, object] | None = None,
) -> None:
    record_audit(
        actor=actor,
        action=action,
        subject=encode(Prefix.PHONE_NUMBER, row.id),
        details=details or {},
        before=before,
        after=after,
    )

"""Phone: the numbers that agents answer, how each is set up at its carrier, and the calls that came by them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agents.channels.phone.addresses import webhook_url
from agents.channels.phone.browser.calls import LANGUAGES
from agents.errors import InvalidPhoneNumber
from agents.models import PhoneCarrier, VoicemailPolicy
from agents.selectors import list_agents
from agents.selectors.phone import PhoneNumberView, get_phone_number, list_calls, list_phone_numbers
from agents.services.phone import NumberSettings, add_phone_number, change_phone_number, remove_phone_number
from frontend.call_words import call_row
from frontend.confirming import confirm_address, signed_in_lately
from frontend.page import Visit, asked_id, page
from rapport.config import get_config
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

PAGE_SIZE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(Permission.AGENTS_READ)
def show_phone(visit: Visit) -> HttpResponse:
    if visit.request.method != "POST":
        return _render(visit)
    visit.require(Permission.AGENTS_WRITE)
    visit.confirm_first("phone")
    try:
        number = visit.request.POST.get("number", "")
        add_phone_number(tenant_id=visit.tenant_id, number=number, settings=_read(visit), actor=visit.actor)
    except RapportError as error:
        return _render(visit, error)
    messages.success(visit.request, gettext("Added. Now tell your carrier where its calls go."))
    return redirect("phone")


@require_POST
@page(Permission.AGENTS_WRITE)
def act_on_phone(visit: Visit, phone: str, action: str) -> HttpResponse:
    number_id = asked_id(Prefix.PHONE_NUMBER, phone)
    get_phone_number(tenant_id=visit.tenant_id, number_id=number_id)  # before anything is asked: others' are not there
    visit.confirm_first("phone")
    if action == "remove":
        remove_phone_number(tenant_id=visit.tenant_id, number_id=number_id, actor=visit.actor)
        messages.success(visit.request, gettext("Removed. Nobody answers there any more."))
        return redirect("phone")
    try:
        change_phone_number(tenant_id=visit.tenant_id, number_id=number_id, settings=_read(visit), actor=visit.actor)
    except RapportError as error:
        return _render(visit, error, number_id)
    messages.success(visit.request, gettext("Saved. It holds from the next call on."))
    return redirect("phone")


def _read(visit: Visit) -> NumberSettings:
    form = visit.request.POST
    minutes = form.get("most_minutes", "60").strip()
    return NumberSettings(
        agent_id=asked_id(Prefix.AGENT, form.get("agent", "")),
        carrier=form.get("carrier", PhoneCarrier.TWILIO),
        account_id=form.get("account_id", ""),
        secret=form.get("secret", ""),
        api_key=form.get("api_key", ""),
        application_id=form.get("application_id", ""),
        language=form.get("language", ""),
        greeting=form.get("greeting", ""),
        is_enabled=form.get("is_enabled") == "on",
        transfer_to=form.get("transfer_to", ""),
        voicemail=form.get("voicemail", ""),
        voicemail_message=form.get("voicemail_message", ""),
        is_recorded=form.get("is_recorded") == "on",
        is_transfer_announced=form.get("is_transfer_announced") == "on",
        menu_prompt=form.get("menu_prompt", ""),
        menu=_read_menu(form.get("menu", "")),
        most_minutes=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 4 else 0,
    )


def _read_menu(text: str) -> dict[str, str]:
    """A line each: `1 = When are you open?`. Raises InvalidPhoneNumber."""
    menu: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, parted, asked = (each.strip() for each in line.partition("="))
        if not parted:
            said = gettext("Write each key of the menu as a line like 1 = When are you open?")
            raise InvalidPhoneNumber(said, param="menu")
        if key in menu:
            raise InvalidPhoneNumber(gettext("The key %(key)s is in the menu twice.") % {"key": key[:20]}, param="menu")
        menu[key] = asked
    return menu


def _render(visit: Visit, error: RapportError | None = None, changed: UUID | None = None) -> HttpResponse:
    """`changed`: the number whose form the error is about; None: the form of a new one."""
    numbers = list_phone_numbers(tenant_id=visit.tenant_id)
    calls = list_calls(tenant_id=visit.tenant_id, limit=PAGE_SIZE) if visit.may(Permission.CONVERSATIONS_READ) else []
    longest = max((each.seconds or 0 for each in calls), default=0)
    context = {
        "section": "phone",
        "numbers": [_shown(visit, each, error if each.id == changed else None) for each in numbers],
        "calls": [call_row(each, longest) for each in calls],
        "agents": [(encode(Prefix.AGENT, each.id), each.name) for each in list_agents(tenant_id=visit.tenant_id)],
        "languages": LANGUAGES,
        "carriers": PhoneCarrier.choices,
        "policies": VoicemailPolicy.choices,
        "is_reachable": get_config().public_url.startswith("https://"),
        "form": visit.request.POST if error and changed is None else {},
        "error": error if changed is None else None,
        "can_write": visit.may(Permission.AGENTS_WRITE),
        "can_read_calls": visit.may(Permission.CONVERSATIONS_READ),
        "is_trusted": signed_in_lately(visit.request),
        "sign_in_again": confirm_address(reverse("phone")),
    }
    return visit.render("pages/phone.html", context, status=error.status if error else 200)


def _shown(visit: Visit, number: PhoneNumberView, error: RapportError | None) -> dict[str, object]:
    company, public = encode(Prefix.TENANT, visit.tenant_id), encode(Prefix.PHONE_NUMBER, number.id)
    return {
        "view": number,
        "id": public,
        "agent": encode(Prefix.AGENT, number.agent_id),
        "menu": "\n".join(f"{key} = {asked}" for key, asked in number.menu.items()),
        "carrier": PhoneCarrier(number.carrier).label,
        "voice_url": webhook_url(company, public, "voice"),
        "status_url": webhook_url(company, public, "status"),
        "languages": LANGUAGES if number.language in LANGUAGES else (number.language, *LANGUAGES),
        "error": error,
    }
